// finding 15: said by `cargo check`, at the annotation.
use nb::prelude::*;

fn wait(_ms: u64) {}

nb_module!(waiting, m, {
    m.def("wait", &wait, nb::call_guard<nb::gil_scoped_release>(), nb::call_guard<nb::gil_scoped_release>());
});

fn main() {}
