use nb_compat::prelude::*;

PYBIND11_MODULE!(noisy, m, {
    m.def("noisy", || println!("noise"), py::call_guard<py::scoped_ostream_redirect>());
});

fn main() {}
