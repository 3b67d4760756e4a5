use nb::prelude::*;

#[derive(Clone)]
struct Car;
struct Engine;

impl Car {
    fn fit(&mut self, _engine: Vec<Engine>) {}
}

nb_module!(cars, m, {
    nb::class_<Car>(m, "Car").def("fit", &Car::fit);
});

fn main() {}
