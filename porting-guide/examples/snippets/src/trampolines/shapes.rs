use nb::prelude::*;
use std::any::Any;

pub trait Area: Any + Send + Sync {
    fn area(&self) -> f64;
}

/// What all shapes have; it has no area itself.
#[derive(Default)]
struct Shape {
    label: String,
}

struct Square {
    shape: Shape,
    side: f64,
}
nb_base!(Square, shape: Shape);

impl Area for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
}

nb_trampoline!(in self; PyShape: abstract Shape, dyn Area);

impl Area for PyShape {
    fn area(&self) -> f64 {
        nb_override_pure!(self, area)
    }
}

fn larger(a: Box<dyn Area>, b: Box<dyn Area>) -> Box<dyn Area> {
    if a.area() >= b.area() { a } else { b }
}

fn unit() -> Box<dyn Area> {
    Box::new(Square { shape: Shape::default(), side: 1.0 })
}

nb_module!(shapes, m, {
    nb::class_<Shape, PyShape>(m, "Shape")
        .def(nb::init<>())
        .def("area", &Shape::area)
        .def_rw("label", &Shape::label);

    nb::class_<Square, Shape, PyShape>(m, "Square")
        .def_ro("side", &Square::side);

    m.def("larger", &larger);
    m.def("unit", &unit);
});
