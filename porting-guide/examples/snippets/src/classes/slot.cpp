// guide: hide
#include <algorithm>
#include <cctype>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Dog { std::string name; };

// guide: hide
std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return (char) std::toupper(c); });
    return text;
}

// guide: show
void from_tag(Dog *slot, const std::string &tag) {
    new (slot) Dog{upper(tag)};
}

NB_MODULE(slots, m) {
    nb::class_<Dog>(m, "Dog")
        .def("__init__", &from_tag, "tag"_a)
        .def_ro("name", &Dog::name);
}
