// row: why-23
//! A handle to a class that the module does not bind.
use nb::prelude::*;

pub struct Dog;

nb_module!(demo, m, {
    m.def("pat", |_: nb::handle_t<Dog>| ());
});

fn main() {}
