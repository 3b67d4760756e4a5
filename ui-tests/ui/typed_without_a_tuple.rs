// row: api-misc-10
//! Outside of the macros the types of `nb::typed` are a tuple, also a single one.
use nb::prelude::*;

fn total(values: nb::typed<nb::list, i32>) -> nb::Result<usize> {
    values.len_hint();
    Ok(0)
}

nb_module!(demo, m, {
    m.def("total", &total);
});

fn main() {}
