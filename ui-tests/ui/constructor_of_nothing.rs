// finding 11: `nb::init<>()` is `Dog::new()` where there is one without arguments, else `Dog::default()`.
use nb::prelude::*;

struct Dog {
    age: i32,
}
impl Dog {
    fn new(age: i32) -> Dog {
        Dog { age }
    }
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init<>()).def(nb::init<i32>()).def_ro("age", &Dog::age);
});

fn main() {}
