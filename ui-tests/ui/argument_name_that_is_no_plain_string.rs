use nb::prelude::*;

fn double(x: i32) -> i32 {
    2 * x
}

nb_module!(sums, m, {
    m.def("double", &double, r"x"_a);
});

fn main() {}
