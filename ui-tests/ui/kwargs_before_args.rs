// row: fn-24
// row: DSP-13
use nb::prelude::*;

fn generic(options: nb::kwargs, rest: nb::args) -> usize {
    options.len() + rest.len()
}

nb_module!(cases, m, {
    m.def("generic", &generic);
});

fn main() {}
