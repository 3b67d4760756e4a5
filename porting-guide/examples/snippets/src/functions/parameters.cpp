// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

void generic(nb::args args, nb::kwargs kwargs) {
    for (auto v : args)
        nb::print(nb::str("Positional: {}").format(v));
    for (auto kv : kwargs)
        nb::print(nb::str("Keyword: {} -> {}").format(kv.first, kv.second));
}

void example(int val, bool check) {}

int munge(nb::args args, bool invert) {
    int sum = 0;
    for (auto v : args)
        sum += nb::cast<int>(v);
    return invert ? -sum : sum;
}

NB_MODULE(parameters, m) {
    m.def("generic", &generic);
    m.def("example", &example, nb::arg("val"), nb::kw_only(), nb::arg("check"));
    m.def("munge", &munge, nb::arg("args"), nb::arg("invert") = false);
}
