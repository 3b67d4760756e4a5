// guide: hide
#include <tuple>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

size_t increment(std::vector<int> &values) {
    for (int &v : values)
        ++v;
    return values.size();
}

std::tuple<size_t, std::vector<int>> incremented(std::vector<int> values) {
    size_t n = increment(values);
    return {n, values};
}

NB_MODULE(out_parameters, m) {
    m.def("increment", &incremented, "values"_a);
}
