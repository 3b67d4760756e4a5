use nb::prelude::*;

nb_module!(dogs, m, parts [crate::shapes], {});

fn main() {}
