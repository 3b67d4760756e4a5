// finding 15: what a wrapper can be made of.
use nb::prelude::*;

struct Dog;

nb_module!(objects, m, {
    nb::class_<Dog>(m, "Dog");
    m.attr("a") = nb::list(Dog);
});

fn main() {}
