// row: fn-29
// row: DSP-13
use nb::prelude::*;

fn example(val: i32, check: bool) -> bool {
    check && val > 0
}

nb_module!(cases, m, {
    m.def("example", &example, "val"_a, nb::kw_only(), nb::arg());
});

fn main() {}
