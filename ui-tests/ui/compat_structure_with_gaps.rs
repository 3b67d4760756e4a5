use nb_compat::prelude::*;

#[derive(Clone, Copy)]
struct Pair {
    a: i32,
    b: f64,
}
PYBIND11_NUMPY_DTYPE!(Pair, a, b);

fn main() {}
