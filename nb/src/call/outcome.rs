//! What a call comes to that has given no object, or one that is not to be had.

use crate::call::context::is_object;
use crate::ffi;
use crate::python::error::{chain_cause, set_error, take_raised};
use crate::python::messages;
use crate::python::object::object;
use std::ptr;

/// Returned by a call without a context whose arguments did not fit: nothing has happened.
#[inline(always)]
pub(crate) fn not_fit_ptr() -> *mut ffi::PyObject {
    ptr::without_provenance_mut(1)
}

/// Refuses the result of a function that comes while an exception is raised, which would surface in code that has nothing to do with it.
/// Builds for speed leave it to CPython, which looks at some calls only.
#[inline(always)]
pub(crate) fn refuse_pending(result: *mut ffi::PyObject, name: impl FnOnce() -> String) -> *mut ffi::PyObject {
    if !cfg!(debug_assertions) || !is_object(result) {
        return result;
    }
    let Some(pending) = take_raised() else { return result };
    // SAFETY: attached; the result is owned, and a live class.
    unsafe {
        drop(object::from_owned(result));
        set_error(ffi::PyExc_SystemError, &messages::result_with_exception(&name()));
    }
    chain_cause(pending);
    ptr::null_mut()
}
