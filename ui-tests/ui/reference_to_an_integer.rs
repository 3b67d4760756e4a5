// row: fn-17
use nb::prelude::*;

fn double(value: &i32) -> i32 {
    *value * 2
}

nb_module!(sums, m, {
    m.def("double", &double);
});

fn main() {}
