use nb::prelude::*;

struct Dog;

impl Dog {
    fn legs() -> i32 {
        4
    }
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog").def("legs", &Dog::legs);
});

fn main() {}
