//! `f32` and `f64`: a `float`; in the converting pass also an `int` or what has `__float__` or `__index__`.

use crate::call::{CONVERT, Cx};
use crate::cast::{member_by_value, protocol_raised};
use crate::convert::{Param, Ret};
use crate::ffi;
use crate::refusal::Reason;
use crate::signature::SigText;

#[inline]
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<f64> {
    // SAFETY: `src` is live; exact floats run no Python code.
    unsafe {
        if ffi::PyFloat_CheckExact(src) != 0 {
            return Some(ffi::PyFloat_AS_DOUBLE(src));
        }
        read_other(src, flags, cx)
    }
}

#[inline(never)]
unsafe fn read_other(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<f64> {
    // SAFETY: `src` is live.
    unsafe {
        if flags & CONVERT == 0 || ffi::PyUnicode_Check(src) != 0 {
            return None;
        }
        let value = ffi::PyFloat_AsDouble(src);
        if value == -1.0 && !ffi::PyErr_Occurred().is_null() {
            protocol_raised(src, &[c"__float__", c"__index__"], cx);
            return None;
        }
        Some(value)
    }
}

macro_rules! floats {
    ($($ty:ty)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $ty;
            type Stage = $ty;
            const OWNED: bool = true;

            fn describe(text: &mut SigText<'_>) {
                text.text("float");
            }

            #[inline]
            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<$ty> {
                // SAFETY: caller's contract.
                let wide = unsafe { read(src, flags, cx) }?;
                let value = wide as $ty;
                // Without conversion a narrowing that loses the value is refused.
                let kept = size_of::<$ty>() == size_of::<f64>() || f64::from(value) == wide || wide.is_nan();
                if kept || flags & CONVERT != 0 { Some(value) } else { cx.refuse(Reason::Inexact) }
            }

            unsafe fn lend<'a>(stage: &'a mut $ty, _cx: &Cx<'_>) -> $ty {
                *stage
            }
        }

        // SAFETY: an owned value.
        unsafe impl<D, P> Ret<D, P> for $ty {
            fn describe(text: &mut SigText<'_>) {
                text.text("float");
            }

            #[inline]
            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached.
                unsafe { ffi::PyFloat_FromDouble(value.into()) }
            }
        }

        member_by_value! { [] $ty; }
    )* };
}
floats!(f32 f64);
