use nb::prelude::*;

struct Dog;

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("bark", [](const Dog &d) { return "woof"; });
});

fn main() {}
