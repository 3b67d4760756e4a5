use nb_compat::prelude::*;

PYBIND11_MODULE!(numbers, m, {
    m.def("all", |values: Vec<i32>| py::make_iterator(values.begin(), values.end()));
});

fn main() {}
