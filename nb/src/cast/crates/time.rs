//! Types of `time`: `Date`, `Time` and `PrimitiveDateTime` (or `PlainDateTime`) have no time zone, `OffsetDateTime` and `UtcDateTime` have one, on
//! both sides. `Duration`, which may be negative, is a `timedelta`.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::crates::values::values;
use crate::cast::time::civil::Civil;
use crate::cast::time::datetime::Moment;
use crate::cast::time::kinds::{self, Zone};
use crate::ffi;
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset};

fn date(civil: Civil) -> Option<Date> {
    Date::from_calendar_date(civil.year as i32, Month::try_from(civil.month).ok()?, civil.day).ok()
}

fn time(Moment { civil, microsecond, .. }: &Moment) -> Option<Time> {
    Time::from_hms_micro(civil.hour, civil.minute, civil.second, *microsecond).ok()
}

fn date_and_time(moment: &Moment) -> Option<PrimitiveDateTime> {
    Some(PrimitiveDateTime::new(date(moment.civil)?, time(moment)?))
}

/// At midnight.
fn civil(date: Date) -> Civil {
    let (year, month, day) = date.to_calendar_date();
    Civil { year: year.into(), month: month.into(), day, hour: 0, minute: 0, second: 0 }
}

fn moment(date: Civil, time: Time) -> Moment {
    let (hour, minute, second, microsecond) = time.as_hms_micro();
    Moment { civil: Civil { hour, minute, second, ..date }, microsecond, fold: false }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_offset(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<OffsetDateTime> {
    // SAFETY: caller's contract.
    let aware = unsafe { kinds::read_aware(src, cx) }?;
    let offset = aware.whole_offset().and_then(|offset| UtcOffset::from_whole_seconds(offset).ok());
    match date_and_time(&aware.moment).zip(offset) {
        Some((shown, offset)) => Some(shown.assume_offset(offset)),
        None => cx.refuse(Reason::Range),
    }
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_utc(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<UtcDateTime> {
    // SAFETY: caller's contract.
    let (seconds, microsecond) = unsafe { kinds::read_aware(src, cx) }?.utc();
    let whole = UtcDateTime::from_unix_timestamp(seconds).ok();
    whole.and_then(|whole| whole.replace_microsecond(microsecond).ok()).or_else(|| cx.refuse(Reason::Range))
}

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read_duration(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Duration> {
    // SAFETY: caller's contract.
    let (seconds, nanoseconds) = unsafe { kinds::read_seconds(src, cx) }?;
    Some(Duration::new(seconds, nanoseconds))
}

values! {
    Date, "datetime.date" => "datetime.date",
    |src, _, cx| date(kinds::read_date(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| kinds::put_date(civil(value), cx);

    Time, "datetime.time" => "datetime.time",
    |src, _, cx| time(&kinds::read_time(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| kinds::put_time(&moment(civil(Date::MIN), value), cx);

    PrimitiveDateTime, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| date_and_time(&kinds::read_naive(src, cx)?).or_else(|| cx.refuse(Reason::Range)), |stage| *stage,
    |value, cx| kinds::put_naive(&moment(civil(value.date()), value.time()), cx);

    OffsetDateTime, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_offset(src, cx), |stage| *stage,
    |value, cx| {
        let zone = Zone::Offset(value.offset().whole_seconds());
        kinds::put_aware(&moment(civil(value.date()), value.time()), zone, cx)
    };

    UtcDateTime, "datetime.datetime" => "datetime.datetime",
    |src, _, cx| read_utc(src, cx), |stage| *stage,
    |value, cx| kinds::put_aware(&moment(civil(value.date()), value.time()), Zone::Utc, cx);

    Duration, "datetime.timedelta" => "datetime.timedelta",
    |src, _, cx| read_duration(src, cx), |stage| *stage, |value, cx| kinds::put_delta(value.whole_microseconds(), cx);
}
