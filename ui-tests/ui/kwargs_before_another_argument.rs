// row: fn-24
// row: DSP-13
use nb::prelude::*;

fn options(rest: nb::kwargs, check: bool) -> bool {
    check && rest.is_empty()
}

nb_module!(cases, m, {
    m.def("options", &options, "rest"_a, "check"_a);
});

fn main() {}
