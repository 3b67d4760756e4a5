//! [`error_scope`]: sets a raised exception aside.

use crate::ffi;
use crate::python::error::{restore_raised, take_raised};
use crate::python::object::{check_attached, is_attached, object};

/// Sets the exception that is raised in this thread aside until it is dropped: nanobind's `nb::error_scope`.
///
/// For code that runs while an exception is on its way, such as a function for `tp_dealloc` or a slot written by hand, and calls
/// Python. In a bound function nothing is raised; an [`nb::Error`](crate::Error) is a value. What was raised meanwhile and left
/// is replaced, as in C++. If the thread detaches before, there is nowhere to put the exception and it is dropped.
///
/// ```no_run
/// fn ask(callback: &nb::callable) {
///     let _scope = nb::error_scope::new();
///     if let Err(error) = callback.call(()) {
///         error.discard_as_unraisable("ask");
///     }
/// }
/// ```
pub struct error_scope {
    aside: Option<object>,
}

impl error_scope {
    /// Takes the exception that is raised now, if there is one.
    ///
    /// Panics when the thread is not attached.
    #[allow(clippy::new_without_default, reason = "there is no scope without a statement")]
    pub fn new() -> error_scope {
        check_attached();
        error_scope { aside: take_raised() }
    }
}

impl Drop for error_scope {
    fn drop(&mut self) {
        if !is_attached() {
            return;
        }
        // SAFETY: attached; what was taken is an exception instance.
        unsafe {
            ffi::PyErr_Clear();
            if let Some(aside) = self.aside.take() {
                restore_raised(aside);
            }
        }
    }
}
