// row: api-fann-18
use nb::prelude::*;

fn example(val: i32, check: bool) -> bool {
    check && val > 0
}

nb_module!(cases, m, {
    m.def("example", &example, "val"_a, "check"_a, nb::kw_only());
});

fn main() {}
