use nb::prelude::*;

use std::cell::Cell;

nb_module!(counters, m, {
    let hits = Cell::new(0);
    m.def("hit", move || hits.set(hits.get() + 1));
});

fn main() {}
