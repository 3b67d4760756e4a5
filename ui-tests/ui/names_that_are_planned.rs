// finding 15: what nanobind has and nb does not have yet.
use nb::prelude::*;

nb_module!(planned, m, {
    m.def("mean", |a: nb::ndarray<f64>| a.mean());
    m.attr("two") = nb::eval("1 + 1");
    nb::register_exception_translator(|_| {});
});

fn main() {}
