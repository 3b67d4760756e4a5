// finding 15: said by `cargo check`, at the annotation.
// row: fn-10
use nb::prelude::*;

fn add(a: i32, b: i32, c: i32) -> i32 {
    a + b + c
}

nb_module!(sums, m, {
    m.def("add", &add, "a"_a);
});

fn main() {}
