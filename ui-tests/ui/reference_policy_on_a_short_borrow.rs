// finding 15: the policy is for what lives for ever; the message names `reference_internal`.
use nb::prelude::*;

#[derive(Clone)]
struct Engine;
struct Car {
    engine: Engine,
}

impl Car {
    fn engine(&self) -> &Engine {
        &self.engine
    }
}

nb_module!(cars, m, {
    nb::class_<Engine>(m, "Engine");
    nb::class_<Car>(m, "Car").def("engine", &Car::engine, nb::rv_policy::reference);
});

fn main() {}
