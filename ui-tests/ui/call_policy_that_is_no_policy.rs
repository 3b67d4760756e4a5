// row: api-fann-21
use nb::prelude::*;

struct Log;

fn wait(_ms: u64) {}

nb_module!(waiting, m, {
    m.def("wait", &wait, nb::call_policy<Log>());
});

fn main() {}
