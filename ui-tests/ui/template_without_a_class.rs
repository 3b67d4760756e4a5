// finding 15: a class of a family has to be declared for each type.
use nb::prelude::*;

struct Stack<T>(Vec<T>);

nb_bind!(fn bind_stack<T: nb::Convert<NbDomain>>(m, name: &str) {
    nb::class_<Stack<T>>(m, name).def("__len__", |s: &Stack<T>| s.0.len());
});

nb_module!(stacks, m, {
    bind_stack::<f64>(m, "StackF");
});

fn main() {}
