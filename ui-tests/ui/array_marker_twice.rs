// row: nd-10
use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("size", |a: nb::ndarray<float, nb::ndim<2>, double>| a.size());
});

fn main() {}
