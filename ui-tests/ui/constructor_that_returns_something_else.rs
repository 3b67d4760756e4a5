use nb::prelude::*;

#[derive(Clone)]
struct Dog;
#[derive(Clone)]
struct Cat;

nb_module!(pets, m, {
    nb::class_<Cat>(m, "Cat");
    nb::class_<Dog>(m, "Dog").def(nb::init(|| Cat));
});

fn main() {}
