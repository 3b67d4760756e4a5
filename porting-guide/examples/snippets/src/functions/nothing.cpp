// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Dog { std::string name; };

std::string bark(Dog *dog) {
    return dog ? dog->name + ": woof!" : "(no dog)";
}

Dog *find(const std::string &name) {
    return name == "Max" ? new Dog{name} : nullptr;
}

NB_MODULE(nothing, m) {
    nb::class_<Dog>(m, "Dog").def_ro("name", &Dog::name);

    m.def("bark", &bark, "dog"_a = nb::none());
    m.def("must_bark", [](Dog *dog) { return dog->name; }, "dog"_a);
    m.def("find", &find);
}
