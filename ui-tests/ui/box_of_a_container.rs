use nb::prelude::*;

nb_module!(lists, m, {
    m.def("total", |values: Box<Vec<f64>>| values.iter().sum::<f64>());
});

fn main() {}
