// finding 15: what nanobind has and nb does not have yet.
use nb::prelude::*;

nb_module!(planned, m, {
    m.def("mean", |a: nb::ndarray<f64>| a.mean());
    let lock = nb::ft_mutex();
});

fn main() {}
