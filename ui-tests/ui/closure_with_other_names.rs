// finding 15: what the macro counts by itself, of closures and constructors.
use nb::prelude::*;

struct Dog {
    age: i32,
}

impl Dog {
    fn new(age: i32) -> Dog {
        Dog { age }
    }
}

nb_module!(dogs, m, {
    m.def("pair", |pair: (i32, i32), add: i32| pair.0 + pair.1 + add, "pair"_a);
    nb::class_<Dog>(m, "Dog")
        .def(nb::init<i32>(), "name"_a, "age"_a = 3)
        .def("older", |d: &Dog, by: i32| d.age + by, "self"_a, "by"_a, "The sum.")
        .def_static("made", move |age: i32| Dog { age }, "name"_a, "age"_a)
        .def("same", |a: &Dog, b: &Dog| a.age == b.age, nb::keep_alive<1, 3>());
});

fn main() {}
