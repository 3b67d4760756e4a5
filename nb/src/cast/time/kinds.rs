//! The kinds of objects that `datetime` has, told apart for types that mean one of them: a date is no `datetime`, and what has a time zone is
//! not taken for what has none, nor the other way round.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::time::civil::Civil;
use crate::cast::time::datetime::{Moment, SECOND, Types};
#[cfg(feature = "chrono-local")]
use crate::cast::time::local;
use crate::ffi;
#[cfg(feature = "chrono")]
use crate::python::error::{Builtin, Error};
#[cfg(feature = "chrono")]
use crate::python::messages;
use crate::python::object::object;
use std::ptr;

/// A `datetime` with a time zone.
pub(in crate::cast) struct Aware {
    pub(in crate::cast) moment: Moment,
    /// Microseconds that its clock is ahead, less than those of a day.
    pub(in crate::cast) offset: i128,
    /// The object itself.
    #[cfg_attr(not(feature = "jiff"), expect(dead_code))]
    pub(in crate::cast) object: object,
}

impl Aware {
    /// Seconds since 1970-01-01 in UTC, and microseconds of the last one.
    pub(in crate::cast) fn utc(&self) -> (i64, u32) {
        let shown = i128::from(self.moment.civil.seconds()) * SECOND + i128::from(self.moment.microsecond);
        let utc = shown - self.offset;
        // Years have five digits at most.
        (utc.div_euclid(SECOND) as i64, utc.rem_euclid(SECOND) as u32)
    }

    /// The offset in seconds; `None` if it has a fraction.
    pub(in crate::cast) fn whole_offset(&self) -> Option<i32> {
        (self.offset % SECOND == 0).then_some((self.offset / SECOND) as i32)
    }
}

/// The time zone of a `datetime` that is made.
pub(in crate::cast) enum Zone {
    /// `datetime.timezone.utc`.
    Utc,
    /// A `datetime.timezone`, by its seconds.
    Offset(i32),
    /// A `tzinfo`.
    #[cfg(feature = "jiff")]
    Object(object),
}

/// The microseconds of a `timedelta`.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(in crate::cast) unsafe fn read_delta(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<i128> {
    // SAFETY: caller's contract.
    unsafe { Types::to_convert(cx)?.delta(src) }
}

/// As [`read_delta`]: whole seconds, and the nanoseconds beyond them, of the same sign.
///
/// # Safety
/// As there.
#[cfg(any(feature = "jiff", feature = "time"))]
pub(in crate::cast) unsafe fn read_seconds(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<(i64, i32)> {
    // SAFETY: caller's contract.
    let microseconds = unsafe { read_delta(src, cx) }?;
    let (seconds, rest) = (microseconds / SECOND, microseconds % SECOND);
    let seconds = i64::try_from(seconds).ok().or_else(|| cx.refuse(Reason::Range))?;
    Some((seconds, rest as i32 * 1000))
}

/// A `timedelta`; null with an `OverflowError` raised for one that is too long.
///
/// # Safety
/// Attached.
pub(in crate::cast) unsafe fn put_delta(microseconds: i128, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { Types::of(cx).map_or(ptr::null_mut(), |types| types.new_delta(microseconds)) }
}

/// A `date` that is no `datetime`, whose time would be lost.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(in crate::cast) unsafe fn read_date(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Civil> {
    // SAFETY: caller's contract.
    unsafe { Types::to_convert(cx)?.date(src) }
}

/// A `time` without a time zone, on 1970-01-01.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(in crate::cast) unsafe fn read_time(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Moment> {
    // SAFETY: caller's contract.
    unsafe {
        let types = Types::to_convert(cx)?;
        if !types.is_time(src) {
            return None;
        }
        naive(types.moment(src, cx)?, cx)
    }
}

/// A `datetime` without a time zone.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(in crate::cast) unsafe fn read_naive(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Moment> {
    // SAFETY: caller's contract.
    unsafe {
        let types = Types::to_convert(cx)?;
        if !types.is_datetime(src) {
            return None;
        }
        naive(types.moment(src, cx)?, cx)
    }
}

/// What has no time zone.
fn naive((moment, aware): (Moment, Option<object>), cx: &mut Cx<'_>) -> Option<Moment> {
    if aware.is_some() { cx.refuse(Reason::Aware) } else { Some(moment) }
}

/// A `datetime` with a time zone that knows its offset.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(in crate::cast) unsafe fn read_aware(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Aware> {
    // SAFETY: caller's contract.
    unsafe {
        let types = Types::to_convert(cx)?;
        if !types.is_datetime(src) {
            return None;
        }
        let (moment, aware) = types.moment(src, cx)?;
        let Some(object) = aware else { return cx.refuse(Reason::Naive) };
        match types.utc_offset(&object, cx)? {
            Some(offset) => Some(Aware { moment, offset, object }),
            None => cx.refuse(Reason::Naive),
        }
    }
}

/// A moment in UTC, in seconds since 1970-01-01 and microseconds, and how many seconds the local clock is ahead then.
#[cfg(feature = "chrono-local")]
pub(in crate::cast) struct Local {
    pub(in crate::cast) seconds: i64,
    pub(in crate::cast) microsecond: u32,
    pub(in crate::cast) offset: i32,
}

/// A `datetime`, which is local time if it has no time zone.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
#[cfg(feature = "chrono-local")]
pub(in crate::cast) unsafe fn read_aware_or_local(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Local> {
    // SAFETY: caller's contract.
    let (seconds, microsecond) = unsafe {
        let types = Types::to_convert(cx)?;
        if !types.is_datetime(src) {
            return None;
        }
        let (moment, aware) = types.moment(src, cx)?;
        let offset = match &aware {
            Some(object) => types.utc_offset(object, cx)?,
            None => None,
        };
        match aware.zip(offset) {
            Some((object, offset)) => Aware { moment, offset, object }.utc(),
            None => {
                let utc = local::to_utc(moment.civil.seconds(), moment.fold);
                (utc.or_else(|| cx.refuse(Reason::Range))?, moment.microsecond)
            }
        }
    };
    let offset = local::of_utc(seconds).and_then(|(shown, _)| i32::try_from(shown - seconds).ok());
    let offset = offset.or_else(|| cx.refuse(Reason::Range))?;
    Some(Local { seconds, microsecond, offset })
}

/// A `date`; null with a `ValueError` raised for a year that it cannot have.
///
/// # Safety
/// Attached; month and day are those of a calendar.
pub(in crate::cast) unsafe fn put_date(civil: Civil, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { Types::of(cx).map_or(ptr::null_mut(), |types| types.new_date(civil)) }
}

/// A `time` without a time zone.
///
/// # Safety
/// Attached; all numbers are in their ranges.
pub(in crate::cast) unsafe fn put_time(moment: &Moment, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { Types::of(cx).map_or(ptr::null_mut(), |types| types.new_time(moment)) }
}

/// A `datetime` without a time zone; null with a `ValueError` raised for a year that it cannot have.
///
/// # Safety
/// Attached; all numbers but the year are in their ranges.
pub(in crate::cast) unsafe fn put_naive(moment: &Moment, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { Types::of(cx).map_or(ptr::null_mut(), |types| types.new_naive(moment)) }
}

/// A `datetime` that shows this time in the zone; null with a `ValueError` raised for a year or an offset that it cannot have.
///
/// # Safety
/// As [`put_naive`].
pub(in crate::cast) unsafe fn put_aware(moment: &Moment, zone: Zone, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let Some(types) = Types::of(cx) else { return ptr::null_mut() };
        let zone = match zone {
            Zone::Utc => Some(types.utc()),
            Zone::Offset(seconds) => types.new_zone(seconds),
            #[cfg(feature = "jiff")]
            Zone::Object(zone) => Some(zone),
        };
        zone.map_or(ptr::null_mut(), |zone| types.new_aware(moment, &zone))
    }
}

/// A microsecond for Python: what is finer is cut off. `None` with a `ValueError` raised for a leap second, which `chrono` counts as a
/// second that is longer.
#[cfg(feature = "chrono")]
pub(in crate::cast) fn microsecond(nanosecond: u32) -> Option<u32> {
    if nanosecond < 1_000_000_000 {
        return Some(nanosecond / 1000);
    }
    Error::new(Builtin::ValueError, messages::LEAP_SECOND).restore();
    None
}
