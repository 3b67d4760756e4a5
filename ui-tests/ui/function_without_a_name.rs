use nb::prelude::*;

fn add(a: i32, b: i32) -> i32 {
    a + b
}

nb_module!(adding, m, {
    m.def(&add);
});

fn main() {}
