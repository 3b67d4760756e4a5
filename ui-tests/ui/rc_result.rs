//! What crosses is used on any thread, and has an owner.
use nb::prelude::*;

pub struct Dog;
pub struct Cat;

nb_module!(example, m, {
    nb::class_<Dog>(m, "Dog");
    m.def("f", || std::rc::Rc::new(Dog));
});

fn main() {
    let _ = Cat;
}
