// `Vec<T>` is converted: without `nb::opaque`, nobody would ever meet an object of the class.
use nb::prelude::*;

nb_module!(listed, m, {
    nb::bind_vector<Vec<f64>>(m, "VectorF");
});

fn main() {}
