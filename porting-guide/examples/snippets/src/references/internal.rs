use nb::prelude::*;

#[derive(Clone, Default)]
struct Point {
    x: f64,
}

#[derive(Default)]
struct Path {
    points: Vec<Point>,
    start: Point,
}

impl Path {
    fn add(&mut self, x: f64) {
        self.points.push(Point { x });
    }

    fn at(&self, index: usize) -> nb::Result<&Point> {
        self.points.get(index).ok_or_else(|| nb::index_error("no such point"))
    }

    fn at_mut(&mut self, index: usize) -> nb::Result<&mut Point> {
        self.points.get_mut(index).ok_or_else(|| nb::index_error("no such point"))
    }
}

nb_module!(internal, m, {
    nb::class_<Point>(m, "Point")
        .def(nb::init<>())
        .def_rw("x", &Point::x);

    nb::class_<Path>(m, "Path")
        .def(nb::init<>())
        .def("add", &Path::add, "x"_a)
        // A copy, since no policy says otherwise.
        .def("copy_of", &Path::at, "index"_a)
        // Read only: it was made from a `&Point`.
        .def("at", &Path::at, "index"_a, nb::rv_policy::reference_internal)
        // For reading and writing.
        .def("at_mut", &Path::at_mut, "index"_a, nb::rv_policy::reference_internal)
        // A field: never stale, because its place does not move inside the path.
        .def_rw("start", &Path::start);
});
