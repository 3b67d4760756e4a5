// row: fn-29
// row: DSP-13
use nb::prelude::*;

fn munge(numbers: nb::args, invert: bool) -> bool {
    invert && numbers.is_empty()
}

nb_module!(cases, m, {
    m.def("munge", &munge);
});

fn main() {}
