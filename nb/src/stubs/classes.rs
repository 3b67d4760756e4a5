//! Classes, ours and Python's.

use super::functions::Overload;
use super::look;
use super::parameters::{Kind, Parameter, joined};
use super::stub::Stub;
use crate::instance::class_record::{self, TypeData};
use crate::python::error::Result;
use crate::python::object::object;

impl Stub<'_> {
    /// A class, or another name for one that has its place elsewhere.
    pub(super) fn class(&mut self, name: &str, class: &object) -> Result<()> {
        let path = self.path(name);
        if look::text_of(class, "__module__")? != self.names.module() || look::text_of(class, "__qualname__")? != path {
            let elsewhere = look::class_name(class)?;
            if self.is_there(&elsewhere, class)? {
                return self.other_name(name, &elsewhere);
            }
        }
        let record = record_of(class);
        if record.is_some_and(|data| data.is_final) {
            let decorator = self.names.typing("final");
            self.out.line(&format!("@{decorator}"));
        }
        let header = look::members(class)?.into_iter().find(|(name, _)| name == "__nb_signature__");
        match header.and_then(|(_, header)| look::text(&header)) {
            Some(header) => self.given_header(name, &header)?,
            None => {
                let bases = self.bases(class)?;
                let bases = if bases.is_empty() { String::new() } else { format!("({})", bases.join(", ")) };
                self.out.line(&format!("class {name}{bases}:"));
            }
        }
        let start = self.begin_class(name, class)?;
        if let Some(data) = record
            && is_without_constructor(class, data)?
        {
            self.no_constructor();
        }
        let members = look::members(class)?;
        let annotations = if record.is_some() { Vec::new() } else { look::annotations(class)? };
        for (name, value) in &members {
            match annotations.iter().find(|(annotated, _)| annotated == name) {
                Some((_, ty)) => self.annotated(name, ty)?,
                None => self.member(name, value)?,
            }
        }
        for (name, ty) in &annotations {
            if !members.iter().any(|(member, _)| member == name) {
                self.annotated(name, ty)?;
            }
        }
        self.end_class(start);
        Ok(())
    }

    /// An attribute of a class written in Python that says of what type it is.
    fn annotated(&mut self, name: &str, ty: &object) -> Result<()> {
        if self.is_shown(name) {
            let ty = self.names.type_object(ty)?;
            self.notes();
            self.out.line(&format!("{name}: {ty}"));
            self.out.blank();
        }
        Ok(())
    }

    /// The docstring, and the place where the body begins.
    pub(super) fn begin_class(&mut self, name: &str, class: &object) -> Result<usize> {
        let start = self.out.len();
        self.names.enter(class)?;
        self.enter(name);
        self.out.indent();
        if let Some(doc) = look::doc(class).filter(|_| self.request.docs) {
            self.out.doc(&doc);
            self.out.blank();
        }
        Ok(start)
    }

    pub(super) fn end_class(&mut self, start: usize) {
        self.out.close(start);
        self.names.leave();
        self.leave();
    }

    /// The header from `nb::sig`, `class Name(..)` after decorators.
    fn given_header(&mut self, name: &str, header: &str) -> Result<()> {
        for line in header.lines().filter(|line| line.starts_with('@')) {
            let line = self.names.given_types(line)?;
            self.out.line(&line);
        }
        let line = header.rsplit('\n').next().unwrap_or(header);
        let rest = self.names.given_types(&line[line.find(['(', '[']).unwrap_or(line.len())..])?;
        self.out.line(&format!("class {name}{rest}:"));
        Ok(())
    }

    fn bases(&mut self, class: &object) -> Result<Vec<String>> {
        let members = look::members(class)?;
        let generic = members.into_iter().find(|(name, _)| name == "__orig_bases__");
        let bases = generic.map_or_else(|| class.getattr("__bases__"), |(_, bases)| Ok(bases))?;
        let mut shown = Vec::new();
        for base in look::items(&bases)? {
            if !look::is_builtin(&base, "object") {
                shown.push(self.names.type_object(&base)?);
            }
        }
        Ok(shown)
    }

    /// A constructor that nobody can call: it asks for a value of a type that has none.
    fn no_constructor(&mut self) {
        let never = self.names.typing("NoReturn");
        let receiver = Parameter { kind: Kind::Receiver, name: "self".to_string(), ty: String::new(), default: None };
        let value = Parameter { kind: Kind::Unnamed, name: "no_constructor".to_string(), ty: never, default: None };
        let parameters = joined(vec![receiver, value], "");
        self.definition(Overload::new("__init__", &format!("({parameters}) -> None")), &[]);
    }
}

/// The record of a bound class; `None` for a class of Python's, also for one that derives from a bound one.
fn record_of(class: &object) -> Option<&TypeData> {
    // SAFETY: a live class, which outlives the reference; attached.
    let record = unsafe { class_record::data_of(class.as_ptr().cast()) };
    record.filter(|data| data.ty == class.as_ptr().cast())
}

/// In a run for stubs, a class has an `__init__` only if one was bound.
fn is_without_constructor(class: &object, data: &TypeData) -> Result<bool> {
    let has_slot = data.raw.as_ref().is_some_and(|raw| raw.new.is_some());
    Ok(!has_slot && !look::members(class)?.iter().any(|(name, _)| name == "__init__"))
}
