// The benchmark's module, written with nanobind.
#include <nanobind/nanobind.h>
#include <nanobind/stl/bind_vector.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unordered_map.h>
#include <nanobind/stl/vector.h>
#include <nanobind/trampoline.h>

#include "../common/bench.h"

namespace nb = nanobind;
using namespace nb::literals;

NB_MAKE_OPAQUE(std::vector<int>)
NB_MAKE_OPAQUE(std::vector<Item>)

struct PyWorker : Worker {
    NB_TRAMPOLINE(Worker, 1);
    int work(int x) const override { NB_OVERRIDE(work, x); }
};

// What native code does with Python objects, a hundred times a call.
static int read_attr(nb::object o) {
    int sum = 0;
    for (int i = 0; i < 100; ++i)
        sum = wrapping_add(sum, nb::cast<int>(o.attr("value")));
    return sum;
}

static void write_attr(nb::object o) {
    for (int i = 0; i < 100; ++i)
        o.attr("value") = i;
}

static int walk_dict(nb::dict d) {
    int sum = 0;
    for (auto [key, value] : d)
        sum = wrapping_add(sum, nb::cast<int>(value));
    return sum;
}

static int walk_list(nb::list l) {
    int sum = 0;
    for (nb::handle value : l)
        sum = wrapping_add(sum, nb::cast<int>(value));
    return sum;
}

static nb::list make_list() {
    nb::list l;
    for (int i = 0; i < 100; ++i)
        l.append(i);
    return l;
}

#if NB_VERSION_MAJOR >= 3
static nb::tuple make_tuple() {
    nb::tuple_builder t(100);
    for (int i = 0; i < 100; ++i)
        t.put(i);
    return t.commit();
}
#else
static nb::tuple make_tuple() { return nb::tuple(make_list()); }
#endif

static nb::object call_keyword(nb::object f) { return f(1, 2, "c"_a = 3); }

NB_MODULE(bench_nanobind, m) {
    m.def("noargs", &noargs);
    m.def("add", &add);
    m.def("named", &add, "a"_a, "b"_a = 1);
    m.def("mixed", &mixed);
    m.def("text", &text);
    m.def("floats", &floats);
    m.def("table", &table);
    m.def("maybe", &maybe, "value"_a = nb::none());
    m.def("over", [](int) { return 1; });
    m.def("over", [](double) { return 2; });
    m.def("over", [](const char *) { return 3; });
    m.def("callback", [](nb::object f, int x) { return f(x); });
    m.def("fail", [] { throw nb::value_error("this always fails"); });
    nb::exception<OwnError>(m, "OwnError");
    m.def("fail_own", &fail_own);
    m.def("read_attr", &read_attr);
    m.def("write_attr", &write_attr);
    m.def("walk_dict", &walk_dict);
    m.def("walk_list", &walk_list);
    m.def("make_list", &make_list);
    m.def("make_tuple", &make_tuple);
    m.def("call_keyword", &call_keyword);

    nb::class_<Item>(m, "Item")
        .def(nb::init<int>())
        .def("get", &Item::get)
        .def("plus", &Item::plus)
        .def_static("twice", &Item::twice)
        .def_prop_rw("value", &Item::get, &Item::set_value)
        .def("__add__", [](const Item &a, const Item &b) { return Item(wrapping_add(a.value, b.value)); },
             nb::is_operator())
        .def("__eq__", [](const Item &a, const Item &b) { return a.value == b.value; }, nb::is_operator())
        .def("__len__", [](const Item &item) { return (size_t) item.value; });

#if NB_VERSION_MAJOR >= 3
    nb::class_<Pooled>(m, "Pooled", nb::pooled(128)).def(nb::init<int>()).def("get", &Pooled::get);
#endif

    nb::class_<Outer>(m, "Outer")
        .def(nb::init<>())
        .def_rw("item", &Outer::item)
        .def("child", &Outer::child, nb::rv_policy::reference_internal);

    m.def("take", &take);
    m.def("give", &give);

    nb::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("other", &other);

    nb::bind_vector<std::vector<int>>(m, "Numbers");
    m.def("numbers", &numbers);
    nb::bind_vector<std::vector<Item>>(m, "Items");
    m.def("items", &items);

    nb::class_<Worker, PyWorker>(m, "Worker").def(nb::init<>()).def("work", &Worker::work);
    m.def("run", &run);
}
