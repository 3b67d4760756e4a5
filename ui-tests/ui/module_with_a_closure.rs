use nb::prelude::*;

nb_module!(dogs, m, |m| m.attr("legs").set(4));

fn main() {}
