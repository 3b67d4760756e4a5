use nb::prelude::*;

fn wait(until: nb::object) {
    nb::gil_scoped_release::run(|| drop(until));
}

nb_module!(waiting, m, {
    m.def("wait", &wait);
});

fn main() {}
