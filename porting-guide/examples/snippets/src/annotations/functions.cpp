// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Number {
    int value;
    Number(int value) : value(value) {}

    bool equals(const Number &other) const { return value == other.value; }
    void add(int by) { value += by; }
    Number copied() const { return *this; }
    Number *made() const { return new Number(value); }
    Number &itself() { return *this; }
    int get() const { return value; }
    void set(int number) { value = number; }
};

void exchange(Number &a, Number &b) { std::swap(a.value, b.value); }

NB_MODULE(annotations_functions, m) {
    nb::class_<Number>(m, "Number")
        .def(nb::init<int>(), nb::arg("value").noconvert(), nb::is_implicit())
        .def("__eq__", &Number::equals, "other"_a, nb::is_operator())
        .def("add", &Number::add, nb::kw_only(), "by"_a, nb::lock_self())
        .def("copied", &Number::copied, nb::rv_policy::automatic)
        .def("moved", &Number::copied, nb::rv_policy::move)
        .def("again", &Number::copied, nb::rv_policy::automatic_reference)
        .def("made", &Number::made, nb::rv_policy::take_ownership, nb::keep_alive<0, 1>())
        .def("itself", &Number::itself, nb::rv_policy::none)
        .def("twin", &Number::itself, nb::rv_policy::copy)
        .def("part", &Number::itself, nb::rv_policy::reference_internal)
        .def_prop_rw("value", &Number::get, &Number::set, "The number",
                     nb::for_getter(nb::sig("def value(self, /) -> int")),
                     nb::for_setter("number"_a.noconvert()));
    nb::implicitly_convertible<int, Number>();

    m.def("exchange", &exchange, "a"_a.lock(), "b"_a.lock(), nb::sig("def exchange(a: Number, b: Number) -> None"),
          nb::call_guard<nb::gil_scoped_release>());
}
