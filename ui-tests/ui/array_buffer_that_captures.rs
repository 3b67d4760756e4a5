use nb::prelude::*;

pub struct Samples {
    values: Vec<f32>,
}

nb_module!(arrays, m, {
    let first = 1;
    nb::class_<Samples>(m, "Samples")
        .def_buffer(|s: &Samples| nb::ndarray_ref<const float, nb::ndim<1>>::from_slice(&s.values[first..], [s.values.len() - first]));
});

fn main() {}
