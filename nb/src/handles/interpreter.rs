//! The names that running Python code sees, [`builtins`] and [`globals`], and the module [`typing`].

use crate::ffi;
use crate::handles::dicts::dict;
use crate::python::error::{Error, Result, runtime_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};

/// The builtins of the Python code that runs: nanobind's `nb::builtins()`.
///
/// On a thread that runs no Python code they are those of the interpreter.
///
/// # Errors
/// `TypeError` when code was given builtins that are no `dict`.
///
/// ```no_run
/// fn largest(values: nb::list) -> nb::Result<nb::object> {
///     nb::builtins()?.item("max").call((values,))
/// }
/// ```
pub fn builtins() -> Result<dict> {
    check_attached();
    // SAFETY: attached; a borrowed reference to a live object, or null with an exception raised.
    unsafe {
        let found = ffi::PyEval_GetBuiltins();
        if found.is_null() {
            return Err(Error::fetch());
        }
        dict::try_from(object::borrow(found))
    }
}

/// The global variables of the Python code that runs, its `globals()`: nanobind's `nb::globals()`.
///
/// # Errors
/// `RuntimeError` when the thread runs no Python code.
///
/// ```no_run
/// fn caller() -> nb::Result<String> {
///     nb::globals()?.item("__name__").get()?.cast()
/// }
/// ```
pub fn globals() -> Result<dict> {
    check_attached();
    // SAFETY: attached; a borrowed reference to a live dict, or null.
    unsafe {
        let found = ffi::PyEval_GetGlobals();
        if found.is_null() {
            // Some versions raise here and some do not.
            ffi::PyErr_Clear();
            return Err(runtime_error(messages::NO_FRAME));
        }
        dict::try_from(object::borrow(found))
    }
}

/// The module `typing`: nanobind's `nb::typing()`.
///
/// # Errors
/// Whatever Python raises.
///
/// ```no_run
/// fn any() -> nb::Result<nb::object> {
///     nb::typing()?.attr("Any").get()
/// }
/// ```
pub fn typing() -> Result<object> {
    check_attached();
    // SAFETY: attached; a new reference, or null with an exception raised.
    unsafe { object::steal(ffi::PyImport_ImportModule(c"typing".as_ptr())) }
}
