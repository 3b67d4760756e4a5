// finding 15: C++'s `using`.
use nb::prelude::*;

nb_module!(usings, m, {
    using namespace nb;
    using Numbers = Vec<f64>;
    m.def("sum", |v: Vec<f64>| v.iter().sum::<f64>());
});

fn main() {}
