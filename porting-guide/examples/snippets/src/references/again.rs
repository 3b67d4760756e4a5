use nb::prelude::*;
use std::cell::Cell;

#[derive(Clone, Default)]
struct Dog {
    age: i32,
}

#[derive(Default)]
struct Kennel {
    dogs: [Dog; 4],
}

thread_local! {
    static SHOWN: Cell<usize> = const { Cell::new(0) };
}

impl Kennel {
    fn dog(&mut self, index: usize) -> nb::Result<&mut Dog> {
        self.dogs.get_mut(index).ok_or_else(|| nb::index_error("no such dog"))
    }

    // Another one each time.
    fn next_dog(&self) -> &Dog {
        SHOWN.set((SHOWN.get() + 1) % self.dogs.len());
        &self.dogs[SHOWN.get()]
    }
}

nb_module!(again, m, {
    nb::class_<Dog>(m, "Dog").def_rw("age", &Dog::age);
    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init<>())
        .def("dog", &Kennel::dog, "index"_a, nb::rv_policy::reference_internal, nb::repeatable())
        .def("next_dog", &Kennel::next_dog, nb::rv_policy::reference_internal, nb::has_effects());
});
