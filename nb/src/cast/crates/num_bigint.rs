//! `BigInt` and `BigUint`: an `int` of any size; in the converting pass also what has `__index__`, as for the integers of Rust.
//!
//! Numbers cross as hexadecimal digits: that takes no longer than their length, which decimal ones would, and Python sets them no limit.

use crate::call::context::Cx;
use crate::cast::int::{compact, whole};
use crate::ffi;
use crate::python::object::object;
use crate::python::text;
use std::ffi::CString;
use std::ptr;

/// The digits of an `int`: `1f` or `-1f`.
///
/// # Safety
/// Attached; `int` is an `int`.
unsafe fn digits(int: &object, cx: &mut Cx<'_>) -> Option<String> {
    // SAFETY: caller's contract; no code of a derived class runs.
    let text = unsafe { object::from_owned(ffi::PyNumber_ToBase(int.as_ptr(), 16)) };
    let Some(text) = text else {
        cx.mismatch_raised();
        return None;
    };
    // SAFETY: a live object.
    Some(unsafe { text::read(text.as_ptr()) }?.replacen("0x", "", 1))
}

/// A number in one word, or the digits of any other.
enum Found {
    Small(i64),
    Digits(String),
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Found> {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(small) = compact(src) {
            return Some(Found::Small(small));
        }
        let int = whole(src, flags, cx)?;
        digits(&int, cx).map(Found::Digits)
    }
}

/// The `int` with these hexadecimal digits.
///
/// # Safety
/// Attached.
unsafe fn put(digits: String) -> *mut ffi::PyObject {
    let digits = CString::new(digits).unwrap_or_default();
    // SAFETY: attached; a text that ends with a null character.
    unsafe { ffi::PyLong_FromString(digits.as_ptr(), ptr::null_mut(), 16) }
}

macro_rules! integers {
    ($($version:ident)::*) => {
        use super::{Found, put, read};
        use crate::call::mismatch::Reason;
        use crate::cast::crates::values::values;
        use $($version)::*::{BigInt, BigUint};

        values! {
            BigInt, "int" => "int",
            |src, flags, cx| match read(src, flags, cx)? {
                Found::Small(small) => Some(small.into()),
                Found::Digits(digits) => BigInt::parse_bytes(digits.as_bytes(), 16).or_else(|| cx.refuse(Reason::Range)),
            },
            |stage| std::mem::take(stage),
            |value, _| match i64::try_from(&value) {
                Ok(small) => $crate::ffi::PyLong_FromLongLong(small),
                Err(_) => put(value.to_str_radix(16)),
            };

            BigUint, "int" => "int",
            |src, flags, cx| match read(src, flags, cx)? {
                Found::Small(small) => BigUint::try_from(small).ok().or_else(|| cx.refuse(Reason::Range)),
                // A negative number has no digits here.
                Found::Digits(digits) => BigUint::parse_bytes(digits.as_bytes(), 16).or_else(|| cx.refuse(Reason::Range)),
            },
            |stage| std::mem::take(stage),
            |value, _| match i64::try_from(&value) {
                Ok(small) => $crate::ffi::PyLong_FromLongLong(small),
                Err(_) => put(value.to_str_radix(16)),
            };
        }

    };
}

#[cfg(feature = "num-bigint")]
mod newest {
    integers!(num_bigint);
}

#[cfg(feature = "num-bigint-04")]
mod of_04 {
    integers!(num_bigint_04);
}
