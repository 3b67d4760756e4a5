// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

double area(nb::object self) {
    double side = nb::cast<double>(self.attr("side"));
    return side * side;
}

nb::type_object with_area(nb::type_object cls) {
    nb::cpp_function_def(&area, nb::scope(cls), nb::name("area"), nb::is_method());
    return cls;
}

NB_MODULE(scopes, m) {
    auto types = nb::module_::import_("types");
    nb::object ns = types.attr("SimpleNamespace")();
    m.attr("functions") = ns;
    m.def("area_of", &area, nb::scope(ns), nb::name("area"));
    m.def("with_area", &with_area);
}
