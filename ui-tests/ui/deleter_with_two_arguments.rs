//! A deleter that takes a value, as a setter does.
use nb::prelude::*;

pub struct Dog {
    age: u32,
}

nb_module!(my_ext, m, {
    nb::class_<Dog>(m, "Dog")
        .def_rw("age", &Dog::age)
        .def_prop_deleter("age", |d: &mut Dog, age: u32| d.age = age);
});

fn main() {}
