// row: api-fann-19
use nb::prelude::*;

fn double(x: i32) -> i32 {
    2 * x
}

nb_module!(cases, m, {
    m.def("double", &double, nb::for_getter("Doubles"));
});

fn main() {}
