use nb_compat::prelude::*;

pub struct Samples {
    values: Vec<f32>,
}

PYBIND11_MODULE!(buffers, m, {
    py::class_<Samples>(m, "Samples", py::buffer_protocol()).def_buffer(|s: &Samples| {
        let copy = s.values.clone();
        py::buffer_info(&copy, {copy.len()})
    });
});

fn main() {}
