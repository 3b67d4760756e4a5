use nb::prelude::*;
use std::sync::atomic::{AtomicI32, Ordering};

static COUNT: AtomicI32 = AtomicI32::new(0);

#[derive(Clone, Default)]
struct Collar {
    size: i32,
}

#[derive(Default)]
struct Dog {
    name: String,
    age: i32,
    collar: Collar,
}

impl Dog {
    fn age(&self) -> i32 {
        self.age
    }

    fn set_age(&mut self, age: i32) -> nb::Result<()> {
        if age < 0 {
            return Err(nb::value_error("age must not be negative"));
        }
        self.age = age;
        Ok(())
    }
}

nb_module!(fields, m, {
    nb::class_<Collar>(m, "Collar")
        .def(nb::init<>())
        .def_rw("size", &Collar::size);

    nb::class_<Dog>(m, "Dog", nb::dynamic_attr())
        .def(nb::init<>())
        // A converted type: read and written by value.
        .def_rw("name", &Dog::name)
        // A bound class: reads as a reference, so `dog.collar.size = 3` reaches the dog.
        .def_rw("collar", &Dog::collar)
        .def_prop_rw("age", &Dog::age, &Dog::set_age, "Age in years")
        .def_prop_ro("is_puppy", |d: &Dog| d.age < 1)
        // Static properties receive the class.
        .def_prop_rw_static("count",
            |_cls: nb::object| COUNT.load(Ordering::Relaxed),
            |_cls: nb::object, n: i32| COUNT.store(n, Ordering::Relaxed));
});
