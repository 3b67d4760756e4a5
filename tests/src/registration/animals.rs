//! A class that derives from one in a file that sorts after this one, and functions that take both.

use super::tools::Tool;
use nb::prelude::*;

/// A tool that grew.
#[derive(Clone, Debug)]
pub struct Beak {
    tool: Tool,
    length: f32,
}
nb_base!(Beak, tool: Tool);

nb_class!(in crate::registration; Beak: Tool, "Beak", nb::dynamic_attr(), {
    .def(nb::init(|length: f32| Beak { tool: Tool::new("peck"), length }), "length"_a)
    .def_ro("length", &Beak::length)
});

fn purpose_of(tool: &Tool) -> String {
    tool.purpose.clone()
}

nb_fn!(in crate::registration; "purpose_of", &purpose_of, "tool"_a);
