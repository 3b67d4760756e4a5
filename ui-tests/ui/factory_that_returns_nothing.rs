use nb::prelude::*;

struct Dog;

fn make(_name: &str) {}

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(nb::new_(&make));
});

fn main() {}
