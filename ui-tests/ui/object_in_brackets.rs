// row: api-obj-10, api-obj-11, api-obj-12
use nb::prelude::*;

fn first(values: &nb::list) -> nb::object {
    values[0].clone()
}

fn main() {}
