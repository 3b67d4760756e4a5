//! A library crate with bindings, but without an extension module of its own.

use nb::prelude::*;

nb_domain!();

/// A circle around the origin.
#[derive(Clone)]
pub struct Circle {
    /// Distance of the rim from the centre.
    pub radius: f64,
}

impl Circle {
    /// A circle of this radius.
    pub fn new(radius: f64) -> Circle {
        Circle { radius }
    }
}

nb_class!(Circle, "Circle", {
    .def(nb::init<f64>(), "radius"_a)
    .def_rw("radius", &Circle::radius)
});
