// The benchmark's module, written with pybind11.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl_bind.h>

#include "../common/bench.h"

namespace py = pybind11;
using namespace py::literals;

PYBIND11_MAKE_OPAQUE(std::vector<int>)
PYBIND11_MAKE_OPAQUE(std::vector<Item>)

struct PyWorker : Worker {
    using Worker::Worker;
    int work(int x) const override { PYBIND11_OVERRIDE(int, Worker, work, x); }
};

// What native code does with Python objects, a hundred times a call.
static int read_attr(py::object o) {
    int sum = 0;
    for (int i = 0; i < 100; ++i)
        sum = wrapping_add(sum, py::cast<int>(o.attr("value")));
    return sum;
}

static void write_attr(py::object o) {
    for (int i = 0; i < 100; ++i)
        o.attr("value") = i;
}

static int walk_dict(py::dict d) {
    int sum = 0;
    for (auto [key, value] : d)
        sum = wrapping_add(sum, py::cast<int>(value));
    return sum;
}

static int walk_list(py::list l) {
    int sum = 0;
    for (py::handle value : l)
        sum = wrapping_add(sum, py::cast<int>(value));
    return sum;
}

static py::list make_list() {
    py::list l;
    for (int i = 0; i < 100; ++i)
        l.append(i);
    return l;
}

static py::tuple make_tuple() {
    py::tuple t(100);
    for (int i = 0; i < 100; ++i)
        t[(size_t) i] = i;
    return t;
}

static py::object call_keyword(py::object f) { return f(1, 2, "c"_a = 3); }

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
    m.def("read_attr", &read_attr);
    m.def("write_attr", &write_attr);
    m.def("walk_dict", &walk_dict);
    m.def("walk_list", &walk_list);
    m.def("make_list", &make_list);
    m.def("make_tuple", &make_tuple);
    m.def("call_keyword", &call_keyword);

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
    m.def("give", &give);

    py::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("other", &other);

    py::bind_vector<std::vector<int>>(m, "Numbers");
    m.def("numbers", &numbers);
    py::bind_vector<std::vector<Item>>(m, "Items");
    m.def("items", &items);

    py::class_<Worker, PyWorker>(m, "Worker").def(py::init<>()).def("work", &Worker::work);
    m.def("run", &run);
}
