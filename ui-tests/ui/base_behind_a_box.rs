//! The base is not in the value, but somewhere else.

use nb::prelude::*;

struct Pet;
struct Dog {
    pet: Box<Pet>,
}
nb_base!(Dog, pet: Pet);

fn main() {}
