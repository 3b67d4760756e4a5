// row: api-fann-1
use nb::prelude::*;

struct Dog {
    age: i32,
}

impl Dog {
    fn new(age: i32, weight: i32) -> Dog {
        Dog { age: age + weight }
    }
}

nb_module!(cases, m, {
    nb::class_<Dog>(m, "Dog").def_rw("age", &Dog::age, nb::name("years"));
});

fn main() {}
