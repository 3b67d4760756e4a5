// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Wrapper {
    nb::object value;
};

int wrapper_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    if (nb::inst_ready(self))
        Py_VISIT(nb::inst_ptr<Wrapper>(self)->value.ptr());
    return 0;
}

int wrapper_clear(PyObject *self) {
    nb::inst_ptr<Wrapper>(self)->value.reset();
    return 0;
}

Py_ssize_t wrapper_length(PyObject *self) {
    return nb::inst_ptr<Wrapper>(self)->value.is_valid();
}

PyType_Slot slots[] = {
    {Py_tp_traverse, (void *) wrapper_traverse},
    {Py_tp_clear, (void *) wrapper_clear},
    {Py_sq_length, (void *) wrapper_length},
    {0, nullptr},
};

NB_MODULE(type_slots, m) {
    nb::class_<Wrapper>(m, "Wrapper", nb::type_slots(slots))
        .def(nb::init<>())
        .def_rw("value", &Wrapper::value);
}
