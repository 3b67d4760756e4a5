//! Exceptions with a cause: [`raise_from`] and [`chain_error`].

use crate::bind::exception::ExceptionBase;
use crate::ffi;
use crate::python::error::{Builtin, Error, chain_cause, set_error, take_raised};
use crate::python::messages;
use crate::python::object::check_attached;

/// A new exception whose cause is `error`, Python's `raise class(message) from error`: nanobind's `nb::raise_from`.
///
/// The class is an [`nb::Builtin`](crate::Builtin), an exception class, or `()` for `Exception`. Return the result as `Err`. Its
/// `__cause__` and `__context__` are the old exception, which Python prints before it.
///
/// If the class cannot be called with a text, the result is the exception which that raises; of what is no exception class, a `TypeError`.
///
/// Panics when the thread is not attached.
///
/// ```no_run
/// fn load(name: &str) -> nb::Result<nb::object> {
///     nb::module_::<()>::import_(name)
///         .map(|module| module.clone())
///         .map_err(|e| nb::raise_from(e, nb::Builtin::RuntimeError, format!("no plugin {name}")))
/// }
/// ```
pub fn raise_from(error: Error, class: impl ExceptionBase, message: impl Into<String>) -> Error {
    check_attached();
    error.restore();
    chain_error(class, message);
    Error::fetch()
}

/// Raises an exception, of which the one that is raised already becomes the cause: nanobind's `nb::chain_error`.
///
/// For code that works with Python's error indicator, between calls of the C API; elsewhere [`raise_from`] is what you want.
/// If nothing is raised, the new exception has no cause. The class is as for that.
///
/// Panics when the thread is not attached.
///
/// ```no_run
/// fn after_a_failed_call() -> nb::Error {
///     nb::chain_error(nb::Builtin::ValueError, "the table cannot be read");
///     nb::Error::fetch()
/// }
/// ```
pub fn chain_error(class: impl ExceptionBase, message: impl Into<String>) {
    check_attached();
    let cause = take_raised();
    let class = class.base();
    // SAFETY: a live object.
    match unsafe { ffi::PyExceptionClass_Check(class.as_ptr()) } {
        0 => set_error(Builtin::TypeError.class(), &messages::no_exception_class(&class.class_name())),
        _ => set_error(class.as_ptr(), &message.into()),
    }
    if let Some(cause) = cause {
        chain_cause(cause);
    }
}
