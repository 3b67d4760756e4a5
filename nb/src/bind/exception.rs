//! Python exception classes for Rust's errors: nanobind's `nb::exception<T>`.

use crate::bind::scope::Home;
use crate::ffi;
use crate::python::error::{Builtin, Result, runtime_error};
use crate::python::native_error::Inside;
use crate::python::object::object;
use crate::python::{attributes, messages, text};
use std::any::TypeId;
use std::ffi::CString;
use std::marker::PhantomData;
use std::ptr;

/// The base class of an exception: [`Builtin`], an exception class, or `()` for `Exception`.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Debug)]
/// struct ParseError;
/// impl std::fmt::Display for ParseError {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("cannot be parsed") }
/// }
/// impl std::error::Error for ParseError {}
/// #[derive(Debug)]
/// struct EndError;
/// impl std::fmt::Display for EndError {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("ends too early") }
/// }
/// impl std::error::Error for EndError {}
/// nb_module!(parsing, m, {
///     let parse_error = m.exception::<ParseError>("ParseError", nb::Builtin::ValueError);
///     m.exception::<EndError>("EndError", &parse_error);
/// });
/// # fn main() {}
/// ```
pub trait ExceptionBase {
    #[doc(hidden)]
    fn base(&self) -> object;
}

impl ExceptionBase for () {
    fn base(&self) -> object {
        // SAFETY: attached, as everybody who binds is; the exception globals are live.
        unsafe { object::borrow(ffi::PyExc_Exception) }
    }
}

impl ExceptionBase for Builtin {
    fn base(&self) -> object {
        // SAFETY: as above.
        unsafe { object::borrow(self.class()) }
    }
}

impl ExceptionBase for &object {
    fn base(&self) -> object {
        (*self).clone()
    }
}

pub(crate) fn is_inside<T: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<T>()
}

/// Asks whether `T` can be inside a `Box<dyn Error>`: the inherent constant wins where it can.
#[doc(hidden)]
pub struct ErrorProbe<T>(PhantomData<T>);

#[allow(missing_docs)]
impl<T: std::error::Error + 'static> ErrorProbe<T> {
    pub const INSIDE: Option<Inside> = Some(is_inside::<T>);
}

/// See [`ErrorProbe`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait NotError {
    const INSIDE: Option<Inside> = None;
}

impl<T> NotError for ErrorProbe<T> {}

/// Makes the class in the scope, for errors of the type `key`.
pub(crate) fn make(home: &Home<'_>, name: &str, base: &object, key: TypeId, inside: Option<Inside>) -> Result<object> {
    let module = home.module.as_ref().and_then(|module| {
        // SAFETY: a live object.
        unsafe { text::read(module.as_ptr()) }
    });
    let Some(module) = module else { return Err(runtime_error(messages::EXCEPTION_WITHOUT_MODULE)) };
    let full = format!("{module}.{name}");
    // SAFETY: live objects on an attached thread; the name is a C string.
    unsafe {
        if ffi::PyObject_HasAttr(home.scope.as_ptr(), text::new(name)?.as_ptr()) != 0 {
            return Err(runtime_error(messages::EXCEPTION_NAME_TAKEN));
        }
        let full = CString::new(full).map_err(|error| runtime_error(error.to_string()))?;
        let class = object::steal(ffi::PyErr_NewException(full.as_ptr(), base.as_ptr(), ptr::null_mut()))?;
        attributes::set(home.scope, name, &class)?;
        home.state.exceptions.register(key, class.clone(), inside);
        Ok(class)
    }
}
