use nb::prelude::*;

#[derive(Clone)]
struct Dog;

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init<const Dog *>());
});

fn main() {}
