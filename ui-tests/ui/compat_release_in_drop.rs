use nb_compat::prelude::*;

#[derive(Clone)]
pub struct Duck;

PYBIND11_MODULE!(ducks, m, {
    py::class_<Duck>(m, "Duck", py::release_gil_before_calling_cpp_dtor());
});

fn main() {}
