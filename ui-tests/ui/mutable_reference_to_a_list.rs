// row: xchg-26
use nb::prelude::*;

fn append(items: &mut Vec<i32>) {
    items.push(1);
}

nb_module!(lists, m, {
    m.def("append", &append);
});

fn main() {}
