//! Another name of the namespace, as in C++'s `namespace py = nanobind;`.

use nb as py;
use nb::prelude::*;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

impl Dog {
    fn new(age: i32) -> Dog {
        Dog { age }
    }
}

pub enum Kind {
    Cat,
    Dog,
}

#[derive(Debug)]
pub struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("lost")
    }
}

/// Not the library: a module of the user's with names like the library's.
mod own {
    pub fn init(value: i32) -> i32 {
        value + 1
    }
    pub fn dict() -> i32 {
        7
    }
}

nb_module!(test_namespaces_ext, m, {
    py::class_<Dog> dog(m, "Dog");
    dog.def(py::init<i32>(), py::arg("age") = 3)
        .def("same", |a: &Dog, b: &Dog| a.age == b.age, py::is_operator(), py::arg("other"))
        .def("text", |d: &Dog| py::str(py::int_(d.age)))
        .def_rw("age", &Dog::age);
    py::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    py::exception<Lost>(m, "Lost", PyExc_KeyError);
    m.def("lose", || -> Result<i32, Lost> { Err(Lost) });
    m.def("kept", |values: py::list| values, py::arg("values"), py::keep_alive<0, 1>());
    m.attr("own") = (own::init(1), own::dict());
});

nb_bind!(in crate::namespaces; |m| {
    namespace pb = nanobind;
    using namespace pb::literals;
    m.def("inside", |n: i32| pb::float_(n), "n"_a = 1);
});
