use nb::prelude::*;

#[derive(Clone)]
struct Vec2;

nb_module!(vectors, m, {
    m.class_::<Vec2>("Vec2", ())
        .def_op(&nb::self_ + &nb::self_, ())
        .def_op(nb::self_.isub(nb::self_), ());
    nb::uses_<Vec2>();
});

fn main() {}
