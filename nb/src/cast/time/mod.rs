//! Lengths and points of time, nanobind's `chrono.h`: `Duration` is a `datetime.timedelta`, `SystemTime` a naive `datetime.datetime` in the
//! local time zone, [`steady_time`](steady_time::steady_time) stands for `Instant`.
//!
//! Python counts microseconds. What is finer is cut off, toward zero, as nanobind does. What does not fit is refused or raises, and never
//! wraps.
//!
//! The objects of Python's module are read and made in `datetime.rs` alone, and the local time zone is asked in `local.rs`.

pub(super) mod civil;
pub(super) mod datetime;
mod duration;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) mod kinds;
mod local;
pub(crate) mod steady_time;
mod system_time;
