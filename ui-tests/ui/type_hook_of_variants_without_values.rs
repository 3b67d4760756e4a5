//! A variant without a value has no class.

use nb::prelude::*;

#[derive(Clone)]
pub struct Cat;
pub enum AnyPet {
    Cat(Cat),
    None,
}
nb_type_hook!(AnyPet { Cat(Cat), None });

nb_module!(ui, m, {
    nb::class_<Cat>(m, "Cat");
});

fn main() {
    let _ = (AnyPet::Cat(Cat), AnyPet::None);
}
