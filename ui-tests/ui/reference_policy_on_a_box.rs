use nb::prelude::*;

#[derive(Clone)]
struct Engine;

fn build() -> Box<Engine> {
    Box::new(Engine)
}

nb_module!(cars, m, {
    nb::class_<Engine>(m, "Engine");
    m.def("build", &build, nb::rv_policy::reference);
});

fn main() {}
