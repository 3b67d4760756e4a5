use nb::prelude::*;

struct Engine;

fn start(power: i32) -> i32 {
    power
}

nb_module!(cars, m, {
    m.def("start", &start, "power"_a = Engine);
});

fn main() {}
