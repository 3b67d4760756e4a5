// finding 2: `&Shape::area` of an abstract class is the trait's function, so that the class need not have one.
use nb::prelude::*;
use std::any::Any;

pub trait Area: Any + Send + Sync {
    fn area(&self) -> f64;
}
#[derive(Default)]
pub struct Shape;
nb_trampoline!(PyShape: abstract Shape, dyn Area);
impl Area for PyShape {
    fn area(&self) -> f64 {
        nb_override_pure!(self, area)
    }
}

nb_module!(shapes, m, {
    nb::class_<Shape, PyShape>(m, "Shape").def("area", &Shape::area).def("aera", &Shape::aera);
});

fn main() {}
