use nb_compat::prelude::*;

PYBIND11_MODULE!(ducks, m, {
    m.def("add", |a: f64, b: f64| a + b);
    m.def("add", |a: i32, b: i32| a + b, py::prepend());
});

fn main() {}
