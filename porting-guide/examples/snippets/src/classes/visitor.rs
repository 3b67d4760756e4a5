use nb::prelude::*;
use std::fmt::Debug;

struct Printed;

impl<D, T: nb::Class<D> + Debug> nb::DefVisitor<D, T> for Printed {
    fn execute(self, class: nb::class_<'_, D, T>) {
        class.def("__repr__", |value: &T| format!("{value:?}"), ());
    }
}

#[derive(Debug)]
struct Cat {
    lives: i32,
}

nb_module!(visitor, m, {
    nb::class_<Cat>(m, "Cat")
        .def(nb::init(|lives: i32| Cat { lives }))
        .def_ro("lives", &Cat::lives)
        .def(Printed);
});
