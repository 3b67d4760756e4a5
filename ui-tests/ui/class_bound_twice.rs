use nb::prelude::*;

#[derive(Clone)]
struct Dog;

nb_class!(Dog, "Dog");

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog");
});

fn main() {}
