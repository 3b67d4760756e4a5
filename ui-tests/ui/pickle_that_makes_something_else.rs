use nb::prelude::*;

struct Dog {
    age: i32,
}

nb_module!(pets, m, {
    nb::class_<Dog>(m, "Dog").def(nb::pickle(|dog: &Dog| dog.age, |age: i32| age + 1));
});

fn main() {}
