use nb::prelude::*;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

struct Dog {
    name: String,
}

impl Dog {
    fn new(name: &str) -> Dog {
        Dog { name: name.into() }
    }

    fn bark(&self) -> String {
        format!("{}: woof!", self.name)
    }
}

nb_module!(introduction, m, {
    m.def("add", &add, "a"_a, "b"_a = 1);

    nb::class_<Dog>(m, "Dog")
        .def(nb::init<&str>())
        .def("bark", &Dog::bark)
        .def_rw("name", &Dog::name);
});
