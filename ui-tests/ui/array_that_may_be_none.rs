// row: nd-29
use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("size", |a: nb::ndarray<float>| a.size(), "a"_a.none());
});

fn main() {}
