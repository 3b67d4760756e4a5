use nb::prelude::*;

nb_module!(sums, m, {
    m.def("answer", 42);
});

fn main() {}
