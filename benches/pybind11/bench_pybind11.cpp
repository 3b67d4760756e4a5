// The benchmark's module, written with pybind11.
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl_bind.h>

namespace py = pybind11;
namespace lib = pybind11;
#include "../common/driving.h"

PYBIND11_MAKE_OPAQUE(std::vector<int>)
PYBIND11_MAKE_OPAQUE(std::vector<Item>)

struct PyWorker : Worker {
    using Worker::Worker;
    int work(int x) const override { PYBIND11_OVERRIDE(int, Worker, work, x); }
};

py::tuple make_tuple() {
    py::tuple t(100);
    for (int i = 0; i < 100; ++i)
        t[(size_t) i] = i;
    return t;
}

// `noconvert` makes pybind11 refuse an array of another type or order, of which it would make a copy.
using Rows = py::array_t<float, py::array::c_style>;

// The type says nothing about dimensions.
py::ssize_t array_in(const py::array_t<double, 0> &a) {
    if (a.ndim() != 1)
        throw py::type_error("an array of one dimension is needed");
    return a.size();
}

py::array_t<double> array_out() {
    double *block = sixteen();
    py::capsule owner(block, [](void *p) { delete[] (double *) p; });
    return py::array_t<double>(16, block, owner);
}

py::array_t<float> view(const py::object &self) {
    auto &matrix = self.cast<Matrix &>();
    return py::array_t<float>({4, 4}, &matrix.cells[0][0], self);
}

PYBIND11_MODULE(bench_pybind11, m) {
    m.def("noargs", &noargs);
    m.def("add", &add);
    m.def("named", &add, "a"_a, "b"_a = 1);
    m.def("mixed", &mixed);
    m.def("text", &text);
    m.def("floats", &floats);
    m.def("table", &table);
    m.def("maybe", &maybe, "value"_a = py::none());
    m.def("over", [](int) { return 1; });
    m.def("over", [](double) { return 2; });
    m.def("over", [](const char *) { return 3; });
    m.def("callback", [](py::object f, int x) { return f(x); });
    m.def("fail", [] { throw py::value_error("this always fails"); });
    py::register_exception<OwnError>(m, "OwnError");
    m.def("fail_own", &fail_own);
    bind_driving(m);

    py::class_<Item>(m, "Item")
        .def(py::init<int>())
        .def("get", &Item::get)
        .def("plus", &Item::plus)
        .def_static("twice", &Item::twice)
        .def_property("value", &Item::get, &Item::set_value)
        .def("__add__", [](const Item &a, const Item &b) { return Item(wrapping_add(a.value, b.value)); },
             py::is_operator())
        .def("__eq__", [](const Item &a, const Item &b) { return a.value == b.value; }, py::is_operator())
        .def("__len__", [](const Item &item) { return (size_t) item.value; });

    py::class_<Outer>(m, "Outer")
        .def(py::init<>())
        .def_readwrite("item", &Outer::item)
        .def("child", &Outer::child, py::return_value_policy::reference_internal);

    m.def("take", &take);
    m.def("both", &both);
    m.def("adder", [](int by) -> std::function<int(int)> { return [by](int x) { return x + by; }; });
    m.def("give", &give);

    py::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("other", &other);

    py::bind_vector<std::vector<int>>(m, "Numbers");
    m.def("numbers", &numbers);
    py::bind_vector<std::vector<Item>>(m, "Items");
    m.def("items", &items);

    py::class_<Worker, PyWorker>(m, "Worker").def(py::init<>()).def("work", &Worker::work);
    m.def("run", &run);

    m.def("array_in", &array_in, py::arg("a").noconvert());
    m.def("array_out", &array_out);
    m.def("array_sum", [](const Rows &a) { return sum(a.unchecked<2>()); }, py::arg("a").noconvert());
    m.def("array_scale", [](Rows a, float factor) { scale(a.mutable_unchecked<2>(), factor); },
          py::arg("a").noconvert(), py::arg("factor"));
    py::class_<Matrix>(m, "Matrix").def(py::init<>()).def("view", &view);
}
