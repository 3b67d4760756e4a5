// finding 15: a trait object is counted by an `Arc`.
use nb::prelude::*;

pub trait Speaks: std::any::Any + Send + Sync {
    fn bark(&self) -> String;
}

nb_module!(dogs, m, {
    m.def("bark", |dog: nb::ref_<dyn Speaks>| drop(dog));
});

fn main() {}
