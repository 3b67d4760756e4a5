// guide: hide
#include <nanobind/nanobind.h>
#include <nanobind/typing.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Wrapper {
    nb::object value;
    Wrapper(nb::object value) : value(value) {}
    nb::object get() const { return value; }
};

NB_MODULE(generic, m) {
    m.attr("T") = nb::type_var("T");
    nb::class_<Wrapper>(m, "Wrapper", nb::is_generic(), nb::sig("class Wrapper(typing.Generic[T])"))
        .def(nb::init<nb::object>(), nb::sig("def __init__(self, value: T, /) -> None"))
        .def("get", &Wrapper::get, nb::sig("def get(self, /) -> T"));
}
