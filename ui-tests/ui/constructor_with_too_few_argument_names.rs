// row: fn-10
use nb::prelude::*;

#[derive(Clone)]
struct Dog {
    age: i32,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32, extra: i32| Dog { age: age + extra }), "age"_a);
});

fn main() {}
