//! Bound classes by value: an argument is copied when the class can be cloned and moved out of its object when not, a result moves
//! into a new object. The macros write the implementations next to `Class`, with these functions.

use crate::call::context::Cx;
use crate::cast::bound::{self, Bound};
use crate::cast::boxed::Taken;
use crate::cast::class_trait::Class;
use crate::cast::new_instance::{new_inline, new_inline_in};
use crate::interpreter::state::State;
use crate::{ffi, rv_policy};
use std::ptr;

/// A by-value argument: copied when the class can be cloned, moved out when not.
#[doc(hidden)]
pub enum ByValue<T> {
    Copied(Bound<T>),
    Moved(Taken<T>),
}

/// # Safety
/// As [`Param::convert`](crate::Param::convert).
pub unsafe fn convert<D, T: Class<D>>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<ByValue<T>> {
    // SAFETY: caller's contract.
    unsafe {
        match T::CLONE {
            Some(_) => bound::find(src, flags, cx).map(ByValue::Copied),
            None => Taken::find::<D>(src, cx).map(ByValue::Moved),
        }
    }
}

/// See [`Param::acquire`](crate::Param::acquire).
pub fn acquire<T: 'static>(stage: &mut ByValue<T>, cx: &mut Cx<'_>) -> bool {
    match stage {
        ByValue::Copied(bound) => bound.acquire(false, cx),
        ByValue::Moved(taken) => taken.acquire(true, false, cx),
    }
}

/// # Safety
/// As [`Param::lend`](crate::Param::lend).
pub unsafe fn lend<D, T: Class<D>>(stage: &mut ByValue<T>, _cx: &Cx<'_>) -> T {
    match stage {
        ByValue::Copied(bound) => {
            let clone = T::CLONE.expect("chosen by `convert`");
            // SAFETY: a shared mark is held until the call ends.
            clone(unsafe { &*(bound.address as *const T) })
        }
        // SAFETY: `acquire` succeeded.
        ByValue::Moved(taken) => unsafe { taken.take_value() },
    }
}

impl<T> ByValue<T> {
    /// What [`fit`] has found.
    #[inline(always)]
    fn copied(&self) -> &Bound<T> {
        match self {
            ByValue::Copied(bound) => bound,
            ByValue::Moved(_) => unreachable!("`fit` finds what is copied"),
        }
    }

    #[inline(always)]
    fn copied_mut(&mut self) -> &mut Bound<T> {
        match self {
            ByValue::Copied(bound) => bound,
            ByValue::Moved(_) => unreachable!("`fit` finds what is copied"),
        }
    }
}

/// For a class that can be cloned, as the functions below.
///
/// # Safety
/// As [`Param::fit`](crate::Param::fit).
#[inline(always)]
pub unsafe fn fit<D, T: Class<D>>(src: *mut ffi::PyObject) -> Option<ByValue<T>> {
    // SAFETY: caller's contract.
    unsafe { Bound::of_known::<D>(src).map(ByValue::Copied) }
}

/// # Safety
/// As [`Param::fit_anywhere`](crate::Param::fit_anywhere).
pub unsafe fn fit_anywhere<D, T: Class<D>>(src: *mut ffi::PyObject) -> Option<ByValue<T>> {
    // SAFETY: caller's contract.
    unsafe { Bound::of_any::<D>(src).map(ByValue::Copied) }
}

/// # Safety
/// As [`Param::mark`](crate::Param::mark).
#[inline(always)]
pub unsafe fn mark<T: 'static>(stage: &mut ByValue<T>) -> bool {
    // SAFETY: caller's contract.
    unsafe { stage.copied_mut().mark(false) }
}

/// # Safety
/// As [`Param::mark_anywhere`](crate::Param::mark_anywhere).
pub unsafe fn mark_anywhere<T: 'static>(stage: &mut ByValue<T>) -> bool {
    // SAFETY: caller's contract.
    unsafe { stage.copied_mut().mark_anywhere(false) }
}

/// # Safety
/// As [`Param::unmark`](crate::Param::unmark).
#[inline(always)]
pub unsafe fn unmark<T: 'static>(stage: &ByValue<T>) {
    // SAFETY: caller's contract.
    unsafe { stage.copied().unmark(false) }
}

/// # Safety
/// As [`Param::unmark_anywhere`](crate::Param::unmark_anywhere).
pub unsafe fn unmark_anywhere<T: 'static>(stage: &ByValue<T>) {
    // SAFETY: caller's contract.
    unsafe { stage.copied().unmark_anywhere(false) }
}

/// # Safety
/// As [`Param::own`](crate::Param::own).
#[inline(always)]
pub unsafe fn own<T: 'static>(stage: &ByValue<T>) {
    // SAFETY: caller's contract.
    unsafe { stage.copied().own() }
}

/// # Safety
/// As [`Param::own_anywhere`](crate::Param::own_anywhere).
pub unsafe fn own_anywhere<T: 'static>(stage: &ByValue<T>) {
    // SAFETY: caller's contract.
    unsafe { stage.copied().own_anywhere() }
}

/// # Safety
/// As [`Param::let_go`](crate::Param::let_go).
#[inline(always)]
pub unsafe fn let_go<T: 'static>(stage: &ByValue<T>) {
    // SAFETY: caller's contract.
    unsafe { stage.copied().let_go() }
}

/// # Safety
/// As [`Param::let_go_anywhere`](crate::Param::let_go_anywhere).
pub unsafe fn let_go_anywhere<T: 'static>(stage: &ByValue<T>) {
    // SAFETY: caller's contract.
    unsafe { stage.copied().let_go_anywhere() }
}

/// # Safety
/// As [`Param::lend_marked`](crate::Param::lend_marked).
#[inline(always)]
pub unsafe fn lend_copied<D, T: Class<D>>(stage: &mut ByValue<T>) -> T {
    let address = stage.copied().address as *const T;
    // SAFETY: a shared mark is held until the call ends.
    T::CLONE.expect("a class that can be cloned")(unsafe { &*address })
}

/// A returned `T`, of a call without a context.
///
/// # Safety
/// As [`Ret::give`](crate::Ret::give).
#[inline]
pub unsafe fn give<T: 'static, P: rv_policy::Policy>(value: T) -> *mut ffi::PyObject {
    if !P::MAKES {
        return ptr::null_mut();
    }
    // SAFETY: caller's contract.
    unsafe {
        match State::of_call() {
            Some(state) => new_inline_in(value, state),
            None => ptr::null_mut(),
        }
    }
}

/// A returned `T`.
///
/// # Safety
/// As [`Ret::put`](crate::Ret::put).
#[doc(hidden)]
pub unsafe fn put_value<T: 'static, P: rv_policy::Policy>(value: T, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    if !P::MAKES {
        return ptr::null_mut();
    }
    // SAFETY: caller's contract.
    unsafe { new_inline(value, cx) }
}
