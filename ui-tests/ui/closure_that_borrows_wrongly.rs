// finding 15: closures that the macro helps to return a borrow are explained as any function is.
use nb::prelude::*;

struct Dog {
    name: String,
    age: i32,
    tail: Tail,
}

struct Tail;

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("field", |dog: &Dog| &dog.nme)
        .def("age", |dog: &Dog| &dog.age)
        .def("tail", |dog: &Dog| &dog.tail)
        .def("text", |dog: &Dog| -> &str { dog.age })
        .def("unknown", |dog: &Dig| -> &str { &dog.name });
});

fn main() {}
