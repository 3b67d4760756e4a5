use nb::prelude::*;

struct Car {
    wheels: u32,
}

nb_module!(cars, m, {
    nb::class_<Car>(m, "Car").def_rw("wheel", &Car::wheel).def_rw("wheels", &Car::wheels);
});

fn main() {}
