// row: api-fann-9
use nb::prelude::*;

fn seven() -> i32 {
    7
}

nb_module!(cases, m, {
    m.def("seven", &seven, nb::is_method());
});

fn main() {}
