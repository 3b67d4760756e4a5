//! Python objects, looked at.

use crate::ffi;
use crate::handles::getattr;
use crate::python::attributes;
use crate::python::error::{Error, Result, runtime_error};
use crate::python::messages;
use crate::python::object::object;
use crate::python::text;

/// The text of a `str`, `None` for anything else. What is no UTF-8 becomes `?`.
pub(super) fn text(value: &object) -> Option<String> {
    // SAFETY: a live object; attached, as all of this runs in an import.
    unsafe { text::read(value.as_ptr()) }
}

/// An attribute that is a text.
pub(super) fn text_of(value: &object, name: &str) -> Result<String> {
    let found = getattr(value, name)?;
    text(&found).ok_or_else(|| runtime_error(messages::attribute_is_no_text(name, &found.class_name())))
}

/// An attribute; `None` where it is missing or reading it fails.
pub(super) fn find(value: &object, name: &str) -> Option<object> {
    getattr(value, name).map_err(keep_interrupt).ok()
}

/// What was read fails, which says that there is nothing; but a Ctrl-C is not lost.
fn keep_interrupt(error: Error) {
    // SAFETY: attached, as all of this runs in an import; a live class.
    unsafe {
        if error.matches(&object::borrow(ffi::PyExc_KeyboardInterrupt)) {
            ffi::PyErr_SetInterrupt();
        }
    }
}

/// A docstring, if there is one.
pub(super) fn doc(value: &object) -> Option<String> {
    text(&find(value, "__doc__")?).filter(|doc| !doc.trim().is_empty())
}

/// `module.Name` of a class, and `Name` of one of Python's own.
pub(super) fn class_name(class: &object) -> Result<String> {
    let (module, name) = (text_of(class, "__module__")?, text_of(class, "__qualname__")?);
    Ok(if module == "builtins" { name } else { format!("{module}.{name}") })
}

/// The class of a value.
pub(super) fn class_of(value: &object) -> object {
    value.type_().into()
}

/// A module; imported, if it was not.
pub(super) fn module(name: &str) -> Result<object> {
    match attributes::import("sys")?.getattr("modules")?.item(name).get() {
        Ok(module) => Ok(module),
        // What `import` gives is the package that the module is in.
        Err(_) => attributes::import("importlib")?.getattr("import_module")?.call((name,)),
    }
}

/// An object of another module.
pub(super) fn of_module(name: &str, attribute: &str) -> Result<object> {
    module(name)?.getattr(attribute)
}

pub(super) fn is_instance(value: &object, module: &str, class: &str) -> Result<bool> {
    value.is_instance(&of_module(module, class)?)
}

/// Whether the class is exactly that, one of Python's own.
pub(super) fn is_builtin(class: &object, name: &str) -> bool {
    class_name(class).is_ok_and(|found| found == name)
}

/// What has a name in a module or a class, in the order in which it came there.
pub(super) fn members(scope: &object) -> Result<Vec<(String, object)>> {
    entries(&getattr(scope, "__dict__")?)
}

/// What a mapping has, by texts.
pub(super) fn entries(mapping: &object) -> Result<Vec<(String, object)>> {
    let mut entries = Vec::new();
    for pair in items(&mapping.getattr("items")?.call(())?)? {
        if let Some(name) = text(&pair.item(0).get()?) {
            entries.push((name, pair.item(1).get()?));
        }
    }
    Ok(entries)
}

/// The annotations of a class written in Python.
pub(super) fn annotations(class: &object) -> Result<Vec<(String, object)>> {
    entries(&of_module("inspect", "get_annotations")?.call((class,))?)
}

/// The values of a mapping.
pub(super) fn values(mapping: &object) -> Result<Vec<object>> {
    items(&mapping.getattr("values")?.call(())?)
}

/// The items of a tuple or list.
pub(super) fn items(value: &object) -> Result<Vec<object>> {
    value.iter()?.collect()
}

/// The function of a `staticmethod` or `classmethod`.
pub(super) fn inner(value: &object) -> Result<object> {
    value.getattr("__func__")
}

/// Whether the object is a module.
pub(super) fn is_module(value: &object) -> bool {
    // SAFETY: a live object.
    unsafe { ffi::PyModule_Check(value.as_ptr()) != 0 }
}

/// Whether it is a `property`, or of a class derived from that.
pub(super) fn is_property(value: &object) -> bool {
    // SAFETY: a live object and a live class.
    unsafe { ffi::PyObject_TypeCheck(value.as_ptr(), &raw mut ffi::PyProperty_Type) != 0 }
}

/// `repr(value)`, of values that Python can read back.
pub(super) fn shown(value: &object) -> Option<String> {
    text(&value.repr().map_err(keep_interrupt).ok()?.into())
}
