use nb_compat::prelude::*;

PYBIND11_MAKE_OPAQUE!(Vec<i32>);

fn main() {}
