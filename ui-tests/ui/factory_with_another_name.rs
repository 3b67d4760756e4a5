use nb::prelude::*;

struct Dog;

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(nb::new_(|| Dog), nb::name("make"));
});

fn main() {}
