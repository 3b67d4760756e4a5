// row: api-pwrap-1
//! What a handle lends cannot outlive the handle.
use nb::prelude::*;

pub struct Dog {
    pub age: i32,
}

fn age(dog: nb::handle_t<Dog>) -> nb::Result<&'static i32> {
    let lent = dog.borrow()?;
    Ok(&lent.age)
}

nb_module!(demo, m, {
    nb::class_<Dog>(m, "Dog");
    m.def("age", |dog: nb::handle_t<Dog>| age(dog).map(|age| *age));
});

fn main() {}
