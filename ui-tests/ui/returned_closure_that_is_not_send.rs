// row: fn-39
use nb::prelude::*;

fn adder(step: i32) -> Box<dyn Fn(i32) -> i32> {
    Box::new(move |x| x + step)
}

nb_module!(adders, m, {
    m.def("adder", &adder);
});

fn main() {}
