use nb::prelude::*;

struct Dog;

nb_class!(in crate::dogs, Dog, "Dog");

nb_module!(dogs, m, {});

fn main() {}
