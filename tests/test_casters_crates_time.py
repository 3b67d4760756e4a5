"""The conversions of the dates and times of `chrono`, `time` and `jiff`."""

import datetime
import sys
import time
import zoneinfo
from datetime import date, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import test_casters_crates_time_ext as t
from samples import refused

dt, clock = datetime.datetime, datetime.time
EPOCH = dt(1970, 1, 1, tzinfo=timezone.utc)
CRATES = ["chrono", "time", "jiff"]
MICROSECOND = timedelta(microseconds=1)
OFFSETS = st.integers(-86399, 86399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
NAMES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "UTC"]


def zone(name):
    try:
        return zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("no time zones here")


def of(kind):
    return [getattr(t, f"{crate}_{kind}") for crate in CRATES]


def note(error, text):
    assert error.__cause__ is None
    if sys.version_info >= (3, 11):
        assert any(text in line for line in error.__notes__), error.__notes__


class Date(date):
    pass


class Clock(clock):
    pass


class Moment(dt):
    pass


class Delta(timedelta):
    pass


class Zone(datetime.tzinfo):
    """A zone that says what it is told."""

    def __init__(self, offset):
        self.told = offset

    def utcoffset(self, when):
        if isinstance(self.told, BaseException):
            raise self.told
        return self.told


# Round trips


@given(st.dates())
def test_dates(value):
    for function in of("date"):
        assert function(value) == value and type(function(value)) is date
        assert function(Date(value.year, value.month, value.day)) == value
    for text in of("date_text"):
        assert text(value) == value.isoformat()


@given(st.times())
def test_times_of_day(value):
    for function in of("time"):
        assert function(value) == value and type(function(value)) is clock
        assert function(Clock(value.hour, value.minute, value.second, value.microsecond)) == value
        assert function(value.replace(fold=1)).fold == 0
    assert t.chrono_time_text(value) == value.isoformat("microseconds")


@given(st.datetimes())
def test_naive_times(value):
    for function in of("naive"):
        result = function(value)
        assert result == value and type(result) is dt and result.tzinfo is None
        assert function(Moment.fromisoformat(value.isoformat())) == value
    assert t.chrono_naive_text(value) == t.jiff_naive_text(value) == value.isoformat(timespec="microseconds")


@given(st.datetimes(), OFFSETS)
def test_aware_times(shown, offset):
    value = shown.replace(tzinfo=offset)
    for function in of("fixed"):
        result = function(value)
        assert result == value and result.utcoffset() == value.utcoffset() and type(result) is dt
    nanoseconds = (value - EPOCH) // MICROSECOND * 1000
    seconds = value.utcoffset() // timedelta(seconds=1)
    assert t.time_fixed_nanos(value) == (nanoseconds, seconds) and t.chrono_fixed_offset(value) == seconds
    assert t.jiff_zone(value)[:2] == (nanoseconds, seconds) and t.jiff_utc_nanos(value) == t.time_utc_nanos(value) == nanoseconds
    try:
        utc = value.astimezone(timezone.utc)
    except OverflowError:
        # Rust's years reach further than Python's.
        for function in of("utc"):
            with pytest.raises(ValueError, match="^datetime.datetime cannot tell this time: its years are 1 to 9999$"):
                function(value)
        return
    for function in of("utc"):
        result = function(value)
        assert result == value and result.tzinfo is timezone.utc
    assert t.chrono_utc_text(value) == utc.replace(tzinfo=None).isoformat(timespec="microseconds")


@given(st.timedeltas())
def test_lengths(value):
    for function in of("delta"):
        assert function(value) == value and type(function(value)) is timedelta
        assert function(Delta(microseconds=value // MICROSECOND)) == value
    assert t.time_delta_micros(value) == t.jiff_delta_micros(value) == value // MICROSECOND


def test_the_longest_lengths():
    for function in of("delta"):
        for value in (timedelta.max, timedelta.min, timedelta(0), -MICROSECOND):
            assert function(value) == value


def test_containers_of_times():
    for crate in CRATES:
        assert getattr(t, crate + "_date_list")((date.min, date.max)) == [date.min, date.max]
        assert getattr(t, crate + "_delta_maybe")(None) is None
        assert getattr(t, crate + "_fixed_list")([EPOCH]) == [EPOCH]
        refused(getattr(t, crate + "_utc_list"), [EPOCH, EPOCH.replace(tzinfo=None)])
    assert t.jiff_fixed_maybe(None) is None and t.chrono_local_list([EPOCH]) == [EPOCH]


# One kind is never taken for another one


DATE, TIME, NAIVE, AWARE, DELTA = date(2024, 2, 29), clock(1, 2, 3, 4), dt(2024, 2, 29, 1, 2, 3, 4), EPOCH, timedelta(1)
AWARE_TIME = clock(1, tzinfo=timezone.utc)


def test_each_kind_takes_its_own_alone():
    accepted = {"date": DATE, "time": TIME, "naive": NAIVE, "utc": AWARE, "fixed": AWARE, "delta": DELTA}
    values = [DATE, TIME, NAIVE, AWARE, DELTA, AWARE_TIME, None, 1, 1.5, "2024-02-29", b"", (2024, 2, 29), object(), True]
    for kind, own in accepted.items():
        for function in of(kind):
            assert function(own) == own
            for value in values:
                if value is not own:
                    refused(function, value)
    assert [t.which(value) for value in values[:5]] == ["date", "time", "naive", "aware", "delta"]
    refused(t.which, AWARE_TIME)


def test_a_time_zone_is_neither_lost_nor_made_up():
    for function in of("naive"):
        note(refused(function, AWARE), "has a time zone, which would be lost")
        # Also one that does not know its offset.
        note(refused(function, NAIVE.replace(tzinfo=Zone(None))), "has a time zone, which would be lost")
    for function in of("time"):
        note(refused(function, AWARE_TIME), "has a time zone, which would be lost")
    for function in of("utc") + of("fixed"):
        note(refused(function, NAIVE), "has no time zone")
        note(refused(function, NAIVE.replace(tzinfo=Zone(None))), "has no time zone")


def test_signatures():
    for crate in CRATES:
        name = crate + "_date"
        assert getattr(t, name).__doc__ == f"{name}(arg: datetime.date, /) -> datetime.date"
        name = crate + "_time"
        assert getattr(t, name).__doc__ == f"{name}(arg: datetime.time, /) -> datetime.time"
        for kind in ("naive", "utc", "fixed"):
            name = f"{crate}_{kind}"
            assert getattr(t, name).__doc__ == f"{name}(arg: datetime.datetime, /) -> datetime.datetime"
        name = crate + "_delta"
        assert getattr(t, name).__doc__ == f"{name}(arg: datetime.timedelta, /) -> datetime.timedelta"


def test_zones_in_python():
    half = Zone(timedelta(hours=5, minutes=30))
    for function in of("fixed"):
        assert function(NAIVE.replace(tzinfo=half)).utcoffset() == timedelta(hours=5, minutes=30)
        # A part of a second is no offset in Rust.
        note(refused(function, NAIVE.replace(tzinfo=timezone(timedelta(microseconds=1)))), "out of range")
    for function in of("fixed") + of("utc"):
        assert isinstance(refused(function, NAIVE.replace(tzinfo=Zone(LookupError("no")))).__cause__, LookupError)
        assert isinstance(refused(function, NAIVE.replace(tzinfo=Zone("1"))).__cause__, TypeError)
        assert isinstance(refused(function, NAIVE.replace(tzinfo=Zone(timedelta(days=2)))).__cause__, ValueError)
        with pytest.raises(KeyboardInterrupt, match="^stop$"):
            function(NAIVE.replace(tzinfo=Zone(KeyboardInterrupt("stop"))))
    for function in of("utc"):
        value = NAIVE.replace(tzinfo=timezone(timedelta(microseconds=1)))
        assert function(value) == value
        # A `datetime` that lies about its offset.
        lying = type("Lying", (dt,), {"utcoffset": lambda self: 5})(2024, 1, 1, tzinfo=timezone.utc)
        refused(function, lying)
        for days in (1, -1, 2, 50_000, 999_999_999):
            far = type("Far", (dt,), {"utcoffset": lambda self, days=days: timedelta(days)})(2024, 1, 1, tzinfo=timezone.utc)
            note(refused(function, far), "out of range")
        refused(function, type("Raising", (dt,), {"utcoffset": lambda self: 1 / 0})(2024, 1, 1, tzinfo=timezone.utc))


# What Python has not


def test_years_that_python_has_not():
    for crate in CRATES:
        for kind in ("dates", "naives", "utcs", "fixeds"):
            function = getattr(t, f"{crate}_{kind}", None)
            for last in (False, True):
                # The last year of some is Python's.
                if function is None or last and (crate != "chrono"):
                    continue
                with pytest.raises(ValueError, match="its years are 1 to 9999"):
                    function(last)
    assert t.time_dates(True) == t.jiff_dates(True) == date.max
    assert t.time_naives(True) == t.jiff_naives(True) == dt.max


def test_lengths_that_python_has_not():
    for function in of("deltas"):
        for last in (False, True):
            with pytest.raises(OverflowError, match="^datetime.timedelta cannot be as long as this$"):
                function(last)


def test_a_leap_second_is_an_error():
    for function in (t.chrono_leap_time, t.chrono_leap_naive, t.chrono_leap_utc):
        with pytest.raises(ValueError, match="^datetime.datetime has no leap second$"):
            function()


def test_an_offset_that_python_has_not():
    assert t.time_offset(86399).utcoffset() == timedelta(seconds=86399)
    for seconds in (86400, -86400, 90000):
        with pytest.raises(ValueError, match="offset must be"):
            t.time_offset(seconds)


def test_what_is_finer_than_a_microsecond_is_cut_off():
    assert t.chrono_nanos(0, 999_999_999) == EPOCH + timedelta(microseconds=999_999)
    assert t.chrono_nanos(-1, 999_999_999) == EPOCH - MICROSECOND
    assert t.jiff_nanos(1999) == EPOCH + MICROSECOND and t.jiff_nanos(-1) == EPOCH - MICROSECOND
    for function in of("delta_nanos"):
        assert [function(n) // MICROSECOND for n in (1999, 999, -999, -1000, -1999)] == [1, 0, 0, -1, -1]


# Zones with names


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.datetimes(dt(1900, 1, 2), dt(2100, 1, 1)), st.sampled_from(NAMES), st.integers(0, 1))
def test_a_zone_keeps_its_name(shown, name, fold):
    value = shown.replace(tzinfo=zone(name), fold=fold)
    utc = value.astimezone(timezone.utc)
    nanoseconds, seconds, known = t.jiff_zone(value)
    assert known == name and nanoseconds == (utc - EPOCH) // MICROSECOND * 1000
    result = t.jiff_fixed(value)
    assert result.astimezone(timezone.utc) == utc and result.utcoffset() // timedelta(seconds=1) == seconds
    assert result.tzinfo is (timezone.utc if name == "UTC" else value.tzinfo)
    # It shows the same, unless the clock skips that time.
    wanted = utc.astimezone(value.tzinfo)
    assert result.replace(tzinfo=None) == wanted.replace(tzinfo=None) and result.fold == wanted.fold


def test_both_of_two_times_that_look_the_same():
    zone("Europe/Berlin")
    for seconds, fold in [(1729987200 + 1800, 0), (1729990800 + 1800, 1)]:
        value = t.jiff_in_zone(seconds, "Europe/Berlin")
        assert value.fold == fold and value.timestamp() == seconds and value.hour == 2
        assert t.jiff_zone(value)[0] == seconds * 10**9
    assert t.jiff_in_posix_zone(0, "EST5EDT,M3.2.0,M11.1.0").tzinfo == timezone(timedelta(hours=-5))


def test_a_zone_that_is_not_known():
    with open(zoneinfo.TZPATH[0] + "/Europe/Berlin", "rb") as file:
        nameless = zoneinfo.ZoneInfo.from_file(file)
    assert t.jiff_zone(dt(2024, 7, 1, tzinfo=nameless)) == (1719784800 * 10**9, 7200, None)
    with open(zoneinfo.TZPATH[0] + "/Europe/Berlin", "rb") as file:
        misnamed = zoneinfo.ZoneInfo.from_file(file, key="Nowhere/Land")
    note(refused(t.jiff_fixed, dt(2024, 7, 1, tzinfo=misnamed)), "has a time zone of an unknown name")


# Local time


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the local time zone is the system's")
@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_local_time(monkeypatch, name):
    zone(name)
    monkeypatch.setenv("TZ", name)
    time.tzset()
    try:
        for shown in (dt(2024, 7, 1, 12), dt(2024, 1, 1), dt(2024, 10, 27, 2, 30), dt(2024, 3, 31, 2, 30), dt(1999, 12, 31, 23, 59, 59, 5)):
            for fold in (0, 1):
                value = shown.replace(fold=fold)
                result = t.chrono_local(value)
                ahead = timedelta(seconds=time.localtime(value.timestamp()).tm_gmtoff)
                assert result.timestamp() == value.timestamp() and result.utcoffset() == ahead
                assert t.chrono_local(result) == result
                there = dt.fromtimestamp(value.timestamp(), timezone(timedelta(hours=9)))
                assert t.chrono_local(there) == there and t.chrono_local(there).utcoffset() == result.utcoffset()
    finally:
        monkeypatch.undo()
        time.tzset()
    for value in (DATE, TIME, 1.5, None):
        refused(t.chrono_local, value)


def test_fields():
    times = t.Times()
    with pytest.raises(ValueError):
        times.date
    times.date, times.at, times.stamp, times.zoned, times.lasts = DATE, AWARE, AWARE, AWARE, -DELTA
    assert (times.date, times.at, times.stamp, times.zoned, times.lasts) == (DATE, AWARE, AWARE, AWARE, -DELTA)
    for name, value in [("date", NAIVE), ("at", NAIVE), ("stamp", NAIVE), ("zoned", None), ("lasts", 1)]:
        with pytest.raises(TypeError):
            setattr(times, name, value)
