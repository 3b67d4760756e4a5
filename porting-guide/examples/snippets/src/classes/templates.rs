use nb::prelude::*;

#[derive(Clone)]
struct Stack<T> {
    items: Vec<T>,
}

impl<T: Clone> Stack<T> {
    fn push(&mut self, item: T) {
        self.items.push(item);
    }

    fn top(&self) -> Option<T> {
        self.items.last().cloned()
    }
}

fn bind_stack<T>(m: &nb::module_<NbDomain>, name: &str)
where
    T: nb::Convert<NbDomain> + Clone,
    Stack<T>: nb::Class<NbDomain>,
{
    m.class_::<Stack<T>>(name, ())
        .def_init(|| Stack::<T> { items: Vec::new() }, ())
        .def("push", |s: &mut Stack<T>, item: T| s.push(item), nb::arg("item"))
        .def("top", |s: &Stack<T>| s.top(), ());
}

nb_module!(templates, m, {
    nb::uses_<Stack<i64>>();
    nb::uses_<Stack<String>>();
    bind_stack::<i64>(m, "IntStack");
    bind_stack::<String>(m, "StrStack");
});
