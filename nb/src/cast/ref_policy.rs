//! What each return value policy makes of a returned `&T` or `&mut T` of a bound class.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound::ByMark;
use crate::cast::child::{derived, for_ever, known, known_object};
use crate::cast::class_trait::Class;
use crate::cast::new_instance::{new_inline, record};
use crate::cast::reference::{GiveBack, Mutability};
use crate::cast::reference_internal::internal;
use crate::{ffi, rv_policy};
use std::ptr;

/// What a policy makes of a returned `&T`.
///
/// # Safety
/// `put_ref` is as [`Ret::put`](crate::Ret::put).
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned reference to `{T}`",
    label = "returns a reference to `{T}`",
    note = "a reference is copied (`rv_policy::copy`, the default), or kept with its owner (`rv_policy::reference_internal`); to pass ownership return `{T}` or `Box<{T}>`; `rv_policy::reference` is for functions that return a `&'static {T}`"
)]
pub unsafe trait RefPolicy<'x, D, T> {
    /// The new object refers to a value inside the arguments.
    #[doc(hidden)]
    const CHILD: bool = false;
    /// # Safety
    /// As [`Ret::put`](crate::Ret::put).
    #[doc(hidden)]
    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// `T` can be copied into Python.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied into Python",
    label = "a reference to `{Self}` is returned, which copies it by default",
    note = "implement `Clone` for `{Self}`, return it by value, or pass `nb::rv_policy::reference_internal` to hand out a reference that keeps its owner alive"
)]
pub trait Copyable {
    #[doc(hidden)]
    fn copy(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Copyable for T {
    fn copy(&self) -> T {
        self.clone()
    }
}

macro_rules! copying {
    ($($policy:ident)*) => { $(
        // SAFETY: a new object, or the argument.
        unsafe impl<'x, D, T: Class<D> + Copyable> RefPolicy<'x, D, T> for rv_policy::$policy {
            unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: the function's result is valid here, with the arguments' marks still held.
                unsafe {
                    // After `b += 1`, `b` is the same object, and an iterator is its own `__iter__`.
                    let argument = record::<T>(cx).and_then(|data| known(value as usize, data, mutable, cx));
                    argument.unwrap_or_else(|| new_inline((*value).copy(), cx))
                }
            }
        }
    )* };
}
copying!(automatic automatic_reference);

// SAFETY: a new object.
unsafe impl<'x, D, T: Class<D> + Copyable> RefPolicy<'x, D, T> for rv_policy::copy {
    unsafe fn put_ref(value: *const T, _mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: as above.
        unsafe { new_inline((*value).copy(), cx) }
    }
}

// SAFETY: an object that refers to a value in its roots, which it checks on each use.
unsafe impl<'x, D, T: Class<D>> RefPolicy<'x, D, T> for rv_policy::reference_internal {
    const CHILD: bool = true;

    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
        // SAFETY: caller's contract.
        unsafe { derived(value as usize, data, mutable, cx) }
    }
}

// SAFETY: as above.
#[diagnostic::do_not_recommend]
unsafe impl<'object, 'x: 'object, D, T: Class<D>> RefPolicy<'x, D, T> for internal<'object> {
    const CHILD: bool = true;

    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <rv_policy::reference_internal as RefPolicy<'x, D, T>>::put_ref(value, mutable, cx) }
    }
}

// SAFETY: the function's type says that the value lives for ever; nothing else may be referred to without an owner.
unsafe impl<D, T: Class<D>> RefPolicy<'static, D, T> for rv_policy::reference {
    unsafe fn put_ref(value: *const T, _mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
        // SAFETY: the reference is valid for ever.
        unsafe { for_ever(value as usize, data, cx) }
    }
}

// SAFETY: an object that there is.
unsafe impl<'x, D, T: Class<D>> RefPolicy<'x, D, T> for rv_policy::none {
    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
        // SAFETY: caller's contract.
        unsafe { known_object(value as usize, data, mutable, cx).unwrap_or(ptr::null_mut()) }
    }
}

// SAFETY: copies, or makes a derived reference that checks its roots on each use; that may be used mutably if it was reached
// through `&mut`.
unsafe impl<'x, D, T: Class<D>, P: RefPolicy<'x, D, T>, M: Mutability> GiveBack<'x, D, P, T, M> for ByMark {
    fn describe(text: &mut SigText<'_>) {
        if P::CHILD { text.child::<T>() } else { text.class::<T>() }
    }

    unsafe fn put(value: M::Ref<'x, T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { P::put_ref(M::address(value), M::EXCLUSIVE, cx) }
    }
}
