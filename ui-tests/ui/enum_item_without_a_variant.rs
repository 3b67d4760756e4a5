//! A list of variants names them all, or says with `..` that it does not.
use nb::prelude::*;

pub enum Kind {
    Cat,
    Dog,
}

nb_enum!(Kind, "Kind", [Cat]);
nb_module!(my_ext, _m, {});

fn main() {}
