//! `f32` and `f64`: a `float`; in the converting pass also an `int` or what has `__float__` or `__index__`.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::call::type_codes::{FLOAT, FLOAT_PROTOCOLS};
use crate::cast::traits::{Param, Ret};
use crate::cast::{member_by_value, protocol_raised};
use crate::ffi;
use std::mem::MaybeUninit;

/// # Safety
/// `src` is live; attached.
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

/// # Safety
/// `src` is live; attached.
#[inline(never)]
unsafe fn read_other(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<f64> {
    // SAFETY: `src` is live.
    unsafe {
        if flags & CONVERT == 0 || ffi::PyUnicode_Check(src) != 0 || src == ffi::Py_None() {
            return None;
        }
        cx.own_arguments();
        let value = ffi::PyFloat_AsDouble(src);
        if value == -1.0 && !ffi::PyErr_Occurred().is_null() {
            protocol_raised(src, &[c"__float__", c"__index__"], cx);
            return None;
        }
        Some(value)
    }
}

macro_rules! floats {
    ($($ty:ident)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = $ty;
            const OWNED: bool = true;
            const CODE: u8 = FLOAT;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const FIT: Option<unsafe fn(*mut ffi::PyObject) -> Option<Self>> = Some(fit::$ty);
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.number("float", FLOAT_PROTOCOLS);
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

            #[inline]
            unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<$ty>) {
                // SAFETY: caller's contract.
                unsafe {
                    match fit::$ty(*argument) {
                        Some(value) => stage.write(value),
                        None => stage.write(read_argument::$ty(argument, cx)),
                    };
                }
            }

            unsafe fn lend<'a>(stage: &'a mut $ty, _cx: &Cx<'_>) -> $ty {
                *stage
            }
        }

        // SAFETY: an owned value.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            const CODE: u8 = FLOAT;
            const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = Some(give::$ty);

            fn describe(text: &mut SigText<'_>) {
                text.text("float");
            }

            #[inline]
            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached.
                unsafe { give::$ty(value) }
            }
        }

        member_by_value! { [] $ty; }
    )*
        /// Makes a `float`.
        mod give {
            use super::*;
            $(
                /// # Safety
                /// Attached.
                #[inline]
                pub(super) unsafe fn $ty(value: $ty) -> *mut ffi::PyObject {
                    // SAFETY: caller's contract.
                    unsafe { ffi::PyFloat_FromDouble(value.into()) }
                }
            )*
        }

        /// An exact `float` that loses nothing.
        mod fit {
            use super::*;
            $(
                /// # Safety
                /// `src` is live; attached.
                #[inline]
                pub(super) unsafe fn $ty(src: *mut ffi::PyObject) -> Option<$ty> {
                    // SAFETY: caller's contract.
                    unsafe {
                        if ffi::PyFloat_CheckExact(src) == 0 {
                            return None;
                        }
                        let wide = ffi::PyFloat_AS_DOUBLE(src);
                        let value = wide as $ty;
                        (size_of::<$ty>() == size_of::<f64>() || f64::from(value) == wide).then_some(value)
                    }
                }
            )*
        }

        /// What is no exact `float`, or loses digits, as an argument.
        mod read_argument {
            use super::*;
            $(
                /// # Safety
                /// As [`Param::read`](crate::Param::read).
                #[cold]
                #[inline(never)]
                pub(super) unsafe fn $ty(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>) -> $ty {
                    // SAFETY: caller's contract.
                    unsafe { cx.read(argument, |src, flags, cx| <$ty as Param<()>>::convert(src, flags, cx)) }
                        .unwrap_or_default()
                }
            )*
        }
    };
}
floats!(f32 f64);
