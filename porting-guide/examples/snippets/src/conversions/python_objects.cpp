// guide: hide
#include <sstream>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

nb::dict count_words(const std::string &text) {
    nb::dict counts;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        nb::str key(word.c_str());
        int64_t n = counts.contains(key) ? nb::cast<int64_t>(counts[key]) : 0;
        counts[key] = n + 1;
    }
    return counts;
}

void append_squares(nb::list out, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        out.append(i * i);
}

nb::object call_twice(nb::object f, nb::object x) {
    return f(f(x));
}

NB_MODULE(python_objects, m) {
    m.def("count_words", &count_words);
    m.def("append_squares", &append_squares);
    m.def("call_twice", &call_twice);
}
