use nb::prelude::*;

struct Engine;

fn build() -> Engine {
    Engine
}

nb_module!(cars, m, {
    m.def("build", &build);
});

fn main() {}
