//! Methods that CPython makes of type slots written by hand: how many arguments they take is known, and of some the result.

use super::functions::Overload;
use super::look;
use super::parameters::{Kind, Parameter, joined};
use super::stub::Stub;
use crate::python::error::Result;
use crate::python::object::object;

/// What CPython makes of their results.
const RESULTS: [(&str, &[&str]); 5] = [
    ("int", &["__len__", "__hash__", "__int__", "__index__"]),
    ("bool", &["__bool__", "__contains__", "__eq__", "__ne__"]),
    ("str", &["__repr__", "__str__"]),
    ("float", &["__float__"]),
    (
        "None",
        &["__init__", "__setattr__", "__delattr__", "__setitem__", "__delitem__", "__set__", "__delete__", "__del__"],
    ),
];

impl Stub<'_> {
    /// A method whose text signature is CPython's, such as `($self, value, /)`.
    pub(super) fn slot(&mut self, name: &str, method: &object) -> Result<()> {
        if matches!(name, "__buffer__" | "__release_buffer__") {
            // Methods since Python 3.12.
            return Ok(());
        }
        let Some(signature) = look::find(method, "__text_signature__").as_ref().and_then(look::text) else {
            return Ok(());
        };
        let any = self.names.any();
        let result = match RESULTS.iter().find(|(_, names)| names.contains(&name)) {
            Some((result, _)) => self.names.builtin(result),
            None => any.clone(),
        };
        let compares = matches!(name, "__eq__" | "__ne__");
        let ty = if compares { self.names.builtin("object") } else { any.clone() };
        let mut all: Vec<Parameter> = Vec::new();
        for part in signature.trim_matches(['(', ')']).split(", ") {
            let (part, default) =
                part.split_once('=').map_or((part, None), |(name, _)| (name, Some("...".to_string())));
            let kind = match part {
                "/" => {
                    all.iter_mut().filter(|one| one.kind == Kind::Positional).for_each(|one| one.kind = Kind::Unnamed);
                    continue;
                }
                _ if part.starts_with('$') => Kind::Receiver,
                _ if part.starts_with("**") => Kind::Kwargs,
                _ if part.starts_with('*') => Kind::Args,
                _ => Kind::Positional,
            };
            let shown = part.trim_start_matches(['$', '*']).to_string();
            let ty = if kind == Kind::Receiver { String::new() } else { ty.clone() };
            all.push(Parameter { kind, name: shown, ty, default });
        }
        // Without the docstring, which says nothing of this class, and is another on each version.
        self.definition(Overload::new(name, &format!("({}) -> {result}", joined(all, &any))), &[]);
        Ok(())
    }
}
