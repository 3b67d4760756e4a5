// The form of `nb::bind_vector` and `nb::bind_map`.
use nb::prelude::*;

nb_module!(numbers, m, {
    nb::bind_vector<nb::opaque<Vec<f64>>>(m);
    nb::bind_map<>(m, "Map");
});

fn main() {}
