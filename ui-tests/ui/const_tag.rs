// row: cls-16
use nb::prelude::*;

struct Dog;

impl Dog {
    fn tail(&self) {}
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("tail", &Dog::tail, nb::const_);
});

fn main() {}
