use nb::prelude::*;

#[derive(Clone)]
struct Dog {
    age: i32,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init<i32>()).def_ro("age", &Dog::age);
});

fn main() {}
