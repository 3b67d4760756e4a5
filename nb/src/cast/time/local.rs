//! The local time zone: what the clock on the wall shows at a moment, and when it shows a time. The C library is asked, which is what
//! Python's `time.tzset` sets.

use crate::cast::time::civil::{Civil, DAY};
use std::mem::MaybeUninit;

/// What the clock shows, as seconds since 1970-01-01 on that clock; `None` where the C library cannot tell.
#[allow(clippy::useless_conversion, reason = "a `time_t` has 32 bits on some systems")]
#[allow(deprecated, reason = "the name of the type is, on musl, where its size depends on the version")]
fn wall(utc: i64) -> Option<i64> {
    let time: libc::time_t = utc.try_into().ok()?;
    let mut shown = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both point to variables of ours, and all bytes zero are a `tm`.
    let shown = unsafe {
        #[cfg(unix)]
        let done = !libc::localtime_r(&raw const time, shown.as_mut_ptr()).is_null();
        #[cfg(windows)]
        let done = libc::localtime_s(shown.as_mut_ptr(), &raw const time) == 0;
        if !done {
            return None;
        }
        shown.assume_init()
    };
    let civil = Civil {
        year: i64::from(shown.tm_year) + 1900,
        month: (shown.tm_mon + 1) as u8,
        day: shown.tm_mday as u8,
        hour: shown.tm_hour as u8,
        minute: shown.tm_min as u8,
        // Zones that count leap seconds have a second 60, which Python has not.
        second: shown.tm_sec.min(59) as u8,
    };
    Some(civil.seconds())
}

/// How far the clock is ahead.
fn offset(utc: i64) -> Option<i64> {
    wall(utc)?.checked_sub(utc)
}

/// What the clock shows, and whether it has shown that before, because it was set back: `fold` in Python.
pub(super) fn of_utc(utc: i64) -> Option<(i64, bool)> {
    let shown = wall(utc)?;
    let fold = || {
        let day_before = utc.checked_sub(DAY)?;
        let moved = shown - wall(day_before)? - DAY;
        Some(moved < 0 && wall(utc.checked_add(moved)?)? == shown)
    };
    Some((shown, fold().unwrap_or(false)))
}

/// When the clock shows a time: the earlier of two moments, or the later one with `fold`. A time that it skips is told as if it had not
/// been set forward yet, or with `fold` as if it had long been. This is how PEP 495 has it, and what `datetime.timestamp` gives.
pub(super) fn to_utc(shown: i64, fold: bool) -> Option<i64> {
    let first_offset = offset(shown)?;
    let first = shown - first_offset;
    let at_first = wall(first)?;
    let other_offset = if at_first == shown {
        // This is one moment. Is there another one?
        let nearby = if fold { first.checked_add(DAY)? } else { first.checked_sub(DAY)? };
        let other_offset = offset(nearby)?;
        if other_offset == first_offset {
            return Some(first);
        }
        other_offset
    } else {
        at_first - first
    };
    let other = shown - other_offset;
    if wall(other)? == shown {
        return Some(other);
    }
    if at_first == shown {
        return Some(first);
    }
    Some(if fold { first.min(other) } else { first.max(other) })
}
