// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

int add(int a, int b) { return a + b; }
double area(double width, double height) { return width * height; }

NB_MODULE(arithmetic, m) {
    m.def("add", &add, "a"_a, "b"_a = 1, "Sum of two integers");
    m.def("area", &area, nb::arg("width"), nb::arg("height").noconvert());
    m.def("add_unnamed", &add);
    m.def("greet", [](const char *who) {
        return std::string("hello ") + who;
    }, "who"_a.sig("getuser()") = "you");
}
