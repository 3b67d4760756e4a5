// finding 15: a comma is missing; C++ would make the docstring a part of the name.
use nb::prelude::*;

fn double(x: i32) -> i32 {
    x * 2
}

nb_module!(texts, m, {
    m.def("double", &double, "x"_a "Twice as much.");
});

fn main() {}
