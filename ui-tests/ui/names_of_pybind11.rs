// finding 15: what has another name in nanobind.
use nb::prelude::*;

struct Dog {
    age: i32,
}

impl Dog {
    fn age(&self) -> &i32 {
        &self.age
    }
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def_readwrite("age", &Dog::age)
        .def_readonly("same", &Dog::age)
        .def_property("other", &Dog::age, nullptr)
        .def_property_readonly("more", &Dog::age, nb::return_value_policy::reference);
});

fn main() {}
