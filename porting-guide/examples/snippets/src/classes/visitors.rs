use nb::prelude::*;

trait Shape {
    fn area(&self) -> f64;
}

struct Square {
    side: f64,
}

impl Square {
    fn new(side: f64) -> Square {
        Square { side }
    }
}

impl Shape for Square {
    fn area(&self) -> f64 {
        self.side * self.side
    }
}

struct ShapeOps;

impl<T, E> nb::def_visitor<NbDomain, T, E> for ShapeOps
where
    T: nb::Class<NbDomain> + Shape,
    E: nb::PlainExtra<NbDomain> + Clone,
{
    fn execute(self, cl: nb::class_<'_, NbDomain, T>, extra: E) {
        cl.def("area", |s: &T| s.area(), extra.clone()).def("is_empty", |s: &T| s.area() == 0.0, extra);
    }
}

nb_module!(visitors, m, {
    nb::class_<Square>(m, "Square")
        .def(nb::init<f64>())
        .def(ShapeOps {}, "Of the shape");
});
