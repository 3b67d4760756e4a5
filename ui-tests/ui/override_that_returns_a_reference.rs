//! What an override returns belongs to Python.
//! row: cls-44

use nb::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
    fn name(&self) -> &str;
}
#[derive(Clone, Default)]
pub struct Dog;
impl Speaks for Dog {
    fn name(&self) -> &str {
        "Rex"
    }
}

nb_trampoline!(PyDog: Dog, dyn Speaks);
impl Speaks for PyDog {
    fn name(&self) -> &str {
        nb_override!(self, name)
    }
}

nb_module!(ui, m, {
    nb::class_<Dog, PyDog>(m, "Dog");
});

fn main() {}
