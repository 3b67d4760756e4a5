// row: nd-13
use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("size", |a: nb::ndarray<nb::shape<-2, 3>>| a.size());
});

fn main() {}
