//! The trait does not say which type its value has.

use nb::prelude::*;

pub trait Speaks: Send + Sync {
    fn bark(&self) -> String;
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
