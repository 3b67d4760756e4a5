use nb_compat::prelude::*;

#[derive(Clone, Copy)]
struct Named {
    id: u64,
    name: &'static u64,
    known: bool,
}
PYBIND11_NUMPY_DTYPE!(Named, id, name, known);

fn main() {}
