// row: nd-20, api-nd-28
use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("first", |a: nb::ndarray<float, nb::ndim<1>>| a.view().at([0, 0]));
});

fn main() {}
