use nb::prelude::*;

struct Dog;

nb_module!(dogs, m, {
    nb::class_<Dog>(m).def("bark", |_: &Dog| "woof");
});

fn main() {}
