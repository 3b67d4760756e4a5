use nb::prelude::*;

struct Dog;

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def_prop_ro_static("legs", || 4);
});

fn main() {}
