// guide: hide
#include <string>
#include <tuple>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Pet {
    std::string name;
    int age;
    Pet(const std::string &name, int age) : name(name), age(age) {}
};

NB_MODULE(pickling, m) {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init<const std::string &, int>())
        .def("__getstate__", [](const Pet &pet) {
            return std::make_tuple(pet.name, pet.age);
        })
        .def("__setstate__", [](Pet &pet, std::tuple<std::string, int> state) {
            auto [name, age] = state;
            if (age < 0)
                throw nb::value_error("nobody is that young");
            new (&pet) Pet{name, age};
        });
}
