use nb::prelude::*;

#[derive(Clone)]
struct Dog;

nb_module!(dogs, m, {
    fn bind<'m>(dog: nb::class_<'m, crate::NbDomain, Dog>) {
        dog.def(nb::init<i32>());
    }
    bind(nb::class_<Dog>(m, "Dog"));
});

fn main() {}
