//! The report of what is left over when Python has ended.

use nb::prelude::*;

/// Holds an object that it does not show to the cycle collector.
pub struct W {
    pub value: Option<nb::stored>,
}

/// As `W`, but shows what it holds.
pub struct Seen {
    pub value: Option<nb::stored>,
}
nb_traverse!(Seen: value);

/// Keeps others alive.
#[derive(Clone)]
pub struct Nurse(pub i32);

nb_module!(test_leaks_ext, m, {
    nb::set_leak_warnings(true);
    m.def("set_leak_warnings", &nb::set_leak_warnings);
    m.def("leak_warnings", &nb::leak_warnings);
    nb::class_<W>(m, "W").def(nb::init(|| W { value: None })).def_rw("value", &W::value);
    nb::class_<Seen>(m, "Seen").def(nb::init(|| Seen { value: None })).def_rw("value", &Seen::value);
    nb::class_<Nurse>(m, "Nurse")
        .def(nb::init(|| Nurse(0)))
        .def("keep", |_: &Nurse, _patient: nb::object| {}, nb::keep_alive<1, 2>())
        .def("twice", |nurse: &Nurse, by: i32| nurse.0 * by, "by"_a = 2)
        .def("meet", |_: &Nurse, other: &Nurse| other.0, "other"_a = Nurse(4));
});
