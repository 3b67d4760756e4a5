use nb_compat::prelude::*;

PYBIND11_MODULE!(embedded, m, {
    m.def("start", || {
        let guard = py::scoped_interpreter();
    });
});

fn main() {}
