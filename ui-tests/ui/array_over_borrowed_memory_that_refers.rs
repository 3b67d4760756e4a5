use nb::prelude::*;

pub struct Samples {
    values: Vec<f32>,
}

nb_module!(arrays, m, {
    nb::class_<Samples>(m, "Samples")
        .def("values", |s: &Samples| nb::ndarray_ref<nb::numpy, const float, nb::ndim<1>>::from_slice(&s.values, [s.values.len()]), nb::rv_policy::take_ownership);
});

fn main() {}
