//! The trait does not say which type its value has, and dereferences to a value that says another.

use nb::prelude::*;
use std::any::Any;
use std::ops::Deref;

pub trait Speaks: Send + Sync {
    fn bark(&self) -> String;
}
impl Deref for dyn Speaks {
    type Target = dyn Any;
    fn deref(&self) -> &dyn Any {
        &5
    }
}
#[derive(Clone, Default)]
pub struct Dog;
impl Speaks for Dog {
    fn bark(&self) -> String {
        "woof".to_string()
    }
}

nb_trampoline!(PyDog: Dog, dyn Speaks);
impl Speaks for PyDog {
    fn bark(&self) -> String {
        nb_override!(self, bark)
    }
}

nb_module!(ui, m, {
    nb::class_<Dog, PyDog>(m, "Dog");
});

fn main() {}
