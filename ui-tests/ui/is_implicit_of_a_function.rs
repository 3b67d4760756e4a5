// row: api-fann-11
use nb::prelude::*;

fn double(x: i32) -> i32 {
    2 * x
}

nb_module!(cases, m, {
    m.def("double", &double, nb::is_implicit());
});

fn main() {}
