// finding 1: derived classes in other files ask the class for the trait of its trampoline.
use nb::prelude::*;
use std::any::Any;

trait Speaks: Any + Send + Sync {
    fn speak(&self) -> i32;
}
#[derive(Default)]
pub struct Dog;
impl Speaks for Dog {
    fn speak(&self) -> i32 {
        1
    }
}
nb_trampoline!(PyDog: Dog, dyn Speaks);
impl Speaks for PyDog {
    fn speak(&self) -> i32 {
        nb_override!(self, speak)
    }
}

nb_module!(dogs, m, {
    nb::class_<Dog, PyDog>(m, "Dog");
});

fn main() {}
