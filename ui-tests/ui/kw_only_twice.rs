// row: fn-29
// row: api-fann-18
// finding 15: said by `cargo check`, at the annotation.
use nb::prelude::*;

fn example(val: i32, check: bool) -> bool {
    check && val > 0
}

nb_module!(cases, m, {
    m.def("example", &example, nb::kw_only(), "val"_a, nb::kw_only(), "check"_a);
});

fn main() {}
