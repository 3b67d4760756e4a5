use nb::prelude::*;

struct Dog;

nb_class!(Dog, { .def("bark", |_: &Dog| "woof") });

nb_module!(dogs, m, {});

fn main() {}
