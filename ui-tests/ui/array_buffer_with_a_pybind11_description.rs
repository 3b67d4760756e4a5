use nb::prelude::*;

pub struct Samples {
    values: Vec<f32>,
}

nb_module!(arrays, m, {
    nb::class_<Samples>(m, "Samples").def_buffer(|s: &Samples| s.values.len());
});

fn main() {}
