// row: nd-77
use nb::prelude::*;

fn first(a: nb::ndarray) -> nb::Result<f32> {
    Ok(a.view_as::<(f32,)>()?.iter().next().unwrap_or(0.0))
}

fn main() {}
