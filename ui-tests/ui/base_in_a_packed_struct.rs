//! No reference to the base could be made.

use nb::prelude::*;

struct Pet {
    age: u64,
}
#[repr(packed)]
struct Dog {
    kind: u8,
    pet: Pet,
}
nb_base!(Dog, pet: Pet);

fn main() {}
