// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Rect {
    double width = 0, height = 0;

    Rect() = default;
    Rect(double width, double height) : width(width), height(height) {}
    static Rect square(double side) { return Rect(side, side); }
};

// guide: hide
Rect parse(const std::string &text) {
    size_t x = text.find('x');
    if (x == std::string::npos)
        throw nb::value_error("expected WIDTHxHEIGHT");
    return Rect(std::stod(text.substr(0, x)), std::stod(text.substr(x + 1)));
}

// guide: show
NB_MODULE(constructors, m) {
    nb::class_<Rect>(m, "Rect")
        .def(nb::init<>())
        .def(nb::init<double, double>(), "width"_a, "height"_a)
        .def(nb::init<const Rect &>(), "other"_a)
        .def("__init__", [](Rect *t, double side) {
            new (t) Rect(Rect::square(side));
        }, "side"_a)
        .def("__init__", [](Rect *t, const std::string &s) {
            new (t) Rect(parse(s)); // may throw
        }, "text"_a)
        .def_ro("width", &Rect::width)
        .def_ro("height", &Rect::height);
}
