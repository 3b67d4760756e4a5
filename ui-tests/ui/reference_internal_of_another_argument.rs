//! As before, with lifetimes that say so.

use nb::prelude::*;

struct Mesh;

fn corner<'n>(_mesh: &Mesh, numbers: &'n [f64]) -> &'n [f64; 3] {
    numbers[..3].try_into().unwrap()
}

nb_module!(ui, m, {
    nb::class_<[f64; 3]>(m, "Point");
    nb::class_<Mesh>(m, "Mesh").def("corner", &corner, nb::rv_policy::reference_internal);
});

fn main() {}
