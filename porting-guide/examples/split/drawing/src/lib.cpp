// guide: hide
#include <cstring>
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;

struct Circle {
    double radius;
    Circle(double radius) : radius(radius) {}
};

void grow(Circle &circle, double by) { circle.radius += by; }

// guide: show
void init_colors(nb::module_ &);
void init_lines(nb::module_ &);
void init_shapes(nb::module_ &);
void init_styles(nb::module_ &);

NB_MODULE(drawing, m) {
    m.doc() = "Bindings from several files and crates";
    init_colors(m);
    init_lines(m);
    init_shapes(m);
    m.def("grow", &grow, "circle"_a, "by"_a);
    init_styles(m);
}
// guide: hide

// The other files.

struct Color {
    uint8_t red;
    Color(uint8_t red) : red(red) {}
};

struct Line {
    double length;
    Color color {0};
    Line(double length) : length(length) {}
};

void init_colors(nb::module_ &m) {
    nb::class_<Color>(m, "Color", "A color with too few components")
        .def(nb::init<uint8_t>(), "red"_a)
        .def_rw("red", &Color::red);
    m.def("darker", [](const Color &color) { return Color(color.red / 2); }, "color"_a);
}

void init_lines(nb::module_ &m) {
    nb::class_<Line>(m, "Line")
        .def(nb::init<double>(), "length"_a)
        .def_rw("length", &Line::length)
        .def_rw("color", &Line::color);
    m.attr("THIN") = 0.1;
}

void init_shapes(nb::module_ &m) {
    nb::class_<Circle>(m, "Circle")
        .def(nb::init<double>(), "radius"_a)
        .def_rw("radius", &Circle::radius);
}

bool is_style(const char *name) { return !std::strcmp(name, "solid") || !std::strcmp(name, "dashed"); }

void init_styles(nb::module_ &m) {
    m.def("is_style", &is_style, "name"_a, "Whether there is a style of this name");
    m.attr("DEFAULT_STYLE") = "solid";
}
// guide: show
