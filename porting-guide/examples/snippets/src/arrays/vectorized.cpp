// guide: hide
#include <cmath>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace py::literals;
// guide: show

// pybind11

double power(double x, int n) { return std::pow(x, n); }

PYBIND11_MODULE(vectorized, m) {
    m.def("power", py::vectorize(&power), "x"_a, "n"_a = 2);
    m.def("mix", py::vectorize([](float a, float b, float t) {
        return a + (b - a) * t;
    }), "a"_a, "b"_a, "t"_a);
}
