// guide: hide
#include <cstdio>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Vector2 {
    float x, y;
    Vector2(float x, float y) : x(x), y(y) {}
    std::string to_text() const;

    Vector2 operator+(const Vector2 &v) const { return {x + v.x, y + v.y}; }
    Vector2 operator*(float f) const { return {x * f, y * f}; }
    friend Vector2 operator*(float f, const Vector2 &v) { return v * f; }
    Vector2 operator-() const { return {-x, -y}; }
    Vector2 &operator+=(const Vector2 &v) { return *this = *this + v; }
    Vector2 &operator*=(float f) { return *this = *this * f; }
};

// guide: hide
std::string Vector2::to_text() const {
    char text[64];
    std::snprintf(text, sizeof(text), "[%g, %g]", x, y);
    return text;
}

// guide: show
NB_MODULE(operators, m) {
    nb::class_<Vector2>(m, "Vector2")
        .def(nb::init<float, float>())
        .def(nb::self + nb::self)
        .def(nb::self += nb::self)
        .def(nb::self *= float())
        .def(float() * nb::self)
        .def(nb::self * float())
        .def(-nb::self)
        .def("__repr__", &Vector2::to_text);
}
