//! `Option<T>` as a value or `None`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;

// SAFETY: delegates to the inner type.
unsafe impl<D, A: Param<D>> Param<D> for Option<A> {
    type Item<'a> = Option<A::Item<'a>>;
    type Lent<'object, 'call> = Option<A::Lent<'object, 'call>>;
    type Stage = Option<A::Stage>;
    const OWNED: bool = A::OWNED;
    const NULLABLE: bool = true;
    const BORROWS: bool = A::BORROWS;
    const VALUE: bool = A::VALUE;
    const CALLS_OUT: bool = A::CALLS_OUT;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        A::describe(text);
        text.text(" | None");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Option<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe {
            if src == ffi::Py_None() {
                return Some(None);
            }
            A::convert(src, flags, cx).map(Some)
        }
    }

    fn acquire(stage: &mut Option<A::Stage>, cx: &mut Cx<'_>) -> bool {
        stage.as_mut().is_none_or(|inner| A::acquire(inner, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Option<A::Stage>, cx: &Cx<'_>) -> Option<A::Item<'a>> {
        // SAFETY: caller's contract.
        stage.as_mut().map(|inner| unsafe { A::lend(inner, cx) })
    }
}

// SAFETY: delegates to the inner type.
unsafe impl<D, P, R: Ret<D, P>> Ret<D, P> for Option<R> {
    const REFUSED: Option<&'static str> = R::REFUSED;
    const COPIES: bool = R::COPIES;
    const DECLINES: bool = R::DECLINES;

    fn describe(text: &mut SigText<'_>) {
        R::describe(text);
        text.text(" | None");
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe {
            match value {
                Some(value) => R::put(value, cx),
                None => ffi::Py_NewRef(ffi::Py_None()),
            }
        }
    }
}
