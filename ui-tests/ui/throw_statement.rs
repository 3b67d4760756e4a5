// finding 15: how an error is raised.
use nb::prelude::*;

nb_module!(errors, m, {
    m.def("half", |x: i32| {
        if x % 2 != 0 {
            throw nb::value_error("odd");
        }
        x / 2
    });
    m.def("fail", || throw std::runtime_error("always"));
});

fn main() {}
