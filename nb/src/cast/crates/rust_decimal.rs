//! `rust_decimal::Decimal`: a `decimal.Decimal`; in the converting pass also an `int`, or what has `__index__`.
//!
//! Nothing is rounded: a number that needs more digits than the type has is refused. The number of decimal places is kept, if there is
//! room for them: `1.50` stays `1.50`.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::cast::crates::classes;
use crate::cast::crates::decimal::{self, Finite};
use crate::cast::crates::values::values;
use crate::cast::traits::Param;
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::text;
use rust_decimal::Decimal;

/// The same number; `None` if there is none.
fn exact(Finite { negative, mut digits, exponent }: Finite) -> Option<Decimal> {
    let most = i64::from(Decimal::MAX_SCALE);
    let zero = digits.bytes().all(|digit| digit == b'0');
    // The places behind the point. Those of zero are as many as there is room for.
    let mut places = if zero { exponent.saturating_neg().clamp(0, most) } else { exponent.checked_neg()? };
    if zero {
        digits = "0".to_string();
    }
    if places < 0 {
        // No number has as many digits before the point.
        let more = usize::try_from(-places).ok().filter(|more| *more <= 28)?;
        digits.extend(std::iter::repeat_n('0', more));
        places = 0;
    }
    loop {
        let short = digits.trim_start_matches('0');
        // A number of more digits than 29 is too large.
        if places <= most && short.len() <= 29 {
            let whole = short.parse().unwrap_or(0_i128);
            if let Ok(mut found) = Decimal::try_from_i128_with_scale(whole, places as u32) {
                found.set_sign_negative(negative);
                return Some(found);
            }
        }
        // A zero at the end can go, but none that is before the point.
        if places == 0 || digits.pop() != Some('0') {
            return None;
        }
        places -= 1;
    }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Decimal> {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(finite) = decimal::read(src, cx)? {
            return exact(finite).or_else(|| cx.refuse(Reason::Range));
        }
        if flags & CONVERT == 0 {
            return None;
        }
        let whole = <i128 as Param<()>>::convert(src, flags, cx)?;
        Decimal::try_from_i128_with_scale(whole, 0).ok().or_else(|| cx.refuse(Reason::Range))
    }
}

/// # Safety
/// Attached.
unsafe fn put(value: Decimal, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let text = text::new(&value.to_string()).map_err(|error| error.restore()).ok();
    // SAFETY: caller's contract.
    unsafe { classes::new(Known::Decimal, [text], cx) }
}

values! {
    Decimal, "decimal.Decimal | int" => "decimal.Decimal",
    |src, flags, cx| read(src, flags, cx), |stage| *stage, |value, cx| put(value, cx);
}
