//! For an instance of a Python class, the trait object is a trampoline that ends with the call. The policy is that of getters.

use nb::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
    fn name(&self) -> &Name;
}
#[derive(Clone, Default)]
pub struct Name;
#[derive(Clone, Default)]
pub struct Dog(Name);
impl Speaks for Dog {
    fn name(&self) -> &Name {
        &self.0
    }
}

nb_trampoline!(PyDog: Dog, dyn Speaks);
impl Speaks for PyDog {
    fn name(&self) -> &Name {
        &Name
    }
}

fn name(dog: &dyn Speaks) -> &Name {
    dog.name()
}

nb_module!(ui, m, {
    nb::class_<Name>(m, "Name");
    nb::class_<Dog, PyDog>(m, "Dog").def_prop_ro("name", &name);
});

fn main() {}
