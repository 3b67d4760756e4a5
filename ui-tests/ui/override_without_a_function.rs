//! `nb_override!` needs to know what is overridden.

use nb::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
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
        nb_override!(self, "bark")
    }
}

nb_module!(ui, m, {
    nb::class_<Dog, PyDog>(m, "Dog");
});

fn main() {}
