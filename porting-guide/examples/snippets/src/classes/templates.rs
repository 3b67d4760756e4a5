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

impl<T> Default for Stack<T> {
    fn default() -> Stack<T> {
        Stack { items: Vec::new() }
    }
}

nb_bind!(in crate::classes::templates;
    fn bind_stack<T: nb::Convert<NbDomain> + Clone>(m, name: &str) {
        nb::class_<Stack<T>>(m, name)
            .def(nb::init<>())
            .def("push", &Stack<T>::push, "item"_a)
            .def("top", &Stack<T>::top);
    }
);

nb_module!(templates, m, {
    nb::uses_<Stack<i64>>();
    nb::uses_<Stack<String>>();
    bind_stack<i64>(m, "IntStack");
    bind_stack<String>(m, "StrStack");
});
