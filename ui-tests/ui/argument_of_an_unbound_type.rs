use nb::prelude::*;

struct Engine;

fn start(engine: Engine) {
    drop(engine);
}

nb_module!(cars, m, {
    m.def("start", &start);
});

fn main() {}
