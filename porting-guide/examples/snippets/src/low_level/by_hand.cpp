// guide: hide
#include <new>
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct MyClass {
    int number;
    MyClass(int number) : number(number) {}
};

nb::object make(nb::type_object py_type) {
    nb::object py_inst = nb::inst_alloc(py_type);
    new (nb::inst_ptr<MyClass>(py_inst)) MyClass(10);
    nb::inst_mark_ready(py_inst);
    return py_inst;
}

NB_MODULE(by_hand, m) {
    nb::class_<MyClass>(m, "MyClass")
        .def_prop_ro("number", [](const MyClass &c) { return c.number; });

    m.def("make", &make, "py_type"_a);
}
