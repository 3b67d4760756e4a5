//! Conversions of lengths and points of time.

use nb::prelude::*;
use std::time::{Duration, Instant, SystemTime};

/// Fields of each kind.
pub struct Event {
    pub at: SystemTime,
    pub lasts: Duration,
    pub seen: nb::steady_time,
}

/// The time that is so many nanoseconds after the epoch, if the system has it.
fn of_nanoseconds(nanoseconds: i128) -> Option<SystemTime> {
    let distance = nanoseconds.unsigned_abs();
    let distance = Duration::new((distance / 1_000_000_000).try_into().ok()?, (distance % 1_000_000_000) as u32);
    if nanoseconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

/// Nanoseconds since the epoch.
fn to_nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// A span since a moment that nothing precedes.
fn far(seconds: f64) -> Option<nb::steady_time> {
    let length = Duration::try_from_secs_f64(seconds.abs()).ok()?;
    let now = Instant::now();
    if seconds < 0.0 { now.checked_sub(length) } else { now.checked_add(length) }.map(nb::steady_time::from)
}

nb_module!(test_casters_time_ext, m, {
    m.def("duration", |x: Duration| x);
    m.def("duration_strict", |x: Duration| x, "x"_a.noconvert());
    m.def("nanoseconds", |x: Duration| x.as_nanos());
    m.def("of_parts", |seconds: u64, nanoseconds: u32| Duration::new(seconds, nanoseconds));
    m.def("durations", |x: Vec<Duration>| x);
    m.def("duration_maybe", |x: Option<Duration>| x);
    m.def("duration_map", |x: std::collections::BTreeMap<String, Duration>| x);

    m.def("time", |x: SystemTime| x);
    m.def("time_strict", |x: SystemTime| x, "x"_a.noconvert());
    m.def("since_epoch", |x: SystemTime| to_nanoseconds(x));
    m.def("after_epoch", |x: i128| -> nb::Result<SystemTime> {
        of_nanoseconds(x).ok_or_else(|| nb::runtime_error("the system has no such time"))
    });
    m.def("times", |x: Vec<SystemTime>| x);
    m.def("now", || SystemTime::now());

    m.def("steady", |x: nb::steady_time| x);
    m.def("steady_now", || nb::steady_time::from(Instant::now()));
    m.def("passed", |x: nb::steady_time| Instant::from(x).elapsed());
    m.def("far", |x: f64| far(x));
    m.def("earlier", |x: nb::steady_time, y: nb::steady_time| x < y);

    m.def("kind", |_: Duration| "duration");
    m.def("kind", |_: SystemTime| "time");
    m.def("kind", |_: nb::steady_time| "steady");
    m.def("kind", |_: i64| "int");
    m.def("kind", |_: nb::object| "other");

    nb::class_<Event>(m, "Event")
        .def(nb::init(|at: SystemTime, lasts: Duration| Event { at, lasts, seen: Instant::now().into() }))
        .def_rw("at", &Event::at)
        .def_rw("lasts", &Event::lasts)
        .def_rw("seen", &Event::seen);
});

/// A default value is made while a module is imported; the module above waits until somebody needs `datetime`.
mod defaults {
    use super::*;

    nb_module!(test_casters_time_default_ext, m, {
        m.def("default", |x: Duration| x, "x"_a = Duration::from_millis(1500));
    });
}
