// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

enum class Color { Red, Green };

NB_MODULE(strings, m) {
    nb::enum_<Color>(m, "Color", nb::is_str())
        .str_value("Red", Color::Red, "red")
        .str_value("Green", Color::Green, "green");
    m.def("is_red", [](Color color) { return color == Color::Red; }, "color"_a);
}
