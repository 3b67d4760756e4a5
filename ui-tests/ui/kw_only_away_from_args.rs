// row: fn-29
// row: fn-28
use nb::prelude::*;

fn munge(numbers: nb::args, invert: bool, check: bool) -> bool {
    check && invert && numbers.is_empty()
}

nb_module!(cases, m, {
    m.def("munge", &munge, "numbers"_a, "invert"_a, nb::kw_only(), "check"_a);
});

fn main() {}
