// row: nd-11
use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("clear", |a: nb::ndarray<const float, nb::ndim<1>>| a.view().set([0], 0.0));
});

fn main() {}
