use nb::prelude::*;

struct Timer;

fn wait(_ms: u64) {}

nb_module!(waiting, m, {
    m.def("wait", &wait, nb::call_guard<Timer>());
});

fn main() {}
