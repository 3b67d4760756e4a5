use nb::prelude::*;

struct Dog {
    age: i32,
}

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(nb::pickle(|dog: &Dog| dog.age));
});

fn main() {}
