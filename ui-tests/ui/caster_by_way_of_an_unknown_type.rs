//! A caster goes by way of a type that does not cross.
use nb::prelude::*;

pub struct Inner(i32);
pub struct Outer(i32);
nb_type_caster!(Outer, {
    fn from_python(inner: Inner) -> Outer {
        Outer(inner.0)
    }
});

nb_module!(my_ext, m, {
    m.def("f", |outer: Outer| outer.0);
});

fn main() {}
