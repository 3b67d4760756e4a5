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

    const HOLDS: bool = A::HOLDS;
    const AT_ONCE: bool = A::AT_ONCE;

    #[inline(always)]
    unsafe fn fit(src: *mut ffi::PyObject) -> Option<Option<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe { if src == ffi::Py_None() { Some(None) } else { A::fit(src).map(Some) } }
    }

    #[inline(always)]
    unsafe fn fit_anywhere(src: *mut ffi::PyObject) -> Option<Option<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe { if src == ffi::Py_None() { Some(None) } else { A::fit_anywhere(src).map(Some) } }
    }

    const LENDS: bool = A::LENDS;

    #[inline(always)]
    unsafe fn mark(stage: &mut Option<A::Stage>) -> bool {
        // SAFETY: caller's contract.
        stage.as_mut().is_none_or(|inner| unsafe { A::mark(inner) })
    }

    #[inline(always)]
    unsafe fn mark_anywhere(stage: &mut Option<A::Stage>) -> bool {
        // SAFETY: caller's contract.
        stage.as_mut().is_none_or(|inner| unsafe { A::mark_anywhere(inner) })
    }

    #[inline(always)]
    unsafe fn unmark(stage: &Option<A::Stage>) {
        if let Some(inner) = stage {
            // SAFETY: caller's contract.
            unsafe { A::unmark(inner) }
        }
    }

    #[inline(always)]
    unsafe fn unmark_anywhere(stage: &Option<A::Stage>) {
        if let Some(inner) = stage {
            // SAFETY: caller's contract.
            unsafe { A::unmark_anywhere(inner) }
        }
    }

    #[inline(always)]
    unsafe fn own(stage: &Option<A::Stage>) {
        if let Some(inner) = stage {
            // SAFETY: caller's contract.
            unsafe { A::own(inner) }
        }
    }

    #[inline(always)]
    unsafe fn own_anywhere(stage: &Option<A::Stage>) {
        if let Some(inner) = stage {
            // SAFETY: caller's contract.
            unsafe { A::own_anywhere(inner) }
        }
    }

    #[inline(always)]
    unsafe fn let_go(stage: &Option<A::Stage>) {
        if let Some(inner) = stage {
            // SAFETY: caller's contract.
            unsafe { A::let_go(inner) }
        }
    }

    #[inline(always)]
    unsafe fn let_go_anywhere(stage: &Option<A::Stage>) {
        if let Some(inner) = stage {
            // SAFETY: caller's contract.
            unsafe { A::let_go_anywhere(inner) }
        }
    }

    #[inline(always)]
    unsafe fn lend_marked<'a>(stage: &'a mut Option<A::Stage>) -> Option<A::Item<'a>> {
        // SAFETY: caller's contract.
        stage.as_mut().map(|inner| unsafe { A::lend_marked(inner) })
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

    const AT_ONCE: bool = R::AT_ONCE;
    const CHECKED: bool = R::CHECKED;

    #[inline(always)]
    unsafe fn give(value: Self) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe {
            match value {
                Some(value) => R::give(value),
                None => ffi::Py_NewRef(ffi::Py_None()),
            }
        }
    }
}
