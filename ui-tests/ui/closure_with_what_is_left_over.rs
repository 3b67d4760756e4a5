// finding 15: the places of `nb::args` and `nb::kwargs` in a closure, said by `cargo check`.
use nb::prelude::*;

nb_module!(rests, m, {
    m.def("a", |named: nb::kwargs, all: nb::args| (all, named));
    m.def("b", |named: nb::kwargs, last: i32| (named, last));
    m.def("c", |all: nb::args, more: nb::args| (all, more));
    m.def("d", |all: nb::args, last: i32, named: nb::kwargs| (all, last, named), "all"_a, "last"_a, "named"_a);
});

fn main() {}
