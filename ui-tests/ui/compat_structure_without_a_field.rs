use nb_compat::prelude::*;
use std::num::NonZeroU32;

#[derive(Clone, Copy)]
struct Two {
    a: u32,
    b: NonZeroU32,
}
PYBIND11_NUMPY_DTYPE!(Two, a, a);

#[derive(Clone, Copy)]
struct One {
    a: u32,
    b: NonZeroU32,
}
PYBIND11_NUMPY_DTYPE!(One, a);

fn main() {}
