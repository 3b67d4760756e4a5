//! [`steady_time`]: an `Instant` as the time since a moment of the process.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::time::duration::{ARGUMENT, RESULT, Signed, put, read};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::sync::OnceLock;
use std::time::Instant;

/// A point of time of the steady clock, nanobind's `steady_clock::time_point`: a `datetime.timedelta` in Python, or a `float` of seconds as an
/// argument.
///
/// An `Instant` is a number of nothing, since its clock begins nowhere in particular. This one is told as the time since a moment
/// in the life of the process, which is the same for all extension modules in one library: when the first of them was imported. What was
/// before is negative.
///
/// ```no_run
/// use nb::prelude::*;
/// use std::time::Instant;
///
/// nb_module!(clocks, m, {
///     m.def("now", || nb::steady_time::from(Instant::now()));
///     m.def("passed", |since: nb::steady_time| Instant::from(since).elapsed());
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct steady_time(Instant);

impl From<Instant> for steady_time {
    fn from(instant: Instant) -> steady_time {
        steady_time(instant)
    }
}

impl From<steady_time> for Instant {
    fn from(time: steady_time) -> Instant {
        time.0
    }
}

/// Where the clock begins.
fn anchor() -> Instant {
    static ANCHOR: OnceLock<Instant> = OnceLock::new();
    *ANCHOR.get_or_init(Instant::now)
}

/// Lets the clock begin, unless it has: as early in the process as a module is imported, so that what a program measures comes after.
pub(crate) fn start() {
    anchor();
}

// SAFETY: an owned value.
unsafe impl<D> Param<D> for steady_time {
    type Item<'a> = steady_time;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = steady_time;
    const OWNED: bool = true;
    const REFUSES_NONE: bool = true;
    const ASKS_FLAGS: bool = false;
    const VALUE: bool = true;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text(ARGUMENT);
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<steady_time> {
        // SAFETY: caller's contract; a caller whose argument calls out owns it.
        let Signed { negative, length } = unsafe { read(src, cx) }?;
        let instant = if negative { anchor().checked_sub(length) } else { anchor().checked_add(length) };
        // How far the clock reaches is the system's.
        instant.map(steady_time).or_else(|| cx.refuse(Reason::Range))
    }

    unsafe fn lend<'a>(stage: &'a mut steady_time, _cx: &Cx<'_>) -> steady_time {
        *stage
    }
}

// SAFETY: a new reference, or null.
unsafe impl<D, P> Ret<D, P> for steady_time {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text(RESULT);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let signed = match value.0.checked_duration_since(anchor()) {
            Some(length) => Signed { negative: false, length },
            None => Signed { negative: true, length: anchor().duration_since(value.0) },
        };
        // SAFETY: caller's contract.
        unsafe { put(signed, cx) }
    }
}

member_by_value! { [] steady_time; }
