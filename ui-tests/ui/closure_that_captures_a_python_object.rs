// finding 15: a Python object is kept in an `nb::stored`.
use nb::prelude::*;

nb_module!(greetings, m, {
    let names = nb::list::new();
    m.def("greet", move |name: &str| names.append(name));
});

fn main() {}
