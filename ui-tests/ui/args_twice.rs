// row: fn-24
use nb::prelude::*;

fn chain(first: nb::args, second: nb::args) -> usize {
    first.len() + second.len()
}

nb_module!(cases, m, {
    m.def("chain", &chain);
});

fn main() {}
