//! Types of `jiff`: those of `jiff::civil` have no time zone, `Timestamp` and `ZonedDateTime` have one, on both sides. `SignedDuration` is a
//! `timedelta`.
//!
//! A `ZonedDateTime` knows its zone by the name that a `zoneinfo.ZoneInfo` has, and becomes a `datetime` with such an object. Any other `tzinfo`
//! says no more than its offset at that time, which becomes a `datetime.timezone`.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::crates::values::values;
use crate::cast::time::civil::Civil;
use crate::cast::time::datetime::Moment;
use crate::cast::time::kinds::{self, Zone};
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use crate::python::text;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use std::ptr;

fn date(civil: Civil) -> Option<Date> {
    Date::new(civil.year as i16, civil.month as i8, civil.day as i8).ok()
}

fn time(Moment { civil, microsecond, .. }: &Moment) -> Option<Time> {
    let nanosecond = *microsecond as i32 * 1000;
    Time::new(civil.hour as i8, civil.minute as i8, civil.second as i8, nanosecond).ok()
}

/// At midnight.
fn civil(date: Date) -> Civil {
    Civil { year: date.year().into(), month: date.month() as u8, day: date.day() as u8, hour: 0, minute: 0, second: 0 }
}

fn moment(date: Civil, time: Time) -> Moment {
    let civil = Civil { hour: time.hour() as u8, minute: time.minute() as u8, second: time.second() as u8, ..date };
    Moment { civil, microsecond: time.subsec_nanosecond() as u32 / 1000, fold: false }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_timestamp(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Timestamp> {
    // SAFETY: caller's contract.
    let (seconds, microsecond) = unsafe { kinds::read_aware(src, cx) }?.utc();
    Timestamp::new(seconds, microsecond as i32 * 1000).ok().or_else(|| cx.refuse(Reason::Range))
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_zoned(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<ZonedDateTime> {
    // SAFETY: caller's contract.
    let aware = unsafe { kinds::read_aware(src, cx) }?;
    let (seconds, microsecond) = aware.utc();
    // SAFETY: attached.
    let zone = match unsafe { name_of_zone(&aware.object, cx) }? {
        Some(name) => TimeZone::get(&name).ok().or_else(|| cx.refuse(Reason::UnknownZone))?,
        None => {
            let offset = aware.whole_offset().and_then(|offset| Offset::from_seconds(offset).ok());
            TimeZone::fixed(offset.or_else(|| cx.refuse(Reason::Range))?)
        }
    };
    let timestamp = Timestamp::new(seconds, microsecond as i32 * 1000).ok().or_else(|| cx.refuse(Reason::Range))?;
    Some(timestamp.to_zoned_datetime(zone))
}

/// The name of the zone of a `datetime`, if that is a `ZoneInfo` with a name.
///
/// # Safety
/// Attached; other code runs.
unsafe fn name_of_zone(aware: &object, cx: &mut Cx<'_>) -> Option<Option<String>> {
    // SAFETY: caller's contract; temporaries are owned, and the state's reference to the class outlives the call.
    unsafe {
        let class = cx.state().known.get(Known::ZoneInfo);
        let zone = object::from_owned(ffi::PyObject_GetAttrString(aware.as_ptr(), c"tzinfo".as_ptr()));
        let (false, Some(zone)) = (class.is_null(), zone) else {
            cx.mismatch_raised();
            return None;
        };
        if ffi::PyObject_TypeCheck(zone.as_ptr(), class.cast()) == 0 {
            return Some(None);
        }
        let Some(key) = object::from_owned(ffi::PyObject_GetAttrString(zone.as_ptr(), c"key".as_ptr())) else {
            cx.mismatch_raised();
            return None;
        };
        Some(text::read(key.as_ptr()))
    }
}

/// # Safety
/// Attached; other code runs.
unsafe fn put_zoned(value: &ZonedDateTime, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let (zone, shown) = (value.time_zone(), value.datetime());
    let fold = match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Fold { after, .. } => after == value.offset(),
        AmbiguousOffset::Gap { .. } | AmbiguousOffset::Unambiguous { .. } => false,
    };
    let moment = Moment { fold, ..moment(civil(shown.date()), shown.time()) };
    // SAFETY: caller's contract.
    unsafe {
        let zone = match zone.iana_name() {
            Some("UTC") => Zone::Utc,
            Some(name) => match named_zone(name, cx) {
                Some(zone) => Zone::Object(zone),
                None => return ptr::null_mut(),
            },
            None => Zone::Offset(value.offset().seconds()),
        };
        kinds::put_aware(&moment, zone, cx)
    }
}

/// A `ZoneInfo`; `None` with an exception raised if Python has no such zone.
///
/// # Safety
/// Attached; other code runs.
unsafe fn named_zone(name: &str, cx: &Cx<'_>) -> Option<object> {
    // SAFETY: attached; the state's reference to the class outlives the call, temporaries are owned.
    unsafe {
        let class = cx.state().known.get(Known::ZoneInfo);
        if class.is_null() {
            return None;
        }
        let name = text::new(name).map_err(|error| error.restore()).ok()?;
        object::from_owned(ffi::PyObject_CallFunctionObjArgs(class, name.as_ptr(), ptr::null_mut::<ffi::PyObject>()))
    }
}

/// # Safety
/// Attached.
unsafe fn put_timestamp(value: Timestamp, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let shown = Offset::UTC.to_datetime(value);
    // SAFETY: caller's contract.
    unsafe { kinds::put_aware(&moment(civil(shown.date()), shown.time()), Zone::Utc, cx) }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_duration(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<SignedDuration> {
    // SAFETY: caller's contract.
    let (seconds, nanoseconds) = unsafe { kinds::read_seconds(src, cx) }?;
    Some(SignedDuration::new(seconds, nanoseconds))
}

values! {
    Date, "datetime.date" => "datetime.date",
    |src, _, cx| date(kinds::read_date(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| kinds::put_date(civil(value), cx);

    Time, "datetime.time" => "datetime.time",
    |src, _, cx| time(&kinds::read_time(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| kinds::put_time(&moment(civil(Date::ZERO), value), cx);

    DateTime, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| {
        let moment = kinds::read_naive(src, cx)?;
        let parts = date(moment.civil).zip(time(&moment));
        parts.map(|(date, time)| date.to_datetime(time)).or_else(|| cx.refuse(Reason::Range))
    },
    |stage| *stage, |value, cx| kinds::put_naive(&moment(civil(value.date()), value.time()), cx);

    Timestamp, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_timestamp(src, cx), |stage| *stage, |value, cx| put_timestamp(value, cx);

    ZonedDateTime, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_zoned(src, cx), |stage| std::mem::take(stage), |value, cx| put_zoned(&value, cx);

    SignedDuration, "datetime.timedelta" => "datetime.timedelta",
    |src, _, cx| read_duration(src, cx), |stage| *stage, |value, cx| kinds::put_delta(value.as_micros(), cx);
}
