//! `Result` as a value or an exception.
//!
//! As an argument, a `Result` is always `Ok`; as what a Python callback returns, it holds the exception as well.

use crate::call::context::{Cx, next_overload_ptr};
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::{Error, from_display};
use crate::python::object::object;
use std::fmt::Display;

// SAFETY: delegates to the inner type.
unsafe impl<D, A, E: From<Error>> Param<D> for Result<A, E>
where
    A: for<'a> Param<D, Item<'a> = A>,
{
    type Item<'a> = Result<A, E>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = A::Stage;
    const NULLABLE: bool = A::NULLABLE;
    const BORROWS: bool = A::BORROWS;
    const CALLS_OUT: bool = A::CALLS_OUT;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        A::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<A::Stage> {
        // SAFETY: caller's contract.
        unsafe { A::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut A::Stage, cx: &mut Cx<'_>) -> bool {
        A::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut A::Stage, cx: &Cx<'_>) -> Result<A, E> {
        // SAFETY: caller's contract.
        Ok(unsafe { A::lend(stage, cx) })
    }

    fn of_callback(returned: crate::Result<object>, state: Option<&State>) -> crate::Result<Result<A, E>> {
        Ok(A::of_callback(returned, state).map_err(E::from))
    }
}

// SAFETY: delegates; the error path returns null with an exception raised.
unsafe impl<D, P, R: Ret<D, P>, E: Display + 'static> Ret<D, P> for Result<R, E> {
    const NOTHING: bool = R::NOTHING;
    const CODE: u8 = R::CODE;
    const REFUSED: Option<&'static str> = R::REFUSED;
    const COPIES: bool = R::COPIES;

    fn describe(text: &mut SigText<'_>) {
        R::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        match value {
            // SAFETY: caller's contract.
            Ok(value) => unsafe { R::put(value, cx) },
            Err(error) => {
                let error = from_display(error);
                if error.is_next_overload() {
                    // Not the sentinel itself: this result may be an element of a container.
                    cx.declined = true;
                } else {
                    cx.failed = true;
                    error.restore();
                }
                std::ptr::null_mut()
            }
        }
    }

    const AT_ONCE: bool = R::AT_ONCE;
    const CHECKED: bool = true;

    #[inline(always)]
    unsafe fn give(value: Self) -> *mut ffi::PyObject {
        match value {
            // SAFETY: caller's contract.
            Ok(value) => unsafe { R::give(value) },
            Err(error) => fail(error),
        }
    }
}

/// Raises the error of a call without a context, unless it asks for the next overload.
#[cold]
#[inline(never)]
fn fail<E: Display + 'static>(error: E) -> *mut ffi::PyObject {
    let error = from_display(error);
    if error.is_next_overload() {
        return next_overload_ptr();
    }
    error.restore();
    std::ptr::null_mut()
}
