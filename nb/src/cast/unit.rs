//! `()` as `None`, and `Result` as a value or an exception.

use crate::call::{Cx, next_overload_ptr};
use crate::convert::Ret;
use crate::error::from_display;
use crate::ffi;
use crate::signature::SigText;
use std::fmt::Display;

// SAFETY: returns None.
unsafe impl<D, P> Ret<D, P> for () {
    type Item<'a> = ();

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put((): (), _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
}

// SAFETY: delegates; the error path returns null with an exception raised.
unsafe impl<D, P, R: Ret<D, P>, E: Display + 'static> Ret<D, P> for Result<R, E> {
    type Item<'a> = Result<R::Item<'a>, E>;

    fn describe(text: &mut SigText<'_>) {
        R::describe(text);
    }

    unsafe fn put(value: Self::Item<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        match value {
            // SAFETY: caller's contract.
            Ok(value) => unsafe { R::put(value, cx) },
            Err(error) => {
                let error = from_display(error);
                if error.is_next_overload() {
                    return next_overload_ptr();
                }
                error.restore();
                std::ptr::null_mut()
            }
        }
    }
}
