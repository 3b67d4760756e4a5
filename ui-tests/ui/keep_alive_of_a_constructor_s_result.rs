use nb::prelude::*;

#[derive(Clone)]
struct Collar;
struct Dog {
    _collar: Collar,
}

nb_module!(dogs, m, {
    nb::class_<Collar>(m, "Collar");
    nb::class_<Dog>(m, "Dog")
        .def(nb::init(|collar: &Collar| Dog { _collar: collar.clone() }), nb::keep_alive<0, 2>());
});

fn main() {}
