//! `Duration`: a `datetime.timedelta`, or a `float` of seconds; an `int` is refused, as by nanobind. A `Duration` is never negative.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::time::datetime::{SECOND, Types};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::ptr;
use std::time::Duration;

/// What arguments are called.
pub(super) const ARGUMENT: &str = "datetime.timedelta | float";
/// What results are called.
pub(super) const RESULT: &str = "datetime.timedelta";

/// A length of time that may be negative.
pub(super) struct Signed {
    pub(super) negative: bool,
    pub(super) length: Duration,
}

/// The length that an object says; what no `Duration` can be is refused, nan and infinity too.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(super) unsafe fn read(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Signed> {
    // SAFETY: caller's contract.
    unsafe {
        if ffi::PyFloat_Check(src) != 0 {
            let seconds = ffi::PyFloat_AS_DOUBLE(src);
            return match Duration::try_from_secs_f64(seconds.abs()) {
                Ok(length) => Some(Signed { negative: seconds < 0.0, length }),
                Err(_) => cx.refuse(Reason::Range),
            };
        }
        let microseconds = Types::to_convert(cx)?.delta(src)?;
        // A `timedelta` has fewer seconds than a `Duration`.
        let (seconds, rest) = (microseconds.abs() / SECOND, microseconds.abs() % SECOND);
        Some(Signed { negative: microseconds < 0, length: Duration::new(seconds as u64, rest as u32 * 1000) })
    }
}

/// The `timedelta` of a length, toward zero; null with an exception raised.
///
/// # Safety
/// Attached.
pub(super) unsafe fn put(value: Signed, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // No `Duration` has more microseconds than this.
    let microseconds = value.length.as_micros() as i128;
    // SAFETY: caller's contract.
    unsafe {
        let Some(types) = Types::of(cx) else { return ptr::null_mut() };
        types.new_delta(if value.negative { -microseconds } else { microseconds })
    }
}

// SAFETY: an owned value.
unsafe impl<D> Param<D> for Duration {
    type Item<'a> = Duration;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Duration;
    const OWNED: bool = true;
    const REFUSES_NONE: bool = true;
    const ASKS_FLAGS: bool = false;
    const VALUE: bool = true;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text(ARGUMENT);
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Duration> {
        // SAFETY: caller's contract; a caller whose argument calls out owns it.
        let Signed { negative, length } = unsafe { read(src, cx) }?;
        if negative { cx.refuse(Reason::Range) } else { Some(length) }
    }

    unsafe fn lend<'a>(stage: &'a mut Duration, _cx: &Cx<'_>) -> Duration {
        *stage
    }
}

// SAFETY: a new reference, or null.
unsafe impl<D, P> Ret<D, P> for Duration {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text(RESULT);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put(Signed { negative: false, length: value }, cx) }
    }
}

member_by_value! { [] Duration; }
