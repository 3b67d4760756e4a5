use nb::prelude::*;

mod shapes {}

nb_module!(dogs, m, parts [crate::shapes: 3], {});

fn main() {}
