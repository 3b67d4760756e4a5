//! One stub: what a module has, member by member.

use super::look;
use super::names::Names;
use super::parameters::is_name;
use super::request::Request;
use super::writer::Writer;
use crate::bind::raise_from::raise_from;
use crate::ffi;
use crate::python::error::{Builtin, Error, Result};
use crate::python::messages;
use crate::python::object::object;
use std::collections::HashMap;

/// Technical names, of modules and of classes.
const SKIPPED: [&str; 37] = [
    "__abstractmethods__",
    "__annotate__",
    "__annotate_func__",
    "__annotations__",
    "__annotations_cache__",
    "__builtins__",
    "__cached__",
    "__class_getitem__",
    "__conditional_annotations__",
    "__dict__",
    "__doc__",
    "__file__",
    "__firstlineno__",
    "__format__",
    "__getstate__",
    "__loader__",
    "__module__",
    "__name__",
    "__nb_enum__",
    "__nb_signature__",
    "__new__",
    "__orig_bases__",
    "__package__",
    "__parameters__",
    "__path__",
    "__qualname__",
    "__reduce_cython__",
    "__setstate_cython__",
    "__slotnames__",
    "__slots__",
    "__spec__",
    "__static_attributes__",
    "__subclasshook__",
    "__type_params__",
    "__weakref__",
    "_abc_impl",
    "__getnewargs__",
];

/// A stub that is being written.
pub(super) struct Stub<'r> {
    pub(super) request: &'r Request,
    pub(super) names: Names,
    pub(super) out: Writer,
    pub(super) submodules: Vec<(String, object)>,
    /// Where types stand that have no name in Python.
    pub(super) unbound: Vec<String>,
    module: object,
    /// The classes around the place.
    path: Vec<String>,
    /// Functions that were written, by address: the name in the module, or in the class at the place.
    written: Vec<HashMap<*mut ffi::PyObject, String>>,
}

impl<'r> Stub<'r> {
    pub(super) fn of_module(request: &'r Request, module: &object) -> Result<Stub<'r>> {
        Ok(Stub {
            request,
            names: Names::of(module)?,
            out: Writer::default(),
            submodules: Vec::new(),
            unbound: Vec::new(),
            module: module.clone(),
            path: Vec::new(),
            written: Vec::new(),
        })
    }

    /// The text of the stub.
    pub(super) fn render(&mut self) -> Result<String> {
        // A private name is shown where something else needs it, which may be found after it was passed over.
        loop {
            let known = self.names.count_used();
            self.names.restart();
            self.out = Writer::default();
            self.submodules.clear();
            self.unbound.clear();
            self.written = vec![HashMap::new()];
            for (name, value) in look::members(&self.module)? {
                self.member(&name, &value).map_err(|error| self.in_context(&name, error))?;
            }
            if self.names.count_used() == known {
                break;
            }
        }
        let mut head = Writer::default();
        if let Some(doc) = look::doc(&self.module).filter(|_| self.request.docs) {
            head.doc(&doc);
            head.blank();
        }
        let submodules: Vec<String> = self.submodules.iter().map(|(name, _)| name.clone()).collect();
        let body = std::mem::take(&mut self.out).finish();
        let imports = self.names.imports(&body, &submodules)?;
        if !imports.is_empty() {
            head.line(&imports);
        }
        Ok(format!("{}\n{}", head.finish(), body).trim_start().to_string())
    }

    /// The error with the name of what it came from; one that is to end the program is left alone.
    fn in_context(&self, name: &str, error: Error) -> Error {
        let is_exception =
            error.value().is_none_or(|value| look::is_instance(value, "builtins", "Exception").unwrap_or(true));
        if !is_exception {
            return error;
        }
        let text = messages::stub_of_member(&self.qualified(name), &error.to_string());
        raise_from(error, Builtin::ImportError, text)
    }

    pub(super) fn enter(&mut self, class: &str) {
        self.path.push(class.to_string());
        self.written.push(HashMap::new());
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
        self.written.pop();
    }

    /// A name at the place, with the classes around it.
    pub(super) fn path(&self, name: &str) -> String {
        self.path.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(".")
    }

    /// That, with the module.
    pub(super) fn qualified(&self, name: &str) -> String {
        format!("{}.{}", self.names.module(), self.path(name))
    }

    /// A comment in the place of what has no name that a stub could have.
    pub(super) fn unwritable(&mut self, name: &str) {
        self.left_out(name, "Python's grammar has no such name");
    }

    /// A comment in the place of something.
    pub(super) fn left_out(&mut self, name: &str, reason: &str) {
        self.out.line(&format!("# {name:?} is left out: {reason}"));
        self.out.blank();
    }

    /// What has this name in the module or in the class.
    pub(super) fn member(&mut self, name: &str, value: &object) -> Result<()> {
        if SKIPPED.contains(&name) && Self::native(value).is_none() || name == "__new__" || !self.is_shown(name) {
            return Ok(());
        }
        if !is_name(name) {
            self.unwritable(name);
            return Ok(());
        }
        if look::is_module(value) {
            return self.submodule(name, value);
        }
        if value.is_type() {
            let is_enumeration = Self::is_enumeration(value)? && look::class_name(value)? == self.qualified(name);
            return if is_enumeration { self.enumeration(name, value) } else { self.class(name, value) };
        }
        if look::is_property(value) {
            return self.property(name, value);
        }
        if self.callable(name, value)? {
            return Ok(());
        }
        self.value(name, value)
    }

    /// Whether the name is for others, or something that is has need of it.
    pub(super) fn is_shown(&self, name: &str) -> bool {
        !is_private(name) || self.request.private || self.names.is_used(&self.path(name))
    }

    /// A module that belongs to this one; others that it has are its own affair.
    fn submodule(&mut self, name: &str, module: &object) -> Result<()> {
        if name == "__init__" {
            self.left_out(name, "its file would be that of the module around it");
            return Ok(());
        }
        if !self.names.in_class() && look::text_of(module, "__name__")? == self.qualified(name) {
            self.submodules.push((name.to_string(), module.clone()));
        }
        Ok(())
    }

    /// Functions of all kinds; false for something else.
    fn callable(&mut self, name: &str, value: &object) -> Result<bool> {
        let kind = look::class_name(&look::class_of(value))?;
        let is_wrapped = matches!(kind.as_str(), "staticmethod" | "classmethod");
        let function = if is_wrapped { look::inner(value)? } else { value.clone() };
        let known = match kind.as_str() {
            _ if Self::native(&function).is_some() => true,
            "staticmethod" | "classmethod" | "function" | "builtin_function_or_method" => true,
            "method_descriptor" | "wrapper_descriptor" | "getset_descriptor" | "member_descriptor" => {
                if kind.starts_with("wrapper") {
                    self.slot(name, value)?;
                }
                return Ok(true);
            }
            _ => false,
        };
        if !known {
            return Ok(false);
        }
        let place = self.written.last_mut().expect("the module's is always there");
        if let Some(first) = place.get(&function.as_ptr()) {
            let line = format!("{name} = {first}");
            self.out.line(&line);
            self.out.blank();
            return Ok(true);
        }
        place.insert(function.as_ptr(), name.to_string());
        if self.is_from_elsewhere(name, &function)? {
            return Ok(true);
        }
        if let Some(data) = Self::native(&function) {
            self.function(name, data, self.names.in_class() && (is_wrapped || Self::is_static(data)))?;
            return Ok(true);
        }
        let decorator = if is_wrapped { Some(self.names.builtin(&kind)) } else { None };
        self.python_function(name, &function, decorator.as_deref())?;
        Ok(true)
    }

    /// A function of another module, which is imported from there.
    fn is_from_elsewhere(&mut self, name: &str, function: &object) -> Result<bool> {
        let text = |attribute| look::find(function, attribute).as_ref().and_then(look::text);
        let (Some(module), Some(there)) = (text("__module__"), text("__qualname__")) else { return Ok(false) };
        let full = format!("{module}.{there}");
        if self.names.in_class() || module == self.names.module() || !self.is_there(&full, function)? {
            return Ok(false);
        }
        self.other_name(name, &full)?;
        Ok(true)
    }

    /// Whether the value is what has this name in its module.
    pub(super) fn is_there(&mut self, full: &str, value: &object) -> Result<bool> {
        Ok(self.names.find_anywhere(full).is_some_and(|found| found.is(value)))
    }

    /// Another name for something.
    pub(super) fn other_name(&mut self, name: &str, full: &str) -> Result<()> {
        if !self.names.in_class() && self.names.reexport(name, full) {
            return Ok(());
        }
        let target = self.names.resolve(full)?;
        let alias = self.names.typing("TypeAlias");
        let is_class = self.names.find_anywhere(full).is_some_and(|found| found.is_type());
        self.out.line(&if is_class { format!("{name}: {alias} = {target}") } else { format!("{name} = {target}") });
        self.out.blank();
        Ok(())
    }

    /// A constant, a type variable, another name for a type.
    fn value(&mut self, name: &str, value: &object) -> Result<()> {
        let kind = look::class_name(&look::class_of(value))?;
        if matches!(
            kind.rsplit_once('.'),
            Some(("typing" | "typing_extensions", "TypeVar" | "TypeVarTuple" | "ParamSpec"))
        ) {
            return self.type_variable(name, value);
        }
        if kind == "typing.NewType" {
            let (made, of) = (self.names.typing("NewType"), value.getattr("__supertype__")?);
            let of = self.names.type_object(&of)?;
            self.notes();
            self.out.line(&format!("{name} = {made}(\"{}\", {of})", look::text_of(value, "__name__")?));
            self.out.blank();
            return Ok(());
        }
        // `typing.Any` is no class before Python 3.11.
        if kind.starts_with("typing._") && kind.ends_with("SpecialForm") || is_type_expression(value)? {
            let (target, alias) = (self.names.type_object(value)?, self.names.typing("TypeAlias"));
            self.notes();
            self.out.line(&format!("{name}: {alias} = {target}"));
            self.out.blank();
            return Ok(());
        }
        let shown = self.shown_value(value)?;
        if matches!(name, "__all__" | "__match_args__") {
            // Type checkers want to see what is in them.
            self.out.line(&format!("{name} = {}", shown.unwrap_or_else(|| "...".to_string())));
            self.out.blank();
            return Ok(());
        }
        let ty = self.type_of(value)?;
        let in_class = self.names.in_class();
        let ty = if in_class { format!("{}[{ty}]", self.names.typing("ClassVar")) } else { ty };
        let shown = shown.unwrap_or_else(|| "...".to_string());
        // The base class has a method of this name.
        let comment = if name == "__hash__" { "  # type: ignore[assignment]" } else { "" };
        self.notes();
        self.out.line(&format!("{name}: {ty} = {shown}{comment}"));
        self.out.blank();
        Ok(())
    }

    /// Comments on what could not be named.
    pub(super) fn notes(&mut self) {
        for note in self.names.take_notes() {
            self.out.line(&format!("# {note}"));
        }
    }
}

/// Whether the name says that it is for nobody else.
fn is_private(name: &str) -> bool {
    let (begins, ends) = (name.starts_with('_'), name.ends_with('_'));
    let special = name.len() > 4 && name.starts_with("__") && name.ends_with("__");
    (begins || ends) && !special
}

/// Whether the value is a type that is no class: `list[int]`, `int | None`.
fn is_type_expression(value: &object) -> Result<bool> {
    let origin = look::of_module("typing", "get_origin")?.call((value,))?;
    Ok(!origin.is_none())
}
