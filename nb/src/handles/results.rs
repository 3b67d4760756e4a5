//! Results of C API calls as `Result`s.

use crate::ffi;
use crate::python::error::{Error, Result};
use std::ffi::c_int;

/// The value, or the raised exception for a negative one.
#[inline]
pub(super) fn code(code: c_int) -> Result<c_int> {
    if code < 0 { Err(Error::fetch()) } else { Ok(code) }
}

/// Success, or the raised exception for a negative code.
#[inline]
pub(super) fn done(value: c_int) -> Result<()> {
    code(value).map(|_| ())
}

/// A truth value, or the raised exception for a negative code.
pub(super) fn truth(value: c_int) -> Result<bool> {
    code(value).map(|value| value != 0)
}

/// A size, or the raised exception for a negative one.
pub(super) fn size(value: ffi::Py_ssize_t) -> Result<usize> {
    usize::try_from(value).map_err(|_| Error::fetch())
}

/// The value of an operation that fails only when memory runs out; the bound function then raises `MemoryError`.
pub(super) fn must<T>(value: Result<T>) -> T {
    value.unwrap_or_else(|error| crate::interpreter::panic::raise(error))
}
