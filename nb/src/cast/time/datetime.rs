//! The objects of Python's module `datetime`: the one place that knows how they are read and made.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::time::civil::Civil;
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::error::{Builtin, Error};
use crate::python::messages;
use crate::python::object::object;
use std::ffi::c_int;
use std::ptr;

/// Microseconds of a second and a day.
pub(super) const SECOND: i128 = 1_000_000;
const DAY: i128 = 24 * 60 * 60 * SECOND;
/// The most days that a `timedelta` has.
const MOST_DAYS: i128 = 999_999_999;

/// The classes of the module, and the functions that make their instances.
///
/// They are those that are implemented in C, whose instances have a fixed layout: a subclass in Python cannot lie about its fields.
#[derive(Clone, Copy)]
pub(super) struct Types<'s>(&'s ffi::PyDateTime_CAPI);

/// A date with a time of day, its microsecond, and which of two times that look the same is meant.
pub(in crate::cast) struct Moment {
    pub(in crate::cast) civil: Civil,
    pub(in crate::cast) microsecond: u32,
    pub(in crate::cast) fold: bool,
}

impl<'s> Types<'s> {
    /// `None` with an exception raised when the module cannot be had.
    ///
    /// # Safety
    /// Attached.
    pub(super) unsafe fn of(cx: &Cx<'s>) -> Option<Types<'s>> {
        // SAFETY: attached; the capsule is one of this name, and owns what it points to. The state keeps it for as long as it lives.
        unsafe {
            let capsule = cx.state().known.get(Known::Datetime);
            if capsule.is_null() {
                return None;
            }
            let api = ffi::PyCapsule_GetPointer(capsule, ffi::PyDateTime_CAPSULE_NAME.as_ptr());
            api.cast::<ffi::PyDateTime_CAPI>().as_ref().map(Types)
        }
    }

    /// As [`of`](Self::of), for a converter: a failure is a mismatch.
    ///
    /// # Safety
    /// Attached.
    pub(super) unsafe fn to_convert(cx: &mut Cx<'s>) -> Option<Types<'s>> {
        // SAFETY: caller's contract.
        let types = unsafe { Types::of(cx) };
        if types.is_none() {
            cx.mismatch_raised();
        }
        types
    }

    /// The microseconds of a `timedelta`; `None` for other objects.
    ///
    /// # Safety
    /// `src` is live; attached.
    pub(super) unsafe fn delta(self, src: *mut ffi::PyObject) -> Option<i128> {
        // SAFETY: `src` is live; an instance of the class has its layout.
        unsafe {
            if ffi::PyObject_TypeCheck(src, self.0.DeltaType) == 0 {
                return None;
            }
            let days = i128::from(ffi::PyDateTime_DELTA_GET_DAYS(src));
            let seconds = i128::from(ffi::PyDateTime_DELTA_GET_SECONDS(src));
            Some(days * DAY + seconds * SECOND + i128::from(ffi::PyDateTime_DELTA_GET_MICROSECONDS(src)))
        }
    }

    /// A `timedelta`; null with an `OverflowError` raised for one that is too long.
    ///
    /// # Safety
    /// Attached.
    pub(super) unsafe fn new_delta(self, microseconds: i128) -> *mut ffi::PyObject {
        let (days, rest) = (microseconds.div_euclid(DAY), microseconds.rem_euclid(DAY));
        if !(-MOST_DAYS..=MOST_DAYS).contains(&days) {
            Error::new(Builtin::OverflowError, messages::TOO_LONG_FOR_A_TIMEDELTA).restore();
            return ptr::null_mut();
        }
        let (seconds, rest) = ((rest / SECOND) as c_int, (rest % SECOND) as c_int);
        // SAFETY: attached; the numbers are in their ranges.
        unsafe { (self.0.Delta_FromDelta)(days as c_int, seconds, rest, 0, self.0.DeltaType) }
    }

    /// What a `datetime` says, or a `date` at midnight, or a `time` on 1970-01-01; `None` for other objects. The second value is the
    /// object that has a time zone, if there is one.
    ///
    /// # Safety
    /// `src` is live; attached.
    pub(super) unsafe fn moment(self, src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<(Moment, Option<object>)> {
        let is = |class| {
            // SAFETY: live objects.
            unsafe { ffi::PyObject_TypeCheck(src, class) != 0 }
        };
        // SAFETY: `src` is live; an instance of a class has its layout, in which each field is in its range.
        unsafe {
            if is(self.0.DateTimeType) {
                let moment = Moment {
                    civil: Civil {
                        hour: ffi::PyDateTime_DATE_GET_HOUR(src) as u8,
                        minute: ffi::PyDateTime_DATE_GET_MINUTE(src) as u8,
                        second: ffi::PyDateTime_DATE_GET_SECOND(src) as u8,
                        ..date(src)
                    },
                    microsecond: ffi::PyDateTime_DATE_GET_MICROSECOND(src) as u32,
                    fold: ffi::PyDateTime_DATE_GET_FOLD(src) != 0,
                };
                let aware = ffi::PyDateTime_DATE_GET_TZINFO(src) != ffi::Py_None();
                return Some((moment, aware.then(|| object::borrow(src))));
            }
            if is(self.0.DateType) {
                return Some((Moment { civil: date(src), microsecond: 0, fold: false }, None));
            }
            if !is(self.0.TimeType) {
                return None;
            }
            let moment = Moment {
                civil: Civil {
                    year: 1970,
                    month: 1,
                    day: 1,
                    hour: ffi::PyDateTime_TIME_GET_HOUR(src) as u8,
                    minute: ffi::PyDateTime_TIME_GET_MINUTE(src) as u8,
                    second: ffi::PyDateTime_TIME_GET_SECOND(src) as u8,
                },
                microsecond: ffi::PyDateTime_TIME_GET_MICROSECOND(src) as u32,
                fold: ffi::PyDateTime_TIME_GET_FOLD(src) != 0,
            };
            let zone = ffi::PyDateTime_TIME_GET_TZINFO(src);
            if zone == ffi::Py_None() {
                return Some((moment, None));
            }
            // A zone tells its offset for a date.
            let whole = object::from_owned(self.new_datetime(&moment, zone));
            if whole.is_none() {
                cx.mismatch_raised();
            }
            Some((moment, Some(whole?)))
        }
    }

    /// How many microseconds the zone of an aware `datetime` is ahead; `Some(None)` when it does not know, which makes the `datetime` a
    /// naive one.
    ///
    /// # Safety
    /// Attached; other code runs.
    pub(super) unsafe fn utc_offset(self, aware: &object, cx: &mut Cx<'_>) -> Option<Option<i128>> {
        // SAFETY: live objects; temporaries are owned.
        unsafe {
            let method = object::from_owned(ffi::PyObject_GetAttrString(aware.as_ptr(), c"utcoffset".as_ptr()));
            let offset = method.and_then(|method| object::from_owned(ffi::PyObject_CallNoArgs(method.as_ptr())));
            let Some(offset) = offset else {
                cx.mismatch_raised();
                return None;
            };
            if offset.is_none() {
                return Some(None);
            }
            let offset = self.delta(offset.as_ptr())?;
            // As `datetime.utcoffset` demands of zones; but a subclass may have one of its own.
            if offset.abs() < DAY { Some(Some(offset)) } else { cx.refuse(Reason::Range) }
        }
    }

    /// A naive `datetime`; null with a `ValueError` raised for a year that it cannot have.
    ///
    /// # Safety
    /// Attached.
    pub(super) unsafe fn new_naive(self, moment: &Moment) -> *mut ffi::PyObject {
        if !is_year(moment.civil.year) {
            return raise_no_datetime();
        }
        // SAFETY: caller's contract.
        unsafe { self.new_datetime(moment, ffi::Py_None()) }
    }

    /// As [`new_naive`](Self::new_naive), with a time zone.
    ///
    /// # Safety
    /// `zone` is a `tzinfo`; attached.
    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    pub(super) unsafe fn new_aware(self, moment: &Moment, zone: &object) -> *mut ffi::PyObject {
        if !is_year(moment.civil.year) {
            return raise_no_datetime();
        }
        // SAFETY: caller's contract.
        unsafe { self.new_datetime(moment, zone.as_ptr()) }
    }

    /// # Safety
    /// The year is from 1 to 9999, `zone` a live `tzinfo` or `None`; attached.
    unsafe fn new_datetime(self, moment: &Moment, zone: *mut ffi::PyObject) -> *mut ffi::PyObject {
        let Moment { civil, microsecond, fold } = moment;
        // SAFETY: caller's contract; all numbers are in their ranges.
        unsafe {
            (self.0.DateTime_FromDateAndTimeAndFold)(
                civil.year as c_int,
                civil.month.into(),
                civil.day.into(),
                civil.hour.into(),
                civil.minute.into(),
                civil.second.into(),
                *microsecond as c_int,
                zone,
                (*fold).into(),
                self.0.DateTimeType,
            )
        }
    }
}

/// What only the types of crates need.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
impl Types<'_> {
    /// # Safety
    /// `src` is live; attached.
    pub(super) unsafe fn is_datetime(self, src: *mut ffi::PyObject) -> bool {
        // SAFETY: live objects.
        unsafe { ffi::PyObject_TypeCheck(src, self.0.DateTimeType) != 0 }
    }

    /// # Safety
    /// `src` is live; attached.
    pub(super) unsafe fn is_time(self, src: *mut ffi::PyObject) -> bool {
        // SAFETY: live objects.
        unsafe { ffi::PyObject_TypeCheck(src, self.0.TimeType) != 0 }
    }

    /// A `date` that is no `datetime`, at midnight; `None` for other objects.
    ///
    /// # Safety
    /// `src` is live; attached.
    pub(super) unsafe fn date(self, src: *mut ffi::PyObject) -> Option<Civil> {
        // SAFETY: live objects; an instance of the class has its layout.
        unsafe {
            let is = ffi::PyObject_TypeCheck(src, self.0.DateType) != 0 && !self.is_datetime(src);
            is.then(|| date(src))
        }
    }

    /// A `date`; null with a `ValueError` raised for a year that it cannot have.
    ///
    /// # Safety
    /// Month and day are those of a calendar; attached.
    pub(super) unsafe fn new_date(self, civil: Civil) -> *mut ffi::PyObject {
        if !is_year(civil.year) {
            return raise_no_datetime();
        }
        // SAFETY: caller's contract.
        unsafe { (self.0.Date_FromDate)(civil.year as c_int, civil.month.into(), civil.day.into(), self.0.DateType) }
    }

    /// A `time` without a time zone.
    ///
    /// # Safety
    /// All numbers are in their ranges; attached.
    pub(super) unsafe fn new_time(self, moment: &Moment) -> *mut ffi::PyObject {
        let Moment { civil, microsecond, .. } = moment;
        // SAFETY: caller's contract.
        unsafe {
            (self.0.Time_FromTime)(
                civil.hour.into(),
                civil.minute.into(),
                civil.second.into(),
                *microsecond as c_int,
                ffi::Py_None(),
                self.0.TimeType,
            )
        }
    }

    /// `datetime.timezone.utc`.
    ///
    /// # Safety
    /// Attached.
    pub(super) unsafe fn utc(self) -> object {
        // SAFETY: the module's own reference.
        unsafe { object::borrow(self.0.TimeZone_UTC) }
    }

    /// A `datetime.timezone`; `None` with a `ValueError` raised for an offset of a day or more.
    ///
    /// # Safety
    /// Attached.
    pub(super) unsafe fn new_zone(self, seconds: i32) -> Option<object> {
        // SAFETY: attached; temporaries are owned.
        unsafe {
            let offset = object::from_owned(self.new_delta(i128::from(seconds) * SECOND))?;
            object::from_owned((self.0.TimeZone_FromTimeZone)(offset.as_ptr(), ptr::null_mut()))
        }
    }
}

/// Whether Python has this year.
fn is_year(year: i64) -> bool {
    (1..=9999).contains(&year)
}

/// Raises the `ValueError` of a moment that no `datetime` can tell; null.
pub(super) fn raise_no_datetime() -> *mut ffi::PyObject {
    Error::new(Builtin::ValueError, messages::NO_DATETIME).restore();
    ptr::null_mut()
}

/// The date of a `date`, at midnight.
///
/// # Safety
/// `src` is a live `date`.
unsafe fn date(src: *mut ffi::PyObject) -> Civil {
    // SAFETY: caller's contract.
    unsafe {
        Civil {
            year: ffi::PyDateTime_GET_YEAR(src).into(),
            month: ffi::PyDateTime_GET_MONTH(src) as u8,
            day: ffi::PyDateTime_GET_DAY(src) as u8,
            hour: 0,
            minute: 0,
            second: 0,
        }
    }
}
