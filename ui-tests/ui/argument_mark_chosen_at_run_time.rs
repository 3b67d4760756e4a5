// row: DSP-48
use nb::prelude::*;

fn double(x: f64) -> f64 {
    2.0 * x
}

nb_module!(sums, m, {
    let strict = std::env::args().count() > 1;
    m.def("double", &double, "x"_a.noconvert(strict));
});

fn main() {}
