use nb::prelude::*;

nb_module!(sums, m, {
    m.def("double", |x| x * 2);
});

fn main() {}
