// row: why-25
//! A signature cannot name a class that the module does not bind.
use nb::prelude::*;

pub struct Dog;

nb_module!(demo, m, {
    m.def("pat", |_: nb::typed<nb::list, Dog>| ());
});

fn main() {}
