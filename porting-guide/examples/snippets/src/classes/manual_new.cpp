// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Tagged { std::string tag; };

Tagged make(nb::handle cls, const std::string &text) {
    return {nb::cast<std::string>(cls.attr("__name__")) + ": " + text};
}

NB_MODULE(manual_new, m) {
    nb::class_<Tagged>(m, "Tagged")
        .def_static("__new__", &make, "cls"_a, "text"_a)
        .def("__init__", [](nb::handle, const char *) {}, "text"_a)
        .def_ro("tag", &Tagged::tag);
}
