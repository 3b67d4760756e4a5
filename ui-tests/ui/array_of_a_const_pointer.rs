// row: nd-88
use nb::prelude::*;

fn three(data: *const f32) -> nb::Result<nb::ndarray<(f32, nb::ndim<1>)>> {
    // SAFETY: not the point.
    unsafe { nb::ndarray::new(data, [3], ()) }
}

fn main() {}
