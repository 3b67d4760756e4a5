// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Square {
    double side;
    Square(double side) : side(side) {}
    double area() const { return side * side; }
};

struct ShapeOps : nb::def_visitor<ShapeOps> {
    template <typename Class, typename... Extra>
    void execute(Class &cl, const Extra &...extra) {
        using T = typename Class::Type;
        cl.def("area", [](const T &s) { return s.area(); }, extra...)
          .def("is_empty", [](const T &s) { return s.area() == 0; }, extra...);
    }
};

NB_MODULE(visitors, m) {
    nb::class_<Square>(m, "Square")
        .def(nb::init<double>())
        .def(ShapeOps {}, "Of the shape");
}
