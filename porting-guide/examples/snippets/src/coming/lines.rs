use nb::prelude::*;

#[derive(Clone)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn scale(&mut self, x: f64, y: f64) {
        self.x *= x;
        self.y *= y;
    }
}

/// The points are values inside of the line.
struct Line {
    start: Point,
    end: Point,
}

impl Line {
    fn scale(&mut self, by: f64) {
        self.scale_each((by, by));
    }

    fn scale_each(&mut self, (x, y): (f64, f64)) {
        self.start.scale(x, y);
        self.end.scale(x, y);
    }
}

nb_module!(lines, m, {
    nb::class_<Point>(m, "Point")
        .def(nb::init(|x: f64, y: f64| Point { x, y }))
        .def_rw("x", &Point::x)
        .def_rw("y", &Point::y);

    nb::class_<Line>(m, "Line")
        .def(nb::init(|start: Point, end: Point| Line { start, end }))
        .def_rw("start", &Line::start)
        .def_rw("end", &Line::end)
        .def("scale", &Line::scale, "by"_a)
        .def("scale", &Line::scale_each, "by"_a);
});
