// finding 15: C++'s casts of values.
use nb::prelude::*;

fn scale(x: f64, by: f64) -> f64 {
    x * by
}

nb_module!(scales, m, {
    m.def("scale", &scale, "x"_a, "by"_a = static_cast<double>(2));
});

fn main() {}
