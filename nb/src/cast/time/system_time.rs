//! `SystemTime`: a `datetime.datetime`, nanobind's `system_clock::time_point`.
//!
//! Python gets a naive one, of the local time zone, whose `fold` tells the second of two times that look the same. An argument is one as well, or a
//! `date` (its midnight) or a `time` (on 1970-01-01). One that has a time zone is the moment that it says, where nanobind takes it for local time.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::time::civil::Civil;
use crate::cast::time::datetime::{Moment, SECOND, Types, raise_no_datetime};
use crate::cast::time::local;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::ptr;
use std::time::{Duration, SystemTime};

/// Microseconds since the epoch, toward it.
fn microseconds(time: SystemTime) -> i128 {
    // As many as a `Duration` has.
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_micros() as i128,
        Err(before) => -(before.duration().as_micros() as i128),
    }
}

/// The time that is so many microseconds after the epoch; `None` where the system's clock cannot tell it.
fn of_microseconds(microseconds: i128) -> Option<SystemTime> {
    let distance = microseconds.unsigned_abs();
    let seconds = u64::try_from(distance / SECOND as u128).ok()?;
    let distance = Duration::new(seconds, (distance % SECOND as u128) as u32 * 1000);
    if microseconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<SystemTime> {
    // SAFETY: caller's contract.
    unsafe {
        let types = Types::to_convert(cx)?;
        let (moment, aware) = types.moment(src, cx)?;
        let shown = moment.civil.seconds();
        let offset = match aware {
            Some(aware) => types.utc_offset(&aware, cx)?,
            None => None,
        };
        let whole = match offset {
            Some(offset) => Some(i128::from(shown) * SECOND - offset),
            None => local::to_utc(shown, moment.fold).map(|utc| i128::from(utc) * SECOND),
        };
        let time = whole.and_then(|whole| of_microseconds(whole + i128::from(moment.microsecond)));
        time.or_else(|| cx.refuse(Reason::Range))
    }
}

/// # Safety
/// Attached.
unsafe fn put(time: SystemTime, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let microseconds = microseconds(time);
    let shown = i64::try_from(microseconds.div_euclid(SECOND)).ok().and_then(local::of_utc);
    let Some((shown, fold)) = shown else { return raise_no_datetime() };
    let microsecond = microseconds.rem_euclid(SECOND) as u32;
    // SAFETY: caller's contract.
    unsafe {
        let Some(types) = Types::of(cx) else { return ptr::null_mut() };
        types.new_naive(&Moment { civil: Civil::of_seconds(shown), microsecond, fold })
    }
}

// SAFETY: an owned value.
unsafe impl<D> Param<D> for SystemTime {
    type Item<'a> = SystemTime;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = SystemTime;
    const OWNED: bool = true;
    const REFUSES_NONE: bool = true;
    const ASKS_FLAGS: bool = false;
    const VALUE: bool = true;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("datetime.datetime | datetime.date | datetime.time");
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<SystemTime> {
        // SAFETY: caller's contract; a caller whose argument calls out owns it.
        unsafe { read(src, cx) }
    }

    unsafe fn lend<'a>(stage: &'a mut SystemTime, _cx: &Cx<'_>) -> SystemTime {
        *stage
    }
}

// SAFETY: a new reference, or null.
unsafe impl<D, P> Ret<D, P> for SystemTime {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("datetime.datetime");
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put(value, cx) }
    }
}

member_by_value! { [] SystemTime; }
