//! The dog is in the kennel; its type says that it might be in the text as well.

use nb::prelude::*;
use std::collections::HashMap;

struct Dog;
struct Kennel {
    dogs: HashMap<String, Dog>,
}

impl Kennel {
    fn get<'a>(&'a self, name: &'a str) -> Option<&'a Dog> {
        self.dogs.get(name)
    }
}

nb_module!(ui, m, {
    nb::class_<Dog>(m, "Dog");
    nb::class_<Kennel>(m, "Kennel").def("get", &Kennel::get, nb::rv_policy::reference_internal);
});

fn main() {}
