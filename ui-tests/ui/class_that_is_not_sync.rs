use nb::prelude::*;

use std::cell::Cell;

struct Counter {
    hits: Cell<u32>,
}

nb_module!(counters, m, {
    nb::class_<Counter>(m, "Counter").def("hits", |counter: &Counter| counter.hits.get());
});

fn main() {}
