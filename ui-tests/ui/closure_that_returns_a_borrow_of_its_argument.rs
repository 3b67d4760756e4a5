// finding 15: the type of the result is written, or the closure ends with the borrow itself; here neither holds.
use nb::prelude::*;

#[derive(Clone)]
struct Dog {
    name: String,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("name", |dog: &Dog| -> &str { &dog.name })
        .def("upper", |dog: &Dog| dog.name.as_str());
});

fn main() {}
