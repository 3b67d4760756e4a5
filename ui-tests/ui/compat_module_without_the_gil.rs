use nb_compat::prelude::*;

PYBIND11_MODULE!(free, m, py::mod_gil_not_used(), {
    m.def("answer", || 42);
});

fn main() {}
