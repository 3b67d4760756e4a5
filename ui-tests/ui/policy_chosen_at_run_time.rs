// row: DSP-48
use nb::prelude::*;

#[derive(Clone)]
struct Engine;

fn build() -> Engine {
    Engine
}

nb_module!(cars, m, {
    let keep = std::env::args().count() > 1;
    nb::class_<Engine>(m, "Engine");
    m.def("build", &build, if keep { nb::rv_policy::copy } else { nb::rv_policy::move });
});

fn main() {}
