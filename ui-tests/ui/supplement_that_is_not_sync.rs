// row: low-25
use nb::prelude::*;

use std::cell::Cell;

#[derive(Default)]
struct Count(Cell<u32>);
struct Dog;

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog", nb::supplement<Count>());
});

fn main() {}
