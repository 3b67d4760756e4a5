use nb::prelude::*;

nb_module!(arrays, m, {
    m.def("column", |data: *mut f64| unsafe { nb::ndarray<double>(data, {3}, {}, {4}) });
});

fn main() {}
