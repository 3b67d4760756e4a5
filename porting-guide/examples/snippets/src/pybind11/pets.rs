use nb_compat::prelude::*;

#[derive(Clone)]
struct Pet {
    name: String,
    age: i32,
}

enum Kind {
    Dog,
    Cat,
}

impl Pet {
    fn new(name: &str, age: i32) -> Pet {
        Pet { name: name.into(), age }
    }
    fn set_name(&mut self, name: &str) {
        self.name = name.into();
    }
    fn set_age(&mut self, age: i32) {
        self.age = age;
    }
}

#[derive(Clone)]
struct Dog {
    pet: Pet,
}

nb_base!(Dog, pet: Pet);

impl Dog {
    fn new(name: &str, age: i32) -> Dog {
        Dog { pet: Pet::new(name, age) }
    }
    fn bark(&self) -> &'static str {
        "woof!"
    }
}

fn oldest(pets: Vec<Pet>) -> py::Result<Pet> {
    let first = pets.into_iter().rev().max_by_key(|pet| pet.age);
    first.ok_or_else(|| py::value_error("no pets"))
}

PYBIND11_MODULE!(pets, m, {
    py::class_<Pet, std::shared_ptr<Pet>> pet(m, "Pet", py::dynamic_attr());
    pet.def(py::init<const std::string &, int>(), py::arg("name"), py::arg("age") = 4)
        .def("set", py::overload_cast<int>(&Pet::set_age), "Set the pet's age")
        .def("set", py::overload_cast<const std::string &>(&Pet::set_name), "Set the pet's name")
        .def_readwrite("name", &Pet::name)
        .def_readonly("age", &Pet::age)
        .def("__repr__", |p: &Pet| format!("<Pet named '{}'>", p.name));

    py::enum_<Kind>(pet, "Kind")
        .value("Dog", Kind::Dog)
        .value("Cat", Kind::Cat);

    py::class_<Dog, Pet, std::shared_ptr<Dog>>(m, "Dog")
        .def(py::init<const std::string &, int>(), py::arg("name"), py::arg("age") = 1)
        .def("bark", &Dog::bark);

    m.def("oldest", &oldest, py::arg("pets"), "The first of the oldest");
});
