use nb::prelude::*;

struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }
}

nb_module!(pickle_ext, m, {
    py::class_<Point>(m, "Point")
        .def(py::init<f64, f64>())
        .def(py::pickle(
            |p: &Point| (p.x, p.y),
            |(x, y): (f64, f64)| Point::new(x, y)));
});
