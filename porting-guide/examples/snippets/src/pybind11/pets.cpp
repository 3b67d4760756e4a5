#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

struct Pet {
    enum Kind { Dog = 0, Cat };

    Pet(const std::string &name, int age) : name(name), age(age) {}

    void setName(const std::string &name_) { name = name_; }
    void setAge(int age_) { age = age_; }

    std::string name;
    int age;
};

struct Dog : Pet {
    Dog(const std::string &name, int age) : Pet(name, age) {}

    std::string bark() const { return "woof!"; }
};

Pet oldest(const std::vector<Pet> &pets) {
    if (pets.empty())
        throw py::value_error("no pets");
    const Pet *found = &pets[0];
    for (const Pet &pet : pets)
        if (pet.age > found->age)
            found = &pet;
    return *found;
}

PYBIND11_MODULE(pets, m) {
    py::class_<Pet, std::shared_ptr<Pet>> pet(m, "Pet", py::dynamic_attr());
    pet.def(py::init<const std::string &, int>(), py::arg("name"), py::arg("age") = 4)
        .def("set", py::overload_cast<int>(&Pet::setAge), "Set the pet's age")
        .def("set", py::overload_cast<const std::string &>(&Pet::setName), "Set the pet's name")
        .def_readwrite("name", &Pet::name)
        .def_readonly("age", &Pet::age)
        .def("__repr__", [](const Pet &p) { return "<Pet named '" + p.name + "'>"; });

    py::enum_<Pet::Kind>(pet, "Kind")
        .value("Dog", Pet::Kind::Dog)
        .value("Cat", Pet::Kind::Cat);

    py::class_<Dog, Pet, std::shared_ptr<Dog>>(m, "Dog")
        .def(py::init<const std::string &, int>(), py::arg("name"), py::arg("age") = 1)
        .def("bark", &Dog::bark);

    m.def("oldest", &oldest, py::arg("pets"), "The first of the oldest");
}
