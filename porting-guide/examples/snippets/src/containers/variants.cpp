// guide: hide
#include <string>
#include <variant>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

using Value = std::variant<std::monostate, bool, int64_t, double,
                           std::string, std::vector<double>>;

const char *kind(const Value &value) {
    const char *names[] = {"nothing", "bool", "int", "float", "text", "numbers"};
    return names[value.index()];
}

NB_MODULE(variants, m) {
    m.def("kind", &kind, "value"_a.none());
    m.def("same", [](Value value) { return value; }, "value"_a.none());
}
