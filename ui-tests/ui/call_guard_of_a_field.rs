// row: fn-34
use nb::prelude::*;

struct Dog {
    age: i32,
}

nb_module!(cases, m, {
    nb::class_<Dog>(m, "Dog").def_rw("age", &Dog::age, nb::call_guard<nb::gil_scoped_release>());
});

fn main() {}
