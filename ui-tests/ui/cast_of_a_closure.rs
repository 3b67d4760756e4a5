// finding 15: a cast is left out before the path of a function only.
use nb::prelude::*;

struct Dog {
    age: i32,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("a", static_cast<int (*)(const Dog &)>(|d: &Dog| d.age))
        .def("b", (int (*)(const Dog &)) |d: &Dog| d.age)
        .def<int (*)(const Dog &)>("c", |d: &Dog| d.age);
});

fn main() {}
