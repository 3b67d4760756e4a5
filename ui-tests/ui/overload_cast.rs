// row: cls-15
use nb::prelude::*;

struct Dog;

impl Dog {
    fn set_age(&mut self, _age: i32) {}
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("set", nb::overload_cast<i32>(&Dog::set_age));
});

fn main() {}
