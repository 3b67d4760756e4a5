use nb::prelude::*;

struct Dog;

nb_module!(arrays, m, {
    m.def("size", |a: nb::ndarray<Dog, nb::ndim<2>>| a.size());
});

fn main() {}
