use nb::prelude::*;

struct Dog;
struct Cat;

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(nb::new_(|| Cat));
});

fn main() {}
