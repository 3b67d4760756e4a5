#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;

int add(int a, int b) { return a + b; }

struct Dog {
    std::string name;
    Dog(const std::string &name) : name(name) {}
    std::string bark() const { return name + ": woof!"; }
};

NB_MODULE(introduction, m) {
    m.def("add", &add, "a"_a, "b"_a = 1);

    nb::class_<Dog>(m, "Dog")
        .def(nb::init<const std::string &>())
        .def("bark", &Dog::bark)
        .def_rw("name", &Dog::name);
}
