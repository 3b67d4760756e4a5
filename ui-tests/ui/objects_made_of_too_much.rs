// finding 15: constructors of wrappers that C++ has and Rust has not, or that neither has.
use nb::prelude::*;

nb_module!(objects, m, {
    m.attr("a") = nb::object();
    m.attr("b") = nb::tuple(1, 2);
    m.attr("c") = nb::bytes("data", 2);
    m.attr("d") = nb::int_();
});

fn main() {}
