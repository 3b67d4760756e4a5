// row: fn-29
use nb::prelude::*;

fn example(val: i32, options: nb::kwargs) -> bool {
    val > 0 && options.is_empty()
}

nb_module!(cases, m, {
    m.def("example", &example, "val"_a, "options"_a, nb::kw_only());
});

fn main() {}
