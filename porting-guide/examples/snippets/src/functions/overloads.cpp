// guide: hide
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Pet {
    std::string name;
    unsigned age = 0;

    Pet(const std::string &name) : name(name) {}
    void set(const std::string &name) { this->name = name; }
    void set(unsigned age) { this->age = age; }
};

double parse_number(const std::string &text) {
    char *end;
    double x = std::strtod(text.c_str(), &end);
    if (*end)
        throw nb::next_overload();
    return x;
}

// guide: hide
std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return (char) std::toupper(c); });
    return text;
}

// guide: show
NB_MODULE(overloads, m) {
    nb::class_<Pet>(m, "Pet")
        .def(nb::init<const std::string &>())
        .def("set", nb::overload_cast<const std::string &>(&Pet::set))
        .def("set", nb::overload_cast<unsigned>(&Pet::set))
        .def_ro("name", &Pet::name)
        .def_ro("age", &Pet::age);

    m.def("parse", &parse_number);
    m.def("parse", [](const std::string &text) { return upper(text); });
}
