//! The numbers are in an array that was made of a Python list, which ends with the call.

use nb::prelude::*;

struct Mesh;

fn corner<'a>(_mesh: &'a Mesh, numbers: &'a [f64]) -> &'a [f64; 3] {
    numbers[..3].try_into().unwrap()
}

nb_module!(ui, m, {
    nb::class_<[f64; 3]>(m, "Point");
    nb::class_<Mesh>(m, "Mesh").def("corner", &corner, nb::rv_policy::reference_internal);
});

fn main() {}
