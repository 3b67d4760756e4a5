// guide: hide
#include <string>
#include <vector>
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Point { double x = 0; };

struct Path {
    std::vector<Point> points;
    Point start;

    void add(double x) { points.push_back(Point{x}); }
    const Point &at(size_t index) const;
    Point &at_mut(size_t index);
};

// guide: hide
Point &Path::at_mut(size_t index) {
    if (index >= points.size())
        throw nb::index_error("no such point");
    return points[index];
}
const Point &Path::at(size_t index) const { return const_cast<Path *>(this)->at_mut(index); }

// guide: show
NB_MODULE(internal, m) {
    nb::class_<Point>(m, "Point")
        .def(nb::init<>())
        .def_rw("x", &Point::x);

    nb::class_<Path>(m, "Path")
        .def(nb::init<>())
        .def("add", &Path::add, "x"_a)
        .def("copy_of", &Path::at, "index"_a)
        .def("at", &Path::at, "index"_a, nb::rv_policy::reference_internal)
        .def("at_mut", &Path::at_mut, "index"_a, nb::rv_policy::reference_internal)
        .def_rw("start", &Path::start);
}
