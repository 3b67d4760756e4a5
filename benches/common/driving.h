// What native code does with Python objects, a hundred times a call, in words that nanobind and pybind11 share. Who includes this names
// the library `lib` before, and defines `make_tuple` after.
#pragma once

#include "bench.h"

using namespace lib::literals;

inline int read_attr(lib::object o) {
    int sum = 0;
    for (int i = 0; i < 100; ++i)
        sum = wrapping_add(sum, lib::cast<int>(o.attr("value")));
    return sum;
}

inline void write_attr(lib::object o) {
    for (int i = 0; i < 100; ++i)
        o.attr("value") = i;
}

inline int walk_dict(lib::dict d) {
    int sum = 0;
    for (auto [key, value] : d)
        sum = wrapping_add(sum, lib::cast<int>(value));
    return sum;
}

inline int walk_list(lib::list l) {
    int sum = 0;
    for (lib::handle value : l)
        sum = wrapping_add(sum, lib::cast<int>(value));
    return sum;
}

inline lib::list make_list() {
    lib::list l;
    for (int i = 0; i < 100; ++i)
        l.append(i);
    return l;
}

lib::tuple make_tuple();

inline lib::object call_keyword(lib::object f) { return f(1, 2, "c"_a = 3); }

inline void bind_driving(lib::module_ &m) {
    m.def("read_attr", &read_attr);
    m.def("write_attr", &write_attr);
    m.def("walk_dict", &walk_dict);
    m.def("walk_list", &walk_list);
    m.def("make_list", &make_list);
    m.def("make_tuple", &make_tuple);
    m.def("call_keyword", &call_keyword);
}
