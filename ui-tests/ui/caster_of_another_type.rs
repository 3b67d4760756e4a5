//! `from_python` of a caster makes something else.
use nb::prelude::*;

pub struct Celsius(f64);
nb_type_caster!(Celsius, {
    fn from_python(degrees: f64) -> f64 {
        degrees
    }
    fn from_cpp(value: Celsius) -> f64 {
        value.0
    }
});

nb_module!(my_ext, m, {
    m.def("f", |t: Celsius| t);
});

fn main() {}
