use nb::prelude::*;

struct Dog;

nb_class!(Dog, "Dog");

fn main() {}
