//! `BigDecimal`: a `decimal.Decimal`, to the digit; in the converting pass also an `int`, or what has `__index__`. A zero has no sign here.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::cast::crates::classes;
use crate::cast::crates::decimal::{self, Finite};
use crate::cast::crates::values::values;
use crate::cast::traits::Param;
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::error::{Builtin, Error};
use crate::python::object::object;
use crate::python::{messages, text};
use bigdecimal::BigDecimal;
use num_bigint_04::BigInt;
use std::ptr;

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<BigDecimal> {
    // SAFETY: caller's contract.
    unsafe {
        let Some(Finite { negative, digits, exponent }) = decimal::read(src, cx)? else {
            if flags & CONVERT == 0 {
                return None;
            }
            return <BigInt as Param<()>>::convert(src, flags, cx).map(BigDecimal::from);
        };
        let whole = BigInt::parse_bytes(digits.as_bytes(), 10);
        match whole.zip(exponent.checked_neg()) {
            Some((whole, scale)) => Some(BigDecimal::new(if negative { -whole } else { whole }, scale)),
            None => cx.refuse(Reason::Range),
        }
    }
}

/// # Safety
/// Attached.
unsafe fn put(value: BigDecimal, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let (whole, scale) = value.into_bigint_and_scale();
    let text = format!("{whole}E{}", -i128::from(scale));
    let text = text::new(&text).map_err(|error| error.restore()).ok();
    // SAFETY: caller's contract; what is made is owned.
    unsafe {
        let Some(made) = object::from_owned(classes::new(Known::Decimal, [text], cx)) else { return ptr::null_mut() };
        // A context that traps nothing has nan in the place of a number that Python has not.
        let method = object::from_owned(ffi::PyObject_GetAttrString(made.as_ptr(), c"is_finite".as_ptr()));
        match method.and_then(|method| object::from_owned(ffi::PyObject_CallNoArgs(method.as_ptr()))) {
            Some(finite) if finite.as_ptr() == ffi::Py_True() => made.into_ptr(),
            Some(_) => {
                Error::new(Builtin::OverflowError, messages::NO_DECIMAL).restore();
                ptr::null_mut()
            }
            None => ptr::null_mut(),
        }
    }
}

values! {
    BigDecimal, "decimal.Decimal | int" => "decimal.Decimal",
    |src, flags, cx| read(src, flags, cx), |stage| std::mem::take(stage), |value, cx| put(value, cx);
}
