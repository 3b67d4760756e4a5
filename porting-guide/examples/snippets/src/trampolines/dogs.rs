use nb::prelude::*;
use std::any::Any;

/// The virtual functions.
pub trait Barks: Any + Send + Sync {
    fn bark(&self) -> String;
}

struct Dog {
    name: String,
}

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { name: name.into() }
    }
}

impl Barks for Dog {
    fn bark(&self) -> String {
        format!("{}: woof!", self.name)
    }
}

nb_trampoline!(in self; PyDog: Dog, dyn Barks);

impl Barks for PyDog {
    fn bark(&self) -> String {
        nb_override!(self, bark)
    }
}

fn bark_twice(dog: &dyn Barks) -> String {
    dog.bark() + &dog.bark()
}

nb_module!(dogs, m, {
    nb::class_<Dog, PyDog>(m, "Dog")
        .def(nb::init<&str>())
        .def("bark", &Dog::bark)
        .def_ro("name", &Dog::name);

    m.def("alarm", &bark_twice);
});
