// finding 15: what `cargo check` reports of functions, at the annotations.
use nb::prelude::*;

struct Dog {
    age: i32,
}

impl Dog {
    fn older(&self, by: i32) -> i32 {
        self.age + by
    }
    fn none() {}
}

fn double(age: i32) -> i32 {
    age * 2
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("older", &Dog::older, "self"_a, "by"_a, "The sum.")
        .def("static", &Dog::none, nb::keep_alive<1, 2>());
});

nb_fn!("double", &double, "age"_a, "by"_a);

fn main() {}
