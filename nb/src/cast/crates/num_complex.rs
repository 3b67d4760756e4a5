//! `Complex<f32>` and `Complex<f64>`: a `complex`; in the converting pass also an `int` or `float`, or what has `__complex__`, `__float__` or
//! `__index__`.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::cast::{member_by_value, protocol_raised};
use crate::ffi;
use num_complex::Complex;

/// # Safety
/// `src` is live; attached.
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Complex<f64>> {
    // SAFETY: `src` is live; what lies in a `complex` is read without running code, also of a subclass.
    unsafe {
        if ffi::PyComplex_Check(src) == 0 {
            if flags & CONVERT == 0 || ffi::PyUnicode_Check(src) != 0 || src == ffi::Py_None() {
                return None;
            }
            cx.own_arguments();
        }
        let value = ffi::PyComplex_AsCComplex(src);
        if value.real == -1.0 && !ffi::PyErr_Occurred().is_null() {
            protocol_raised(src, &[c"__complex__", c"__float__", c"__index__"], cx);
            return None;
        }
        Some(Complex::new(value.real, value.imag))
    }
}

/// Whether the narrower number is the same one.
fn is_same(wide: f64, narrow: f64) -> bool {
    narrow == wide || wide.is_nan()
}

macro_rules! complex {
    ($($ty:ident)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for Complex<$ty> {
            type Item<'a> = Complex<$ty>;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = Complex<$ty>;
            const OWNED: bool = true;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("complex");
            }

            #[allow(clippy::unnecessary_cast, reason = "to the type that it has, for one of the two")]
            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Complex<$ty>> {
                // SAFETY: caller's contract.
                let wide = unsafe { read(src, flags, cx) }?;
                let value = Complex::new(wide.re as $ty, wide.im as $ty);
                // Without conversion a narrowing that loses the value is refused.
                let kept = is_same(wide.re, value.re.into()) && is_same(wide.im, value.im.into());
                if kept || flags & CONVERT != 0 { Some(value) } else { cx.refuse(Reason::Inexact) }
            }

            unsafe fn lend<'a>(stage: &'a mut Complex<$ty>, _cx: &Cx<'_>) -> Complex<$ty> {
                *stage
            }
        }

        // SAFETY: an owned value.
        unsafe impl<D, P> Ret<D, P> for Complex<$ty> {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("complex");
            }

            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached.
                unsafe { ffi::PyComplex_FromDoubles(value.re.into(), value.im.into()) }
            }
        }

        member_by_value! { [] Complex<$ty>; }
    )* };
}

complex!(f32 f64);
