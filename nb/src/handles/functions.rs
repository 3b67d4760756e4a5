//! nanobind's free functions on objects: `nb::len(o)`, `nb::repr(o)`, `nb::getattr(o, "x")`, ..

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::attr::accessor;
use crate::handles::call::CallArgs;
use crate::handles::iterators::iterator;
use crate::handles::keys::AttrKey;
use crate::handles::results::done;
use crate::handles::strings::str_;
use crate::python::error::Result;
use crate::python::object::object;
use crate::python::{attributes, text};

/// `len(value)`.
///
/// # Errors
/// `TypeError` when the object has no length.
pub fn len(value: &object) -> Result<usize> {
    value.len()
}

/// The number of elements that the object says it has, 0 when it does not say.
pub fn len_hint(value: &object) -> usize {
    value.len_hint()
}

/// `repr(value)`.
///
/// # Errors
/// Whatever Python raises.
pub fn repr(value: &object) -> Result<str_> {
    value.repr()
}

/// `hash(value)`.
///
/// # Errors
/// `TypeError` when the object cannot be hashed.
pub fn hash(value: &object) -> Result<isize> {
    value.hash()
}

/// `iter(value)`.
///
/// # Errors
/// `TypeError` when the object is not iterable.
pub fn iter(value: &object) -> Result<iterator> {
    value.iter()
}

/// Python's `isinstance(value, class)`: nanobind's `nb::isinstance(h, cls)`.
///
/// # Errors
/// Whatever Python raises.
pub fn isinstance_of(value: &object, class: &object) -> Result<bool> {
    value.is_instance(class)
}

/// Python's `issubclass(class, base)`.
///
/// # Errors
/// Whatever Python raises.
pub fn issubclass(class: &object, base: &object) -> Result<bool> {
    class.is_subclass(base)
}

/// Whether the attribute exists; never raises.
pub fn hasattr(value: &object, name: impl AttrKey) -> bool {
    value.hasattr(name)
}

/// Reads an attribute.
///
/// # Errors
/// `AttributeError` when it is missing.
pub fn getattr(value: &object, name: impl AttrKey) -> Result<object> {
    value.getattr(name)
}

/// Reads an attribute; the default when the lookup fails for any reason: nanobind's `nb::getattr(o, "x", default)`.
///
/// # Errors
/// Whatever Python raises.
pub fn getattr_or(value: &object, name: impl AttrKey, default: impl IntoObject) -> Result<object> {
    value.getattr_or(name, default)
}

/// Assigns an attribute.
///
/// # Errors
/// Whatever Python raises.
pub fn setattr(value: &object, name: impl AttrKey, to: impl IntoObject) -> Result<()> {
    value.setattr(name, to)
}

/// Deletes an attribute.
///
/// # Errors
/// `AttributeError` when there is none.
pub fn delattr(value: &object, name: impl AttrKey) -> Result<()> {
    value.delattr(name)
}

/// Deletes an attribute or item: nanobind's `nb::del(o["key"])`.
///
/// # Errors
/// Whatever Python raises.
pub fn del(place: accessor<'_>) -> Result<()> {
    place.del()
}

/// Prints `str(value)` and a line break to `sys.stdout`: nanobind's `nb::print(value)`.
///
/// Goes to the file directly, without Python's `print`.
///
/// # Errors
/// Fails with the exception of `str(value)` or of the file, such as `AttributeError` when `sys.stdout` is `None`.
///
/// ```no_run
/// fn greet(name: &str) -> nb::Result<()> {
///     nb::print(format!("hello {name}"))
/// }
/// ```
pub fn print(value: impl IntoObject) -> Result<()> {
    print_to(value, None, None)
}

/// As [`print()`], with another end than a line break, or to another file than `sys.stdout`: nanobind's `nb::print(value,
/// end, file)`.
///
/// # Errors
/// Whatever Python raises.
///
/// ```no_run
/// fn log(file: nb::object, text: &str) -> nb::Result<()> {
///     nb::print_to("log: ", Some(""), Some(&file))?;
///     nb::print_to(text, None, Some(&file))
/// }
/// ```
pub fn print_to(value: impl IntoObject, end: Option<&str>, file: Option<&object>) -> Result<()> {
    let value = to_python::<(), _>(value)?;
    let end = text::new(end.unwrap_or("\n"))?;
    let file = match file {
        Some(file) => file.clone(),
        None => attributes::import("sys")?.attr("stdout").get()?,
    };
    for part in [value, end] {
        // SAFETY: live objects, and an attached thread: `to_python` has checked.
        done(unsafe { ffi::PyFile_WriteObject(part.as_ptr(), file.as_ptr(), ffi::Py_PRINT_RAW) })?;
    }
    Ok(())
}

/// Python's own `print` with a tuple of arguments: `nb::print_with(("a", 1, nb::kw("sep", "-")))`.
///
/// # Errors
/// Whatever Python raises.
pub fn print_with(args: impl CallArgs) -> Result<()> {
    attributes::import("builtins")?.attr("print").call(args).map(|_| ())
}
