use nb::prelude::*;

struct Dog;

nb_module!(dogs, m, {
    auto dog = nb::class_<Dog>(m, "Dog");
    dog.def("bark", |_: &Dog| "woof");
});

fn main() {}
