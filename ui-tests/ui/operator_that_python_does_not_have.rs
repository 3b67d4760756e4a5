use nb::prelude::*;

#[derive(Clone)]
struct Vec2;

nb_module!(vectors, m, {
    nb::class_<Vec2>(m, "Vec2")
        .def(nb::self && nb::self)
        .def(nb::self)
        .def(nb::self + 1.0_f64 + nb::self)
        .def("__add__", nb::self + nb::self);
});

fn main() {}
