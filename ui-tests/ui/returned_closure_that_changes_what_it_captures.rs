// row: fn-39
use nb::prelude::*;

fn counter() -> Option<Box<dyn FnMut() -> i32 + Send + Sync>> {
    let mut count = 0;
    Some(Box::new(move || {
        count += 1;
        count
    }))
}

nb_module!(counters, m, {
    m.def("counter", &counter);
});

fn main() {}
