use nb_compat::prelude::*;

PYBIND11_MODULE!(arrays, m, {
    m.def("f", |n: usize, data: Vec<f64>| py::array_t<double>({n}, {sizeof(double)}, data.as_ptr()));
});

fn main() {}
