use nb::prelude::*;

struct Dog;

impl Dog {
    fn bark(&self) {}
}

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(&Dog::bark);
});

fn main() {}
