// finding 15: said by `cargo check`, at the annotation.
use nb::prelude::*;

#[derive(Clone)]
struct Dog;

fn befriend(_dog: &Dog, _other: &Dog) {}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("befriend", &befriend, nb::keep_alive<1, 3>());
});

fn main() {}
