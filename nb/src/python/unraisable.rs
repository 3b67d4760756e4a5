//! [`Error::discard_as_unraisable`]: an exception where nobody can catch it.

use crate::ffi;
use crate::python::aside::Aside;
use crate::python::attach::Attached;
use crate::python::error::Error;
use crate::python::object::object;
use crate::python::text;

/// Where an exception was ignored: a text, typically the name of a function, or an object.
pub trait UnraisableContext {
    #[doc(hidden)]
    fn object(self) -> Option<object>;
}

impl UnraisableContext for &str {
    fn object(self) -> Option<object> {
        text::new(self).ok()
    }
}

impl UnraisableContext for &object {
    fn object(self) -> Option<object> {
        Some(self.clone())
    }
}

impl Error {
    /// Hands the exception to Python's `sys.unraisablehook`, which prints it: nanobind's `discard_as_unraisable`.
    ///
    /// For destructors and others that cannot return an error. The context is what the hook gets as `object`: a text such as
    /// the name of the function, or any object. A detached thread is attached for it; after the end of the interpreter
    /// nothing is printed. An exception that is on its way stays raised.
    ///
    /// ```no_run
    /// struct Connection(nb::stored);
    /// impl Drop for Connection {
    ///     fn drop(&mut self) {
    ///         nb::gil_scoped_acquire::try_run(|| {
    ///             if let Err(e) = self.0.attr("close").call(()) {
    ///                 e.discard_as_unraisable("Connection");
    ///             }
    ///         });
    ///     }
    /// }
    /// ```
    pub fn discard_as_unraisable(self, context: impl UnraisableContext) {
        let Some(_attached) = Attached::new() else { return };
        let _aside = Aside::now();
        let context = context.object();
        self.restore();
        // SAFETY: attached; a live object or null. The hook's own exceptions are dealt with there.
        unsafe { ffi::PyErr_WriteUnraisable(context.as_ref().map_or(std::ptr::null_mut(), object::as_ptr)) };
    }
}
