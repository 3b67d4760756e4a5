use nb as py;
use nb::prelude::*;

fn power(x: f64, n: i32) -> f64 {
    x.powi(n)
}

nb_module!(vectorized, m, {
    m.def("power", py::vectorize(&power), "x"_a, "n"_a = 2);
    m.def("mix", py::vectorize(|a: f32, b: f32, t: f32| a + (b - a) * t), "a"_a, "b"_a, "t"_a);
});
