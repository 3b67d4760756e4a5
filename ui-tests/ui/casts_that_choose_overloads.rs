// finding 15: in C++ these bind two functions; Rust has one of that name.
use nb::prelude::*;

struct Dog;

impl Dog {
    fn set(&mut self, _age: i32) {}
    fn get(&self) -> i32 {
        1
    }
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog")
        .def("set", nb::overload_cast<i32>(&Dog::set))
        .def("set", nb::overload_cast<const std::string &>(&Dog::set))
        .def_prop_ro("get", (int (Dog::*)()) &Dog::get)
        .def<int (Dog::*)() const>("get_const", &Dog::get);
});

fn main() {}
