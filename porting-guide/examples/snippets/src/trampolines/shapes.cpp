// guide: hide
#include <memory>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/trampoline.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Shape {
    std::string label;
    virtual double area() const = 0;
    virtual ~Shape() = default;
};

struct Square : Shape {
    double side;
    explicit Square(double side) : side(side) {}
    double area() const override { return side * side; }
};

struct PyShape : Shape {
    NB_TRAMPOLINE(Shape);
    double area() const override { NB_OVERRIDE_PURE(area); }
};

std::unique_ptr<Shape> unit() { return std::make_unique<Square>(1.0); }

NB_MODULE(shapes, m) {
    nb::class_<Shape, PyShape>(m, "Shape")
        .def(nb::init<>())
        .def("area", &Shape::area)
        .def_rw("label", &Shape::label);

    nb::class_<Square, Shape>(m, "Square")
        .def_ro("side", &Square::side);

    m.def("unit", &unit);
}
