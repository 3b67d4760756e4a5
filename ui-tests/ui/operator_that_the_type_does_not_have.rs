use nb::prelude::*;

#[derive(Clone)]
struct Vec2;

nb_module!(vectors, m, {
    nb::class_<Vec2>(m, "Vec2")
        .def(nb::self + nb::self)
        .def(nb::self * f64())
        .def(f64() * nb::self)
        .def(-nb::self)
        .def(nb::self += f64())
        .def(nb::self < nb::self)
        .def(nb::self == f64())
        .def(!nb::self)
        .def(nb::abs(nb::self))
        .def(nb::hash(nb::self));
});

fn main() {}
