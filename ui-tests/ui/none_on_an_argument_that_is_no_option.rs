// row: fn-17
use nb::prelude::*;

fn length(items: Vec<i32>) -> usize {
    items.len()
}

nb_module!(lists, m, {
    m.def("length", &length, "items"_a.none());
});

fn main() {}
