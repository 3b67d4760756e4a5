// The benchmark's module, written with nanobind.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/bind_vector.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unordered_map.h>
#include <nanobind/stl/vector.h>
#include <nanobind/trampoline.h>

namespace nb = nanobind;
namespace lib = nanobind;
#include "../common/driving.h"

NB_MAKE_OPAQUE(std::vector<int>)
NB_MAKE_OPAQUE(std::vector<Item>)

struct PyWorker : Worker {
    NB_TRAMPOLINE(Worker, 1);
    int work(int x) const override { NB_OVERRIDE(work, x); }
};

#if NB_VERSION_MAJOR >= 3
nb::tuple make_tuple() {
    nb::tuple_builder t(100);
    for (int i = 0; i < 100; ++i)
        t.put(i);
    return t.commit();
}
#else
nb::tuple make_tuple() { return nb::tuple(make_list()); }
#endif

using Rows = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Sixteen = nb::ndarray<nb::numpy, double, nb::ndim<1>>;
using Cells = nb::ndarray<nb::numpy, float, nb::shape<4, 4>>;

Sixteen array_out() {
    double *block = sixteen();
    nb::capsule owner(block, [](void *p) noexcept { delete[] (double *) p; });
    return Sixteen(block, {16}, owner);
}

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
    bind_driving(m);

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
    m.def("both", &both);
    m.def("adder", [](int by) -> std::function<int(int)> { return [by](int x) { return x + by; }; });
    m.def("give", &give);

    nb::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("other", &other);

    nb::bind_vector<std::vector<int>>(m, "Numbers");
    m.def("numbers", &numbers);
    nb::bind_vector<std::vector<Item>>(m, "Items");
    m.def("items", &items);

    nb::class_<Worker, PyWorker>(m, "Worker").def(nb::init<>()).def("work", &Worker::work);
    m.def("run", &run);

    m.def("array_in", [](nb::ndarray<double, nb::ndim<1>> a) { return a.size(); });
    m.def("array_out", &array_out);
    m.def("array_sum", [](Rows a) { return sum(a.view()); });
    // Otherwise an array of another type would be copied, and the copy scaled.
    m.def("array_scale", [](Rows a, float factor) { scale(a.view(), factor); }, "a"_a.noconvert(), "factor"_a);
    nb::class_<Matrix>(m, "Matrix")
        .def(nb::init<>())
        .def("view", [](Matrix &matrix) { return Cells(matrix.cells); }, nb::rv_policy::reference_internal);
}
