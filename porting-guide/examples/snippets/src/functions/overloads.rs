use nb::prelude::*;

struct Pet {
    name: String,
    age: u32,
}

impl Pet {
    fn new(name: &str) -> Pet {
        Pet { name: name.into(), age: 0 }
    }

    fn set_name(&mut self, name: &str) {
        self.name = name.into();
    }

    fn set_age(&mut self, age: u32) {
        self.age = age;
    }
}

fn parse_number(text: &str) -> nb::Result<f64> {
    // Not a number: let the next overload have it.
    text.parse().map_err(|_| nb::next_overload())
}

nb_module!(overloads, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init<&str>())
        .def("set", &Pet::set_name)
        .def("set", &Pet::set_age)
        .def_ro("name", &Pet::name)
        .def_ro("age", &Pet::age);

    m.def("parse", &parse_number);
    m.def("parse", |text: &str| text.to_uppercase());
});
