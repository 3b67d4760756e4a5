//! A Python enumeration has a number for each member, and nothing else.
use nb::prelude::*;

pub enum Shape {
    Circle(f64),
    Point,
}

nb_module!(my_ext, m, {
    nb::enum_<Shape>(m, "Shape").value("Point", Shape::Point);
});

fn main() {}
