// row: STL-26
use nb::prelude::*;

fn count(texts: &nb::object) -> nb::Result<usize> {
    Ok(texts.cast::<Vec<&str>>()?.len())
}

fn main() {}
