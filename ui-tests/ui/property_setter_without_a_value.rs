use nb::prelude::*;

struct Dog {
    age: i32,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def_prop_rw("age", |dog: &Dog| dog.age, |dog: &mut Dog| dog.age = 0);
});

fn main() {}
