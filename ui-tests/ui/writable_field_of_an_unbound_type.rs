use nb::prelude::*;

struct Engine;
struct Car {
    engine: Engine,
}

nb_module!(cars, m, {
    nb::class_<Car>(m, "Car").def_rw("engine", &Car::engine);
});

fn main() {}
