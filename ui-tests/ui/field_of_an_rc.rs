//! A field that belongs to one thread, of a class that says it may be used on any.
use nb::prelude::*;

pub struct Dog {
    pub friend: std::cell::RefCell<i32>,
    pub other: *const i32,
}
// SAFETY: not true; only for what the compiler says of the fields.
unsafe impl Send for Dog {}
// SAFETY: as above.
unsafe impl Sync for Dog {}

nb_module!(example, m, {
    nb::class_<Dog>(m, "Dog").def_ro("friend", &Dog::friend).def_ro("other", &Dog::other);
});

fn main() {}
