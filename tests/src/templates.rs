//! Function templates: `nb_bind!(fn bind_stack<T: Bounds>(m, name: &str) { .. })`, with the grammar inside.

use nb::prelude::*;

#[derive(Clone)]
pub struct Stack<T> {
    items: Vec<T>,
}

impl<T> Stack<T> {
    fn new() -> Self {
        Stack { items: Vec::new() }
    }
    fn push(&mut self, item: T) {
        self.items.push(item);
    }
    fn len(&self) -> usize {
        self.items.len()
    }
}

impl<T> Default for Stack<T> {
    fn default() -> Self {
        Stack::new()
    }
}

#[derive(Clone, Default)]
pub struct Grid<T, const N: usize>(Vec<T>);

/// No part of the family, though the template binds it.
#[derive(Clone)]
pub struct Marker {
    pub name: String,
}

nb_bind!(in crate::templates; fn bind_stack<T: nb::Convert<NbDomain> + Clone>(m, name: &str) {
    nb::class_<Stack<T>> stack(m, name, "A " "stack.");
    stack
        .def(nb::init<>())
        .def("push", (void (Stack<T>::*)(const T &)) &Stack<T>::push, "item"_a, "Puts " "it on top.")
        .def("pop", |s: &mut Stack<T>| s.items.pop().ok_or_else(|| nb::index_error("empty")))
        .def("__len__", &Stack<T>::len);
    stack.attr("family") = "stacks";
    for_all(stack);
});

nb_bind!(in crate::templates; pub(crate) fn for_all<T>(stack: nb::class_<Stack<T>>)
where
    T: nb::Convert<NbDomain> + Clone
{
    stack.def("first", |s: &Stack<T>| s.items.first().cloned(), nb::sig("def first(self) -> object"));
});

nb_bind!(in crate::templates; fn bind_grid<T: nb::Convert<NbDomain> + Clone + Default, const N: usize>(
    m: &nb::module_,
    name: &str,
) -> nb::Result<()> {
    let made: nb::object = m.attr("MADE").get()?;
    m.attr("MADE") = made.add(1)?;
    nb::class_<Grid<T, N>>(m, name)
        .def(nb::init(|| Grid::<T, N>(vec![T::default(); N])))
        .def("__getitem__", |g: &Grid<T, N>, at: usize| g.0.get(at).cloned().ok_or(nb::index_error()), "at"_a);
});

nb_bind!(in crate::templates; fn bind_marker(m) {
    nb::class_<Marker>(m, "Marker").def_ro("name", &Marker::name);
    m.def("marker", || Marker { name: "one".to_string() });
});

nb_bind!(in crate::templates; fn failing<T>(m) {
    m.attr("bad" "attribute") = nb::int_(f64::NAN);
    let _: Option<T> = None;
});

nb_module!(test_templates_ext, m, {
    nb::uses_<Stack<f64>>();
    nb::uses_<Stack<String>>();
    nb::uses_<Grid<i32, 3>>();
    bind_stack<f64>(m, "StackF");
    self::bind_stack<std::string::String>(m, "Stack" "S");
    m.attr("MADE") = 0;
    bind_grid<i32, 3>(m, "Grid3")?;
    bind_marker(m);
    // Not a call, though it looks like one.
    let (low, high) = (1, 3);
    m.attr("between") = low < 2 && high > (2);
    let mut seen = false;
    if low < 2 && high > (2) {
        seen = true;
    }
    m.attr("seen") = seen;
});

/// Fails while it is imported, in a template that gives no result.
mod failing_template {
    use nb::prelude::*;
    nb_module!(test_templates_failing_ext, m, {
        nb::module_::<crate::templates::NbDomain>::in_scope(m.object(), |m| {
            super::failing::<i32>(m);
            Ok(())
        })?;
    });
}
