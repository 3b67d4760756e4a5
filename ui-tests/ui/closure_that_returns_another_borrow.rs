// finding 15: in a method the result is a borrow of the instance, as it is in a `fn`.
use nb::prelude::*;

struct Dog {
    name: String,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("kept", |dog: &Dog, key: &str| -> &str { key })
        .def("local", |dog: &Dog| -> &str { &dog.name.to_uppercase() });
});

fn main() {}
