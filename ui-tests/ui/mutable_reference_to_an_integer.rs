// row: xchg-27
use nb::prelude::*;

fn increment(value: &mut i32) {
    *value += 1;
}

nb_module!(sums, m, {
    m.def("increment", &increment);
});

fn main() {}
