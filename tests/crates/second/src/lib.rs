//! Binds a type that `test_registration_ext` binds too: the modules must not mix their instances.

use nb::prelude::*;
use nb_test_part::{Circle, Shade};

nb_module!(test_second_ext, m, {
    nb::class_<Circle>(m, "Circle")
        .def(nb::init<f64>(), "radius"_a = 1.0)
        .def_rw("radius", &Circle::radius);
    nb::enum_<Shade>(m, "Shade").value("Light", Shade::Light).value("Dark", Shade::Dark);
    m.def("shade", |shade: Shade| -(shade as i32));
    m.def("area", |circle: &Circle| 3.0 * circle.radius * circle.radius, "circle"_a);
    m.def("take", |circle: Box<Circle>| circle.radius, "circle"_a);
});
