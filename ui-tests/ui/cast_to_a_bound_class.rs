// finding 15: a class that is bound belongs to its extension, which `cast` does not name.
use nb::prelude::*;

#[derive(Clone)]
struct Dog {
    age: i32,
}

fn age_of(o: &nb::object) -> nb::Result<i32> {
    Ok(o.cast::<Dog>()?.age)
}

nb_module!(dogs, m, {
    nb::class_<Dog>(m, "Dog");
    m.def("age_of", |o: nb::object| age_of(&o));
    m.def("age", |o: nb::object| -> nb::Result<i32> { Ok(o.cast::<Dog>()?.age) });
});

fn main() {}
