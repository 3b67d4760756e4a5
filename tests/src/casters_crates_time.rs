//! Conversions of the dates and times of `chrono`, `time` and `jiff`.

use nb::prelude::*;

/// Binds the identity under `name`, and lists of the type.
macro_rules! echo {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |x: $ty| -> $ty { x }, ());
        $m.def(concat!($name, "_list"), |x: Vec<$ty>| -> Vec<$ty> { x }, ());
        $m.def(concat!($name, "_maybe"), |x: Option<$ty>| -> Option<$ty> { x }, ());
    )* };
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    use {chrono as c, jiff as j, time as t};
    echo! { m:
        "chrono_date" c::NaiveDate; "chrono_time" c::NaiveTime; "chrono_naive" c::NaiveDateTime; "chrono_utc" c::DateTime<c::Utc>;
        "chrono_fixed" c::DateTime<c::FixedOffset>; "chrono_local" c::DateTime<c::Local>; "chrono_delta" c::TimeDelta;
        "time_date" t::Date; "time_time" t::Time; "time_naive" t::PrimitiveDateTime; "time_utc" t::UtcDateTime; "time_fixed" t::OffsetDateTime;
        "time_delta" t::Duration;
        "jiff_date" j::civil::Date; "jiff_time" j::civil::Time; "jiff_naive" j::civil::DateTime; "jiff_utc" j::Timestamp;
        "jiff_fixed" j::ZonedDateTime; "jiff_delta" j::SignedDuration;
    }
}

/// Fields of each kind.
pub struct Times {
    pub date: chrono::NaiveDate,
    pub at: chrono::DateTime<chrono::FixedOffset>,
    pub stamp: jiff::Timestamp,
    pub zoned: jiff::ZonedDateTime,
    pub lasts: time::Duration,
}

fn times() -> Times {
    Times {
        date: chrono::NaiveDate::MIN,
        at: chrono::DateTime::UNIX_EPOCH.into(),
        stamp: jiff::Timestamp::UNIX_EPOCH,
        zoned: jiff::ZonedDateTime::UNIX_EPOCH,
        lasts: time::Duration::ZERO,
    }
}

nb_module!(test_casters_crates_time_ext, m, {
    bind_round_trips(m);

    nb::class_<Times>(m, "Times")
        .def(nb::init(|| times()))
        .def_rw("date", &Times::date)
        .def_rw("at", &Times::at)
        .def_rw("stamp", &Times::stamp)
        .def_rw("zoned", &Times::zoned)
        .def_rw("lasts", &Times::lasts);

    // What a value is on the other side: a text that Python's own `isoformat` can be compared with.
    m.def("chrono_date_text", |x: chrono::NaiveDate| x.to_string());
    m.def("chrono_time_text", |x: chrono::NaiveTime| x.format("%H:%M:%S%.6f").to_string());
    m.def("chrono_naive_text", |x: chrono::NaiveDateTime| x.format("%Y-%m-%dT%H:%M:%S%.6f").to_string());
    m.def("chrono_utc_text", |x: chrono::DateTime<chrono::Utc>| x.format("%Y-%m-%dT%H:%M:%S%.6f").to_string());
    m.def("chrono_fixed_offset", |x: chrono::DateTime<chrono::FixedOffset>| x.offset().local_minus_utc());
    m.def("chrono_delta_micros", |x: chrono::TimeDelta| x.num_microseconds());
    m.def("time_date_text", |x: time::Date| x.to_string());
    m.def("time_utc_nanos", |x: time::UtcDateTime| x.unix_timestamp_nanos());
    m.def("time_fixed_nanos", |x: time::OffsetDateTime| (x.unix_timestamp_nanos(), x.offset().whole_seconds()));
    m.def("time_delta_micros", |x: time::Duration| x.whole_microseconds());
    m.def("jiff_date_text", |x: jiff::civil::Date| x.to_string());
    m.def("jiff_naive_text", |x: jiff::civil::DateTime| format!("{x:.6}"));
    m.def("jiff_utc_nanos", |x: jiff::Timestamp| x.as_nanosecond());
    m.def("jiff_zone", |x: jiff::ZonedDateTime| {
        (x.timestamp().as_nanosecond(), x.offset().seconds(), x.time_zone().iana_name().map(str::to_string))
    });
    m.def("jiff_in_zone", |seconds: i64, zone: &str| -> nb::Result<jiff::ZonedDateTime> {
        Ok(jiff::Timestamp::from_second(seconds)?.in_tz(zone)?)
    });
    m.def("jiff_in_posix_zone", |seconds: i64, zone: &str| -> nb::Result<jiff::ZonedDateTime> {
        Ok(jiff::Timestamp::from_second(seconds)?.to_zoned_datetime(jiff::tz::TimeZone::posix(zone)?))
    });
    m.def("jiff_delta_micros", |x: jiff::SignedDuration| x.as_micros());

    // What Python has not.
    m.def("chrono_dates", |last: bool| if last { chrono::NaiveDate::MAX } else { chrono::NaiveDate::MIN });
    m.def("chrono_naives", |last: bool| if last { chrono::NaiveDateTime::MAX } else { chrono::NaiveDateTime::MIN });
    m.def("chrono_utcs", |last: bool| {
        if last { chrono::DateTime::<chrono::Utc>::MAX_UTC } else { chrono::DateTime::<chrono::Utc>::MIN_UTC }
    });
    m.def("chrono_fixeds", |last: bool| {
        let (time, offset) =
            if last { (chrono::DateTime::<chrono::Utc>::MAX_UTC, 86399) } else { (chrono::DateTime::<chrono::Utc>::MIN_UTC, -86399) };
        time.with_timezone(&chrono::FixedOffset::east_opt(offset).unwrap())
    });
    m.def("chrono_deltas", |last: bool| if last { chrono::TimeDelta::MAX } else { chrono::TimeDelta::MIN });
    m.def("chrono_leap_time", || chrono::NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000));
    m.def("chrono_leap_naive", || chrono::NaiveDate::from_ymd_opt(2016, 12, 31)?.and_hms_nano_opt(23, 59, 59, 1_000_000_000));
    m.def("chrono_leap_utc", || {
        Some(chrono::NaiveDate::from_ymd_opt(2016, 12, 31)?.and_hms_nano_opt(23, 59, 59, 1_000_000_000)?.and_utc())
    });
    m.def("chrono_nanos", |seconds: i64, nanoseconds: u32| chrono::DateTime::from_timestamp(seconds, nanoseconds));
    m.def("chrono_delta_nanos", |nanoseconds: i64| chrono::TimeDelta::nanoseconds(nanoseconds));
    m.def("time_dates", |last: bool| if last { time::Date::MAX } else { time::Date::MIN });
    m.def("time_naives", |last: bool| if last { time::PrimitiveDateTime::MAX } else { time::PrimitiveDateTime::MIN });
    m.def("time_utcs", |last: bool| if last { time::UtcDateTime::MAX } else { time::UtcDateTime::MIN });
    m.def("time_deltas", |last: bool| if last { time::Duration::MAX } else { time::Duration::MIN });
    m.def("time_offset", |seconds: i32| -> nb::Result<time::OffsetDateTime> {
        let offset = time::UtcOffset::from_whole_seconds(seconds).map_err(|error| nb::value_error(error.to_string()))?;
        Ok(time::PrimitiveDateTime::new(time::Date::from_ordinal_date(2000, 1).unwrap(), time::Time::MIDNIGHT).assume_offset(offset))
    });
    m.def("time_delta_nanos", |nanoseconds: i64| time::Duration::nanoseconds(nanoseconds));
    m.def("jiff_dates", |last: bool| if last { jiff::civil::Date::MAX } else { jiff::civil::Date::MIN });
    m.def("jiff_naives", |last: bool| if last { jiff::civil::DateTime::MAX } else { jiff::civil::DateTime::MIN });
    m.def("jiff_utcs", |last: bool| if last { jiff::Timestamp::MAX } else { jiff::Timestamp::MIN });
    m.def("jiff_deltas", |last: bool| if last { jiff::SignedDuration::MAX } else { jiff::SignedDuration::MIN });
    m.def("jiff_nanos", |nanoseconds: i64| -> nb::Result<jiff::Timestamp> {
        Ok(jiff::Timestamp::from_nanosecond(nanoseconds.into())?)
    });
    m.def("jiff_delta_nanos", |nanoseconds: i64| jiff::SignedDuration::from_nanos(nanoseconds));

    // An overload for each kind.
    m.def("which", |_x: chrono::NaiveDate| "date");
    m.def("which", |_x: chrono::NaiveTime| "time");
    m.def("which", |_x: chrono::NaiveDateTime| "naive");
    m.def("which", |_x: chrono::DateTime<chrono::Utc>| "aware");
    m.def("which", |_x: chrono::TimeDelta| "delta");
});
