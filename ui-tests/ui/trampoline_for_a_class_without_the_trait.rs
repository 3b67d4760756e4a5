//! The class does not implement the trait of its trampoline.

use nb::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
    fn bark(&self) -> String;
}
#[derive(Clone, Default)]
pub struct Dog;

nb_trampoline!(PyDog: Dog, dyn Speaks);
impl Speaks for PyDog {
    fn bark(&self) -> String {
        nb_override_pure!(self, bark)
    }
}

nb_module!(ui, m, {
    nb::class_<Dog, PyDog>(m, "Dog");
});

fn main() {}
