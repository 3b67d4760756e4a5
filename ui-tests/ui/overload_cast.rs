// row: cls-15
// finding 15: before the path of a function it is left out, and elsewhere the compiler says what it is.
use nb::prelude::*;

struct Dog;

impl Dog {
    fn set_age(&mut self, _age: i32) {}
}

nb_module!(dogs, m, {
    let set_age = nb::overload_cast<i32>(&Dog::set_age);
    nb::class_<Dog>(m, "Dog").def("set", set_age);
});

fn main() {}
