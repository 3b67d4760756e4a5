use nb::prelude::*;

fn wait(_until: nb::object) {}

nb_module!(waiting, m, {
    m.def("wait", &wait, nb::call_guard<nb::gil_scoped_release>());
});

fn main() {}
