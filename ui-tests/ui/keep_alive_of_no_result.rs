// row: api-fann-14
use nb::prelude::*;

struct Dog {
    age: i32,
}

impl Dog {
    fn new(age: i32, weight: i32) -> Dog {
        Dog { age: age + weight }
    }
}

fn befriend(_dog: &Dog, _friend: &Dog) {}

nb_module!(cases, m, {
    nb::class_<Dog>(m, "Dog").def("befriend", &befriend, nb::keep_alive<0, 1>());
});

fn main() {}
