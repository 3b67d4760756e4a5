use nb::prelude::*;

#[allow(clippy::too_many_arguments)]
fn sum(a: i8, b: i8, c: i8, d: i8, e: i8, f: i8, g: i8, h: i8, i: i8, j: i8, k: i8, l: i8, n: i8) -> i8 {
    a + b + c + d + e + f + g + h + i + j + k + l + n
}

nb_module!(sums, m, {
    m.def("sum", &sum);
});

fn main() {}
