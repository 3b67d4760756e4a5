// finding 15: the type of what never returns is `!`, for which there can be no conversion.
use nb::prelude::*;

nb_module!(ends, m, {
    m.def("fail", || panic!("always"));
    m.def("fail_as_said", || -> ! { panic!("always") });
});

fn main() {}
