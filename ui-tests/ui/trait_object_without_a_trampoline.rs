//! Which classes implement the trait, nobody has said.

use nb::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
    fn bark(&self) -> String;
}

nb_module!(ui, m, {
    m.def("bark", |dog: &dyn Speaks| dog.bark());
});

fn main() {}
