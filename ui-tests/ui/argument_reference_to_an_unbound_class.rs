use nb::prelude::*;

struct Engine;

fn start(_engine: &Engine) {}

nb_module!(cars, m, {
    m.def("start", &start, "engine"_a);
});

fn main() {}
