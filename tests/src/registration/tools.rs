//! A file with exactly two items, among them the base of a class in a file that sorts before this one.

use nb::prelude::*;

/// The base of `animals::Beak`.
#[derive(Clone, Debug)]
pub struct Tool {
    /// What it is used for.
    pub purpose: String,
}

impl Tool {
    /// A tool for one purpose.
    pub fn new(purpose: &str) -> Tool {
        Tool { purpose: purpose.to_string() }
    }
}

nb_class!(in crate::registration; Tool, "Tool", "Something useful", {
    .def(nb::init<&str>(), "purpose"_a)
    .def_rw("purpose", &Tool::purpose)
    .def("use_it", |tool: &Tool| format!("{}!", tool.purpose))
});

fn longer<'a>(tool: &'a Tool, text: &'a str) -> &'a str {
    if tool.purpose.len() > text.len() { &tool.purpose } else { text }
}

// Overloads are tried in the order of this block, although the second one is the better match for small numbers.
nb_bind!(in crate::registration; |m| {
    m.def("width", |_: i64| "i64", "number"_a);
    m.def("width", |_: i32| "i32", "number"_a);
    m.def("width", |_: &str| "text", "number"_a);
    // What lives for ever may be returned from functions that borrow, too.
    m.def("kind", |_: &Tool| "tool");
    m.def("kinds", |tool: &Tool, text: &str| -> Vec<Option<&'static str>> {
        vec![(tool.purpose == text).then_some("same"), None]
    });
    m.def("longer", &longer);
});
