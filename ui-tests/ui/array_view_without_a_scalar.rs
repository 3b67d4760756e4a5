use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("first", |a: nb::ndarray<nb::ndim<1>>| a.view().at([0]));
});

fn main() {}
