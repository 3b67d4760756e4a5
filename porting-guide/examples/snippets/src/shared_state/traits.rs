use nb::locks::RwLock;
use nb::prelude::*;
use std::any::Any;
use std::sync::Arc;

trait Force: Any + Send + Sync {
    fn at(&self, x: f64) -> f64;
    fn scale(&mut self, by: f64);
}

struct Constant {
    value: f64,
}

impl Force for Constant {
    fn at(&self, _x: f64) -> f64 {
        self.value
    }

    fn scale(&mut self, by: f64) {
        self.value *= by;
    }
}

nb_trampoline!(in self; PyConstant: Constant, dyn Force);
impl Force for PyConstant {
    fn at(&self, x: f64) -> f64 {
        nb_override!(self, at, x)
    }

    fn scale(&mut self, by: f64) {
        nb_override!(self, scale, by)
    }
}

/// `std::vector<std::shared_ptr<Force>>`
#[derive(Default)]
struct Field {
    forces: Vec<Arc<RwLock<dyn Force>>>,
}

impl Field {
    fn add(&mut self, force: Arc<RwLock<dyn Force>>) {
        self.forces.push(force);
    }

    fn scale(&self, by: f64) {
        self.forces.iter().for_each(|force| force.write().scale(by));
    }

    fn at(&self, x: f64) -> f64 {
        self.forces.iter().map(|force| force.read().at(x)).sum()
    }
}

nb_module!(forces, m, {
    nb::class_<Constant, PyConstant>(m, "Constant")
        .def(nb::init(|value: f64| Constant { value }), "value"_a)
        .def_rw("value", &Constant::value)
        .def("at", &Constant::at, "x"_a)
        .def("scale", &Constant::scale, "by"_a);

    nb::class_<Field>(m, "Field")
        .def(nb::init<>())
        .def("add", &Field::add, "force"_a)
        .def("scale", &Field::scale, "by"_a)
        .def("at", &Field::at, "x"_a);
});
