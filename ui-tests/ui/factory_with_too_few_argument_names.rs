use nb::prelude::*;

struct Dog;

fn make(_name: &str, _age: i32) -> Box<Dog> {
    Box::new(Dog)
}

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(nb::new_(&make), "name"_a);
});

fn main() {}
