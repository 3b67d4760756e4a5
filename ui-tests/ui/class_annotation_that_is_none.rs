use nb::prelude::*;

struct Dog;

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog", nb::is_operator());
});

fn main() {}
