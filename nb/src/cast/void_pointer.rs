//! `*mut c_void`: nanobind's conversion of `void *`, an address that Python hands on and cannot look into.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::ffi::{CStr, c_void};
use std::ptr;

/// The name of the capsules, as in nanobind, whose extensions take them too.
const NAME: &CStr = c"nb_handle";

macro_rules! addresses {
    ($($ty:ty)*) => { $(
        // SAFETY: an address, which refers to nothing as far as Rust knows.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = $ty;
            const OWNED: bool = true;
            const NULLABLE: bool = true;
            const VALUE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("types.CapsuleType | None");
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<$ty> {
                // SAFETY: a live object on an attached thread (caller's contract); the pointer is asked for once it is known to be there.
                unsafe {
                    if src == ffi::Py_None() {
                        return Some(ptr::null_mut());
                    }
                    let named = ffi::PyCapsule_IsValid(src, NAME.as_ptr()) != 0;
                    named.then(|| ffi::PyCapsule_GetPointer(src, NAME.as_ptr()) as $ty)
                }
            }

            unsafe fn lend<'a>(stage: &'a mut $ty, _cx: &Cx<'_>) -> $ty {
                *stage
            }
        }

        // SAFETY: a new capsule that owns nothing, or None.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("types.CapsuleType | None");
            }

            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached (caller's contract); the name lives for ever.
                unsafe {
                    if value.is_null() {
                        return ffi::Py_NewRef(ffi::Py_None());
                    }
                    ffi::PyCapsule_New(value as *mut c_void, NAME.as_ptr(), None)
                }
            }
        }
    )* };
}
addresses!(*mut c_void *const c_void);
