use nb::prelude::*;

nb_module!(sums, m, {
    let step = 2;
    m.def("next", |x: i32| x + step);
});

fn main() {}
