// guide: hide
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace py::literals;
// guide: show

// pybind11

struct Point {
    double x, y;
    Point(double x, double y) : x(x), y(y) {}
};

PYBIND11_MODULE(pickle_ext, m) {
    py::class_<Point>(m, "Point")
        .def(py::init<double, double>())
        .def(py::pickle(
            [](const Point &p) { return py::make_tuple(p.x, p.y); },
            [](py::tuple t) { return Point(t[0].cast<double>(), t[1].cast<double>()); }));
}
