// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Pet {
    std::string name;
    explicit Pet(const std::string &name) : name(name) {}
};

struct Dog : Pet {
    unsigned tricks = 0;
    explicit Dog(const std::string &name) : Pet(name) {}
};

void set_name(Pet &pet, const std::string &name) { pet.name = name; }

NB_MODULE(bases, m) {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init<const std::string &>(), "name"_a)
        .def_rw("name", &Pet::name);

    nb::class_<Dog, Pet>(m, "Dog")
        .def(nb::init<const std::string &>(), "name"_a)
        .def("learn", [](Dog &dog) { return ++dog.tricks; });

    m.def("rename", &set_name, "pet"_a, "name"_a);
}
