//! `bool` and the integers.
//!
//! An integer argument takes an `int`; in the converting pass also whatever has `__index__` (and never a `float`). A
//! number that does not fit is a mismatch, not an `OverflowError`, so that an overload with a wider type gets its turn.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::call::type_codes::{BOOL, INT, INT_PROTOCOLS};
use crate::cast::member_by_value;
use crate::cast::pybind11;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::object::object;
use crate::python::small_ints;
use std::mem::MaybeUninit;

/// Layout of `int` objects, which the C API offers as macros in some versions only. Fixed for each version we build for.
#[repr(C)]
struct PyLong {
    #[cfg(not(Py_3_12))]
    ob: ffi::PyVarObject,
    #[cfg(Py_3_12)]
    ob: ffi::PyObject,
    /// Number of digits times eight, and the sign in the two lowest bits: 0 positive, 1 zero, 2 negative.
    #[cfg(Py_3_12)]
    tag: usize,
    digit: u32,
}

/// The value of an exact `int` of at most one digit; `None` says nothing.
///
/// # Safety
/// `src` is live; attached.
#[inline(always)]
pub(crate) unsafe fn compact(src: *mut ffi::PyObject) -> Option<i64> {
    // SAFETY: `src` is live; `int` objects of our build's version have this layout, with room for one digit at least.
    unsafe {
        if ffi::PyLong_CheckExact(src) == 0 {
            return None;
        }
        let long = src.cast::<PyLong>();
        #[cfg(Py_3_12)]
        {
            let tag = (*long).tag;
            (tag < 16).then(|| (1 - (tag & 3) as i64) * i64::from((*long).digit))
        }
        #[cfg(not(Py_3_12))]
        {
            let size = (*long).ob.ob_size;
            // Zero has no digit, but its memory is there and multiplied away.
            // From -1 to 1, in one comparison.
            ((size as usize).wrapping_add(1) <= 2).then(|| size as i64 * i64::from((*long).digit))
        }
    }
}

/// As [`compact`], of two digits.
///
/// # Safety
/// `src` is live; attached.
#[inline(always)]
unsafe fn of_two_digits(src: *mut ffi::PyObject) -> Option<i64> {
    // SAFETY: as in `compact`; an `int` has room for as many digits as its size says.
    unsafe {
        if ffi::PyLong_CheckExact(src) == 0 {
            return None;
        }
        let long = src.cast::<PyLong>();
        // One comparison for both signs, which is then multiplied with.
        #[cfg(Py_3_12)]
        let (has_two, sign) = ((*long).tag & !0b10 == 0b10_000, 1 - ((*long).tag & 0b10) as i64);
        #[cfg(not(Py_3_12))]
        let (has_two, sign) = (((*long).ob.ob_size + 2) & !4 == 0, (*long).ob.ob_size as i64 >> 1);
        if !has_two {
            return None;
        }
        let digit = &raw const (*long).digit;
        Some((i64::from(*digit) | i64::from(*digit.add(1)) << 30) * sign)
    }
}

/// The `int` to read: the object itself, or what `__index__` gives.
///
/// # Safety
/// `src` is live; attached.
unsafe fn as_int(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Result<*mut ffi::PyObject, object>> {
    // SAFETY: `src` is live.
    unsafe {
        if ffi::PyLong_CheckExact(src) != 0 {
            return Some(Ok(src));
        }
        if flags & CONVERT == 0 || ffi::PyFloat_Check(src) != 0 || ffi::PyIndex_Check(src) == 0 {
            return None;
        }
        cx.own_arguments();
        match object::from_owned(ffi::PyNumber_Index(src)) {
            Some(index) => Some(Err(index)),
            None => {
                cx.mismatch_raised();
                None
            }
        }
    }
}

/// The `int` that `src` is or stands for; never what a `float` would be rounded to.
///
/// # Safety
/// As [`Param::convert`].
pub(crate) unsafe fn index(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: caller's contract.
    unsafe { whole(src, CONVERT, cx) }
}

/// As [`index`], where the flags say whether `src` has to be an `int`.
///
/// # Safety
/// As [`Param::convert`].
pub(super) unsafe fn whole(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: caller's contract.
    unsafe {
        match as_int(src, flags, cx)? {
            Ok(exact) => Some(object::borrow(exact)),
            Err(made) => Some(made),
        }
    }
}

/// Runs `read` on the `int` behind `src`.
///
/// # Safety
/// `src` is live; attached.
#[inline(never)]
unsafe fn with_int<T>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
    read: unsafe fn(*mut ffi::PyObject) -> Option<T>,
) -> Option<T> {
    // SAFETY: caller's contract; a temporary lives until the value is read.
    unsafe {
        let value = match as_int(src, flags, cx)? {
            Ok(exact) => read(exact),
            Err(temporary) => read(temporary.as_ptr()),
        };
        value.or_else(|| cx.refuse(Reason::Range))
    }
}

/// # Safety
/// `src` is a live `int`; attached.
unsafe fn read_i64(src: *mut ffi::PyObject) -> Option<i64> {
    let mut overflow = 0;
    // SAFETY: an exact `int` or an int subclass; never runs Python code.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(src, &mut overflow) };
    (overflow == 0).then_some(value)
}

/// # Safety
/// `src` is a live `int`; attached.
unsafe fn read_u64(src: *mut ffi::PyObject) -> Option<u64> {
    // SAFETY: an `int`; the error of an out-of-range value is cleared.
    unsafe {
        if let Some(value) = read_i64(src) {
            return u64::try_from(value).ok();
        }
        let value = ffi::PyLong_AsUnsignedLongLong(src);
        if value == u64::MAX && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(value)
    }
}

/// Reads 128 bits as two halves: `int >> 64` and the low word.
///
/// # Safety
/// `src` is a live `int`; attached.
pub(crate) unsafe fn read_i128(src: *mut ffi::PyObject) -> Option<i128> {
    // SAFETY: an `int`; all temporaries are owned, errors are cleared.
    unsafe {
        if let Some(value) = read_i64(src) {
            return Some(i128::from(value));
        }
        let shift = object::from_owned(ffi::PyLong_FromLong(64))?;
        let Some(high) = object::from_owned(ffi::PyNumber_Rshift(src, shift.as_ptr())) else {
            ffi::PyErr_Clear();
            return None;
        };
        let high = read_i64(high.as_ptr())?;
        let low = ffi::PyLong_AsUnsignedLongLongMask(src);
        Some((i128::from(high) << 64) | i128::from(low))
    }
}

/// # Safety
/// `src` is a live `int`; attached.
unsafe fn read_u128(src: *mut ffi::PyObject) -> Option<u128> {
    // SAFETY: as in `read_i128`.
    unsafe {
        if let Some(value) = read_i64(src) {
            return u128::try_from(value).ok();
        }
        let shift = object::from_owned(ffi::PyLong_FromLong(64))?;
        let Some(high) = object::from_owned(ffi::PyNumber_Rshift(src, shift.as_ptr())) else {
            ffi::PyErr_Clear();
            return None;
        };
        let high = read_u64(high.as_ptr())?;
        let low = ffi::PyLong_AsUnsignedLongLongMask(src);
        Some((u128::from(high) << 64) | u128::from(low))
    }
}

/// `high << 64 | low` as an `int`.
///
/// # Safety
/// Attached.
unsafe fn join(high: *mut ffi::PyObject, low: u64) -> *mut ffi::PyObject {
    // SAFETY: attached; `high` is owned or null, and released here.
    unsafe {
        let build = || -> Option<object> {
            let high = object::from_owned(high)?;
            let shift = object::from_owned(ffi::PyLong_FromLong(64))?;
            let low = object::from_owned(ffi::PyLong_FromUnsignedLongLong(low))?;
            let shifted = object::from_owned(ffi::PyNumber_Lshift(high.as_ptr(), shift.as_ptr()))?;
            object::from_owned(ffi::PyNumber_Or(shifted.as_ptr(), low.as_ptr()))
        };
        build().map_or(std::ptr::null_mut(), object::into_ptr)
    }
}

macro_rules! integers {
    ($($ty:ident: $read:ident, |$value:ident| $write:expr;)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = $ty;
            const OWNED: bool = true;
            const CODE: u8 = INT;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const FIT: Option<unsafe fn(*mut ffi::PyObject) -> Option<Self>> = Some(fit::$ty);
            const OF_SMALL: Option<fn(i64) -> Option<Self>> = Some(|value| value.try_into().ok());
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.number("int", INT_PROTOCOLS);
            }

            #[inline]
            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<$ty> {
                // SAFETY: caller's contract.
                unsafe {
                    match compact(src) {
                        Some(value) => <$ty>::try_from(value).ok().or_else(|| cx.refuse(Reason::Range)),
                        None => other::$ty(src, flags, cx),
                    }
                }
            }

            #[inline]
            unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<$ty>) {
                // SAFETY: caller's contract.
                unsafe {
                    if let Some(value) = compact(*argument)
                        && let Ok(value) = <$ty>::try_from(value)
                    {
                        stage.write(value);
                        return;
                    }
                    stage.write(read_other::$ty(argument, cx));
                }
            }

            unsafe fn lend<'a>(stage: &'a mut $ty, _cx: &Cx<'_>) -> $ty {
                *stage
            }
        }

        // SAFETY: an owned value.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            const CODE: u8 = INT;
            const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = Some(give::$ty);

            fn describe(text: &mut SigText<'_>) {
                text.text("int");
            }

            #[inline]
            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached.
                unsafe { give::$ty(value) }
            }
        }

        member_by_value! { [] $ty; }
    )*
        /// Makes an `int`.
        mod give {
            use super::*;
            $(
                /// # Safety
                /// Attached.
                #[inline]
                pub(super) unsafe fn $ty($value: $ty) -> *mut ffi::PyObject {
                    // SAFETY: caller's contract.
                    unsafe { $write }
                }
            )*
        }

        /// An exact `int` that fits: of one digit, or of two where that is usual.
        mod fit {
            use super::*;
            $(
                /// # Safety
                /// `src` is live; attached.
                #[inline]
                pub(super) unsafe fn $ty(src: *mut ffi::PyObject) -> Option<$ty> {
                    // SAFETY: caller's contract.
                    unsafe {
                        let mut value = compact(src);
                        if size_of::<$ty>() >= 8 && value.is_none() {
                            value = of_two_digits(src);
                        }
                        <$ty>::try_from(value?).ok()
                    }
                }
            )*
        }

        /// What is no exact `int` of one digit.
        mod other {
            use super::*;
            $(
                /// # Safety
                /// `src`, or what `argument` points to, is a live argument of the call; attached.
                pub(super) unsafe fn $ty(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<$ty> {
                    // SAFETY: caller's contract.
                    let value = unsafe { with_int(src, flags, cx, $read) }?;
                    value.try_into().ok().or_else(|| cx.refuse(Reason::Range))
                }
            )*
        }

        /// What is no exact `int` of one digit, or does not fit, as an argument.
        mod read_other {
            use super::*;
            $(
                /// # Safety
                /// `src`, or what `argument` points to, is a live argument of the call; attached.
                #[cold]
                #[inline(never)]
                pub(super) unsafe fn $ty(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>) -> $ty {
                    // SAFETY: caller's contract.
                    unsafe { cx.read_carefully(argument, |src, flags, cx| other::$ty(src, flags, cx)) }.unwrap_or_default()
                }
            )*
        }
    };
}

integers! {
    i8: read_i64, |v| small_ints::make(v.into());
    i16: read_i64, |v| small_ints::make(v.into());
    i32: read_i64, |v| small_ints::make(v.into());
    i64: read_i64, |v| small_ints::make(v);
    isize: read_i64, |v| small_ints::make(v as i64);
    u8: read_i64, |v| small_ints::make(v.into());
    u16: read_i64, |v| small_ints::make(v.into());
    u32: read_i64, |v| small_ints::make(v.into());
    u64: read_u64, |v| match i64::try_from(v) {
        Ok(signed) => small_ints::make(signed),
        Err(_) => ffi::PyLong_FromUnsignedLongLong(v),
    };
    usize: read_u64, |v| match i64::try_from(v) {
        Ok(signed) => small_ints::make(signed),
        Err(_) => ffi::PyLong_FromSize_t(v),
    };
    i128: read_i128, |v| match i64::try_from(v) {
        Ok(signed) => small_ints::make(signed),
        Err(_) => join(ffi::PyLong_FromLongLong((v >> 64) as i64), v as u64),
    };
    u128: read_u128, |v| match u64::try_from(v) {
        Ok(half) => give::u64(half),
        Err(_) => join(ffi::PyLong_FromUnsignedLongLong((v >> 64) as u64), v as u64),
    };
}

/// # Safety
/// Attached.
#[inline]
unsafe fn fit_bool(src: *mut ffi::PyObject) -> Option<bool> {
    // SAFETY: the two objects live as long as the interpreter.
    unsafe {
        if src == ffi::Py_True() {
            Some(true)
        } else if src == ffi::Py_False() {
            Some(false)
        } else {
            None
        }
    }
}

/// # Safety
/// Attached.
#[inline]
unsafe fn give_bool(value: bool) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { ffi::Py_NewRef(if value { ffi::Py_True() } else { ffi::Py_False() }) }
}

// SAFETY: an owned value.
unsafe impl<D> Param<D> for bool {
    type Item<'a> = bool;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = bool;
    const OWNED: bool = true;
    const CODE: u8 = BOOL;
    const REFUSES_NONE: bool = true;
    const VALUE: bool = true;
    const FIT: Option<unsafe fn(*mut ffi::PyObject) -> Option<Self>> = Some(fit_bool);
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("bool");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<bool> {
        // SAFETY: caller's contract.
        unsafe { fit_bool(src).or_else(|| pybind11::truth(src, flags, cx)) }
    }

    unsafe fn lend<'a>(stage: &'a mut bool, _cx: &Cx<'_>) -> bool {
        *stage
    }
}

// SAFETY: an owned value.
unsafe impl<D, P> Ret<D, P> for bool {
    const DECLINES: bool = false;
    const CODE: u8 = BOOL;
    const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = Some(give_bool);

    fn describe(text: &mut SigText<'_>) {
        text.text("bool");
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { give_bool(value) }
    }
}

member_by_value! { [] bool; }
