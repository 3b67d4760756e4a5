//! Part of extension modules: a plain library whose items register themselves, under a domain of its own.

use nb::prelude::*;

nb_domain!();

/// A class that several extension modules bind.
#[derive(Clone, Debug)]
pub struct Circle {
    /// Distance of the rim from the centre.
    pub radius: f64,
}

impl Circle {
    /// A circle around the origin.
    pub fn new(radius: f64) -> Circle {
        Circle { radius }
    }
}

fn unit_circle() -> Circle {
    Circle::new(1.0)
}

fn radius_of(circle: &Circle) -> f64 {
    circle.radius
}

nb_class!(Circle, "Circle", "A circle from a library crate", {
    .def(nb::init<f64>(), "radius"_a = 1.0)
    .def_rw("radius", &Circle::radius)
    .def("__repr__", |circle: &Circle| format!("Circle({})", circle.radius))
});

nb_fn!("unit_circle", &unit_circle, "The circle of radius 1");
nb_fn!("radius_of", &radius_of, "circle"_a);

/// An enum that two extensions bind.
pub enum Shade {
    /// Of the day.
    Light = 3,
    /// Of the night.
    Dark = 4,
}

nb_enum!(Shade, "Shade", [Light, Dark]);
