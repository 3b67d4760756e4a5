//! Functions written in Python, which a module may have as well: what `inspect` says about them.

use super::functions::Overload;
use super::look;
use super::parameters::{Kind, Parameter, joined};
use super::stub::Stub;
use crate::python::error::Result;
use crate::python::object::object;

impl Stub<'_> {
    /// A function, under these decorators.
    pub(super) fn python_function(&mut self, name: &str, function: &object, decorator: Option<&str>) -> Result<()> {
        let overload = self.python_overload(name, function)?;
        self.overloads(vec![overload], decorator);
        Ok(())
    }

    /// A function; one without annotations takes and gives anything.
    pub(super) fn python_overload(&mut self, name: &str, function: &object) -> Result<Overload> {
        let inspect = look::module("inspect")?;
        let any = self.names.any();
        let mut overload = match inspect.getattr("signature")?.call((function,)) {
            Ok(signature) => {
                let empty = inspect.getattr("_empty")?;
                let mut all = Vec::new();
                for parameter in look::values(&signature.getattr("parameters")?)? {
                    all.push(self.python_parameter(&parameter, &empty)?);
                }
                let parameters = joined(all, &any);
                let result = self.annotation(&signature.getattr("return_annotation")?, &empty)?;
                Overload::new(name, &format!("({parameters}) -> {result}"))
            }
            Err(_) => {
                self.names.unknown(format!("`{name}` does not say what it takes"));
                Overload::new(name, &format!("(*args: {any}, **kwargs: {any}) -> {any}"))
            }
        };
        if inspect.getattr("iscoroutinefunction")?.call((function,))?.is_true()? {
            overload = overload.awaited();
        }
        overload.doc = look::doc(function);
        overload.notes = self.names.take_notes();
        Ok(overload)
    }

    fn python_parameter(&mut self, parameter: &object, empty: &object) -> Result<Parameter> {
        let kind = match look::text_of(&parameter.getattr("kind")?, "name")?.as_str() {
            "POSITIONAL_ONLY" => Kind::Unnamed,
            "VAR_POSITIONAL" => Kind::Args,
            "KEYWORD_ONLY" => Kind::Keyword,
            "VAR_KEYWORD" => Kind::Kwargs,
            _ => Kind::Positional,
        };
        let name = look::text_of(parameter, "name")?;
        if self.names.in_class() && matches!(name.as_str(), "self" | "cls") {
            return Ok(Parameter { kind: Kind::Receiver, name, ty: String::new(), default: None });
        }
        let ty = self.annotation(&parameter.getattr("annotation")?, empty)?;
        let default = parameter.getattr("default")?;
        let default = match default.is(empty) {
            true => None,
            false => Some(self.shown_value(&default)?.unwrap_or_else(|| "...".to_string())),
        };
        Ok(Parameter { kind, name, ty, default })
    }

    fn annotation(&mut self, annotation: &object, empty: &object) -> Result<String> {
        if annotation.is(empty) { Ok(self.names.any()) } else { self.names.type_object(annotation) }
    }
}
