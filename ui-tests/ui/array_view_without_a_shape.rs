use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("first", |a: nb::ndarray<float>| a.view().at([0]));
});

fn main() {}
