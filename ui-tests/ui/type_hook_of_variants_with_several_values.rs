//! A variant with two values has no class.

use nb::prelude::*;

#[derive(Clone)]
pub struct Cat;
pub enum AnyPet {
    Cat(Cat),
    Two(Cat, Cat),
}
nb_type_hook!(AnyPet { Cat(Cat), Two(Cat, Cat) });

nb_module!(ui, m, {
    nb::class_<Cat>(m, "Cat");
});

fn main() {
    let _ = (AnyPet::Cat(Cat), AnyPet::Two(Cat, Cat));
}
