// row: xchg-27
use nb::prelude::*;

fn flip(value: &mut bool) {
    *value = !*value;
}

nb_module!(flags, m, {
    m.def("flip", &flip);
});

fn main() {}
