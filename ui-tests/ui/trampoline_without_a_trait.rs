//! NB_TRAMPOLINE names the class only; here the trait is needed, too.

use nb::prelude::*;

#[derive(Clone, Default)]
pub struct Dog;

nb_trampoline!(PyDog: Dog, 1);

nb_module!(ui, m, {
    nb::class_<Dog>(m, "Dog");
});

fn main() {}
