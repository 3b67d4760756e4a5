//! The extension module: what Python sees, and the functions behind it.

use std::ops::Add;

use nb::prelude::*;

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    fn length(&self) -> f64 {
        self.x.hypot(self.y)
    }

    fn scaled(&self, by: f64) -> Point {
        Point::new(self.x * by, self.y * by)
    }
}

impl Add for Point {
    type Output = Point;

    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}

fn centroid(points: Vec<Point>) -> nb::Result<Point> {
    let sum = points.iter().copied().reduce(Add::add);
    let sum = sum.ok_or_else(|| nb::value_error("there is no point"))?;
    Ok(sum.scaled(1.0 / points.len() as f64))
}

// `class_::<Point>` rather than `class_<Point>`, which is accepted as well: rustfmt leaves alone what is no Rust.
nb_module!(_core, m, {
    m.doc() = "Points of the plane, in Rust";

    nb::class_::<Point>(m, "Point", "A point of the plane")
        .def(nb::init::<f64, f64>(), "x"_a = 0.0, "y"_a = 0.0)
        .def_rw("x", &Point::x)
        .def_rw("y", &Point::y)
        .def("length", &Point::length, "Distance from the origin")
        .def("scaled", &Point::scaled, "by"_a)
        .def("scaled", |p: &Point, by: (f64, f64)| Point::new(p.x * by.0, p.y * by.1), "by"_a)
        .def(nb::self + nb::self)
        .def("__repr__", |p: &Point| format!("Point({}, {})", p.x, p.y));

    m.def("centroid", &centroid, "points"_a, "The mean of some points; `ValueError` if there are none");
});
