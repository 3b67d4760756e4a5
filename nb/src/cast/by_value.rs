//! Bound classes by value: an argument is copied when the class can be cloned and moved out of its object when not, a result moves
//! into a new object. The macros write the implementations next to `Class`, with these functions.

use crate::call::context::Cx;
use crate::cast::bound::{self, Bound};
use crate::cast::boxed::Taken;
use crate::cast::class_trait::Class;
use crate::cast::new_instance::new_inline;
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
