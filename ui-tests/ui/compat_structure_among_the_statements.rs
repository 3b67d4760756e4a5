use nb_compat::prelude::*;

#[derive(Clone, Copy)]
struct Pair {
    a: i32,
    b: i32,
}

PYBIND11_MODULE!(arrays, m, {
    PYBIND11_NUMPY_DTYPE(Pair, a, b)
});

fn main() {}
