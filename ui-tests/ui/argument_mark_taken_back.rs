use nb::prelude::*;

fn double(x: f64) -> f64 {
    2.0 * x
}

nb_module!(sums, m, {
    m.def("double", &double, "x"_a.noconvert().noconvert(false));
});

fn main() {}
