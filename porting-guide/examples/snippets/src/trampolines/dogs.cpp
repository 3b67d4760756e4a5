// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/trampoline.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Dog {
    std::string name;
    Dog(const std::string &name) : name(name) {}
    virtual std::string bark() const { return name + ": woof!"; }
    virtual ~Dog() = default;
};

struct PyDog : Dog {
    NB_TRAMPOLINE(Dog);

    std::string bark() const override { NB_OVERRIDE(bark); }
};

std::string bark_twice(const Dog &dog) { return dog.bark() + dog.bark(); }

NB_MODULE(dogs, m) {
    nb::class_<Dog, PyDog>(m, "Dog")
        .def(nb::init<const std::string &>())
        .def("bark", &Dog::bark)
        .def_ro("name", &Dog::name);

    m.def("alarm", &bark_twice);
}
