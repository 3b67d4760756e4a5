// guide: hide
#include <optional>
#include <stdexcept>
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

int divide(int a, int b) {
    if (b == 0)
        throw std::runtime_error("division by zero");
    return a / b;
}

int64_t half(int64_t x) {
    if (x % 2)
        throw nb::value_error("x must be even");
    return x / 2;
}

std::optional<nb::object> lookup(nb::object f) {
    try {
        return f();
    } catch (nb::python_error &e) {
        if (!e.matches(PyExc_KeyError))
            throw;
        return {};
    }
}

struct ParseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

int64_t parse(const std::string &text) {
    try {
        return std::stoll(text);
    } catch (std::exception &) {
        throw ParseError("cannot parse '" + text + "'");
    }
}

NB_MODULE(errors, m) {
    nb::exception<ParseError>(m, "ParseError", PyExc_ValueError);
    m.def("divide", &divide);
    m.def("half", &half);
    m.def("lookup", &lookup);
    m.def("parse", &parse);
}
