use nb_compat::prelude::*;

#[derive(Clone)]
pub struct Duck;

PYBIND11_MODULE!(ducks, m, {
    py::class_<Duck>(m, "Duck", py::module_local(false));
});

fn main() {}
