//! Types of `chrono`: `NaiveDate`, `NaiveTime` and `NaiveDateTime` have no time zone, and `DateTime<Utc>` and `DateTime<FixedOffset>` have one, on
//! both sides. `TimeDelta` is a `timedelta`.
//!
//! A `DateTime<Utc>` takes an aware `datetime` of any zone for the moment that it is. A `DateTime<Local>` (feature `chrono-local`) also takes a
//! naive one, as local time, and becomes an aware one with the offset that its clock has then, as `datetime.astimezone()` gives.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::crates::values::values;
use crate::cast::time::civil::Civil;
use crate::cast::time::datetime::Moment;
use crate::cast::time::kinds::{self, Zone};
use crate::ffi;
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc,
};
use std::ptr;

fn date(civil: Civil) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(civil.year as i32, civil.month.into(), civil.day.into())
}

fn time(Moment { civil, microsecond, .. }: &Moment) -> Option<NaiveTime> {
    NaiveTime::from_hms_micro_opt(civil.hour.into(), civil.minute.into(), civil.second.into(), *microsecond)
}

/// At midnight.
fn civil(date: NaiveDate) -> Civil {
    Civil { year: date.year().into(), month: date.month() as u8, day: date.day() as u8, hour: 0, minute: 0, second: 0 }
}

/// `None` with an exception raised for a leap second.
fn moment(date: Civil, time: NaiveTime) -> Option<Moment> {
    let civil = Civil { hour: time.hour() as u8, minute: time.minute() as u8, second: time.second() as u8, ..date };
    Some(Moment { civil, microsecond: kinds::microsecond(time.nanosecond())?, fold: false })
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_utc(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<DateTime<Utc>> {
    // SAFETY: caller's contract.
    let (seconds, microsecond) = unsafe { kinds::read_aware(src, cx) }?.utc();
    DateTime::from_timestamp(seconds, microsecond * 1000).or_else(|| cx.refuse(Reason::Range))
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_fixed(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<DateTime<FixedOffset>> {
    // SAFETY: caller's contract.
    let aware = unsafe { kinds::read_aware(src, cx) }?;
    let (seconds, microsecond) = aware.utc();
    let utc = DateTime::from_timestamp(seconds, microsecond * 1000);
    let offset = aware.whole_offset().and_then(FixedOffset::east_opt);
    match utc.zip(offset) {
        Some((utc, offset)) => Some(utc.with_timezone(&offset)),
        None => cx.refuse(Reason::Range),
    }
}

/// The offset is that of the C library, as Python has it: `chrono` looks up the zone on its own, and not each time.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
#[cfg(feature = "chrono-local")]
unsafe fn read_local(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<DateTime<chrono::Local>> {
    // SAFETY: caller's contract.
    let kinds::Local { seconds, microsecond, offset } = unsafe { kinds::read_aware_or_local(src, cx) }?;
    let utc = DateTime::from_timestamp(seconds, microsecond * 1000);
    match utc.zip(FixedOffset::east_opt(offset)) {
        Some((utc, offset)) => Some(DateTime::from_naive_utc_and_offset(utc.naive_utc(), offset)),
        None => cx.refuse(Reason::Range),
    }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_delta(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<TimeDelta> {
    // SAFETY: caller's contract.
    let microseconds = unsafe { kinds::read_delta(src, cx) }?;
    let (seconds, rest) = (microseconds.div_euclid(1_000_000), microseconds.rem_euclid(1_000_000));
    let seconds = i64::try_from(seconds).ok();
    seconds.and_then(|seconds| TimeDelta::new(seconds, rest as u32 * 1000)).or_else(|| cx.refuse(Reason::Range))
}

/// Puts what the zone's clock shows.
///
/// # Safety
/// Attached.
unsafe fn put_aware<Tz: TimeZone>(value: &DateTime<Tz>, zone: Option<Zone>, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let offset = value.offset().fix().local_minus_utc();
    let civil = Civil::of_seconds(value.timestamp() + i64::from(offset));
    let Some(microsecond) = kinds::microsecond(value.timestamp_subsec_nanos()) else { return ptr::null_mut() };
    let moment = Moment { civil, microsecond, fold: false };
    // SAFETY: caller's contract.
    unsafe { kinds::put_aware(&moment, zone.unwrap_or(Zone::Offset(offset)), cx) }
}

/// Microseconds, toward zero.
fn microseconds(delta: TimeDelta) -> i128 {
    let nanoseconds = i128::from(delta.num_seconds()) * 1_000_000_000 + i128::from(delta.subsec_nanos());
    nanoseconds / 1000
}

values! {
    NaiveDate, "datetime.date" => "datetime.date",
    |src, _, cx| date(kinds::read_date(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| kinds::put_date(civil(value), cx);

    NaiveTime, "datetime.time" => "datetime.time",
    |src, _, cx| time(&kinds::read_time(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| moment(civil(NaiveDate::MIN), value).map_or(ptr::null_mut(), |moment| kinds::put_time(&moment, cx));

    NaiveDateTime, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| {
        let moment = kinds::read_naive(src, cx)?;
        date(moment.civil).zip(time(&moment)).map(|(date, time)| date.and_time(time)).or_else(|| cx.refuse(Reason::Range))
    },
    |stage| *stage,
    |value, cx| {
        let moment = moment(civil(value.date()), value.time());
        moment.map_or(ptr::null_mut(), |moment| kinds::put_naive(&moment, cx))
    };

    DateTime<Utc>, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_utc(src, cx), |stage| *stage, |value, cx| put_aware(&value, Some(Zone::Utc), cx);

    DateTime<FixedOffset>, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_fixed(src, cx), |stage| *stage, |value, cx| put_aware(&value, None, cx);

    TimeDelta, "datetime.timedelta" => "datetime.timedelta",
    |src, _, cx| read_delta(src, cx), |stage| *stage, |value, cx| kinds::put_delta(microseconds(value), cx);
}

#[cfg(feature = "chrono-local")]
values! {
    DateTime<chrono::Local>, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_local(src, cx), |stage| *stage, |value, cx| put_aware(&value, None, cx);
}
