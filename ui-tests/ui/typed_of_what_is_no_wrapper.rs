// row: api-misc-10
//! `nb::typed` is for wrappers; a Rust container names its elements by itself.
use nb::prelude::*;

nb_module!(demo, m, {
    m.def("total", |values: nb::typed<Vec<i32>, i32>| values.len());
});

fn main() {}
