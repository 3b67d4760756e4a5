use nb::prelude::*;

#[derive(Clone)]
struct Dog {
    name: String,
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("name", |dog: &Dog| -> &str { &dog.name });
});

fn main() {}
