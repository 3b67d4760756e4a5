// finding 15: a C++ lambda may call its first parameter `self`.
use nb::prelude::*;

struct Dog {
    age: i32,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("older", |self: &Dog, by: i32| self.age + by)
        .def("age", |by: i32, mut self: &Dog| self.age);
});

fn main() {}
