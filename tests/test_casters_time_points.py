"""The conversions of points of time: local time zones, aware times, times that a clock shows twice or never."""

import datetime
import sys
import time
import zoneinfo
from datetime import date, timedelta, timezone

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import test_casters_time_ext as t
from samples import Index, refused

if not hasattr(time, "tzset"):
    pytest.skip("the local time zone is the system's", allow_module_level=True)

dt = datetime.datetime
EPOCH = dt(1970, 1, 1, tzinfo=timezone.utc)
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Marquesas", "Africa/Casablanca", "Europe/Dublin", "Antarctica/Troll",
    "America/St_Johns", "Asia/Manila", "EST5EDT,M3.2.0,M11.1.0", "ABC-14", "XYZ+12",
]  # fmt: skip


@pytest.fixture(autouse=True)
def zone(monkeypatch):
    """A function that sets the local time zone for the test."""

    def set_to(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


def microseconds(value):
    """Since the epoch, of an aware time."""
    return (value - EPOCH) // timedelta(microseconds=1)


def out_of_range(value):
    error = refused(t.time, value)
    assert error.__cause__ is None
    if sys.version_info >= (3, 11):
        assert any("out of range" in line for line in error.__notes__)


TIMES = [
    dt(1, 1, 1), dt(1, 1, 1, 12, 30), dt(1, 1, 2), dt(1, 12, 31, 23, 59, 59, 999999), dt(1582, 10, 15), dt(1582, 10, 4), dt(1600, 2, 29),
    dt(1899, 12, 31, 23, 59, 59, 999999), dt(1900, 1, 1), dt(1900, 2, 28, 23), dt(1900, 3, 1), dt(1901, 12, 13, 20, 45, 51),
    dt(1969, 12, 31, 23, 59, 59, 999999), dt(1969, 12, 31, 23, 59, 59), dt(1969, 7, 20, 20, 17, 40, 1), dt(1970, 1, 1),
    dt(1970, 1, 1, 0, 0, 0, 1), dt(2000, 2, 29, 12), dt(2024, 2, 29, 1, 2, 3, 456789), dt(2038, 1, 19, 3, 14, 7, 999999),
    dt(2038, 1, 19, 3, 14, 8), dt(2106, 2, 7, 6, 28, 16), dt(2262, 4, 11, 23, 47, 17), dt(9999, 12, 31, 23, 59, 59, 999999),
    dt(9999, 12, 30), dt(9998, 6, 1),
]  # fmt: skip


@pytest.mark.row("xchg-16", "CHR-01", "CHR-02", "api-chrono-1", "api-chrono-2", "api-chrono-9", "api-hdr-19")
@pytest.mark.parametrize("name", ZONES)
def test_a_naive_time_is_local_and_round_trips(zone, name):
    zone(name)
    for value in TIMES:
        result = t.time(value)
        assert result == value and type(result) is dt and result.tzinfo is None
        if 1 < value.year < 9999:
            # Python's own answer, which a float has no room for.
            whole = int(value.replace(microsecond=0).timestamp())
            assert t.since_epoch(value) == (whole * 10**6 + value.microsecond) * 1000


@pytest.mark.row("CHR-02")
@pytest.mark.parametrize("name", ZONES)
def test_times_before_the_epoch_keep_positive_microseconds(zone, name):
    zone(name)
    for before in (1, 999_999, 10**6, 10**6 + 1, 86_400 * 10**6 - 1, 25567 * 86_400 * 10**6 + 999_999):
        expected = dt.fromtimestamp(-before // 10**6)
        result = t.after_epoch(-before * 1000)
        assert result == expected.replace(microsecond=(-before) % 10**6)
        assert t.since_epoch(result) == -before * 1000


@pytest.mark.row("api-chrono-1")
def test_what_is_finer_than_a_microsecond_is_cut_off(zone):
    zone("UTC")
    assert t.after_epoch(1999) == dt(1970, 1, 1, 0, 0, 0, 1) and t.after_epoch(999) == t.after_epoch(-999) == dt(1970, 1, 1)
    assert t.after_epoch(-1999) == dt(1969, 12, 31, 23, 59, 59, 999999)


@pytest.mark.row("CHR-01", "api-chrono-2")
@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York"])
def test_a_date_is_its_midnight_and_a_time_is_on_the_first_day(zone, name):
    zone(name)
    for value in (date(1, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2024, 2, 29), date(9999, 12, 31)):
        assert t.time(value) == dt(value.year, value.month, value.day)
    for value in (datetime.time(), datetime.time(23, 59, 59, 999999), datetime.time(12, 30)):
        assert t.time(value) == dt.combine(date(1970, 1, 1), value)


class Moment(dt):
    """Its properties lie."""

    year = month = day = hour = minute = second = microsecond = fold = property(lambda self: 10**40)
    tzinfo = property(lambda self: 5)


class Day(date):
    year = month = day = property(lambda self: "a")


@pytest.mark.row("CHR-01", "CHR-04")
def test_subclasses_are_read_and_their_fields_cannot_lie(zone):
    zone("Europe/Berlin")
    assert t.time(Moment(2024, 2, 29, 1, 2, 3, 4)) == dt(2024, 2, 29, 1, 2, 3, 4)
    assert t.time(Day(2024, 2, 29)) == dt(2024, 2, 29)
    assert type(t.time(Moment(2024, 1, 1))) is dt


@pytest.mark.row("CHR-01")
@pytest.mark.parametrize("name", ["time", "time_strict"])
def test_what_is_no_time_is_refused(name):
    function = getattr(t, name)
    for value in (0, 1.5, True, "2024-01-01", None, timedelta(1), timezone.utc, (2024, 1, 1), time.localtime(), Index(5), dt, date):
        assert refused(function, value).__cause__ is None
    assert t.time.__doc__ == "time(arg: datetime.datetime | datetime.date | datetime.time, /) -> datetime.datetime"
    assert t.time_strict(dt(2024, 1, 1)) == t.time_strict(date(2024, 1, 1)) == dt(2024, 1, 1)


# Aware times


@pytest.mark.row("LIV-11", "api-chrono-2")
@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_an_aware_time_is_the_moment_that_it_says(zone, name):
    zone(name)
    offsets = [timedelta(0), timedelta(hours=5), timedelta(hours=-12), timedelta(hours=14), timedelta(hours=5, minutes=45),
               timedelta(hours=23, minutes=59), timedelta(seconds=-1), timedelta(microseconds=1), -timedelta(hours=23, microseconds=7)]  # fmt: skip
    for value in TIMES:
        for offset in offsets:
            zoned = value.replace(tzinfo=timezone(offset))
            assert t.since_epoch(zoned) == ((value - dt(1970, 1, 1)) - offset) // timedelta(microseconds=1) * 1000
    noon = dt(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    assert t.time(noon) == dt.fromtimestamp(noon.timestamp())
    for name in ("Europe/Berlin", "Australia/Lord_Howe", "America/New_York"):
        zoned = dt(2024, 7, 1, 12, 0, 0, 5, tzinfo=zoneinfo.ZoneInfo(name))
        assert t.since_epoch(zoned) == microseconds(zoned) * 1000
    late = datetime.time(12, 30, tzinfo=timezone(timedelta(hours=5)))
    assert t.since_epoch(late) == 7 * 3600 * 10**9 + 30 * 60 * 10**9
    summer = datetime.time(12, tzinfo=zoneinfo.ZoneInfo("Europe/London"))
    assert t.since_epoch(summer) == 11 * 3600 * 10**9


@pytest.mark.row("LIV-11", "CHR-06")
def test_fold_of_an_aware_time(zone):
    zone("Asia/Tokyo")
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    for fold, hour in ((0, 0), (1, 1)):
        value = dt(2024, 10, 27, 2, 30, tzinfo=berlin, fold=fold)
        assert t.since_epoch(value) == microseconds(dt(2024, 10, 27, hour, 30, tzinfo=timezone.utc)) * 1000


class Zone(datetime.tzinfo):
    """A time zone that answers with what it is told."""

    def __init__(self, answer):
        self.answer = answer

    def utcoffset(self, when):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


class Free(dt):
    """Its offset is not looked at by Python."""

    answer = None

    def utcoffset(self):
        return self.answer


def test_a_zone_that_knows_nothing_lies_or_raises(zone):
    zone("Asia/Kolkata")
    value = dt(2024, 7, 1, 12)
    assert t.since_epoch(value.replace(tzinfo=Zone(None))) == t.since_epoch(value)
    assert t.since_epoch(datetime.time(12, tzinfo=Zone(None))) == t.since_epoch(datetime.time(12))
    for answer, cause in ((5, TypeError), ("x", TypeError), (timedelta(1), ValueError), (timedelta(days=-1), ValueError),
                          (LookupError("on purpose"), LookupError)):  # fmt: skip
        assert isinstance(refused(t.time, value.replace(tzinfo=Zone(answer))).__cause__, cause)
        assert isinstance(refused(t.time, datetime.time(12, tzinfo=Zone(answer))).__cause__, cause)
        assert isinstance(refused(t.times, [value, value.replace(tzinfo=Zone(answer))]).__cause__, cause)
    with pytest.raises(KeyboardInterrupt, match="^stop$"):
        t.time(value.replace(tzinfo=Zone(KeyboardInterrupt("stop"))))
    free = Free(2024, 7, 1, 12, tzinfo=timezone.utc)
    assert t.since_epoch(free) == t.since_epoch(value)
    for answer in (5, "x", [], timedelta):
        Free.answer = answer
        assert refused(t.time, free).__cause__ is None
    # Python's own zones have no such offset.
    for answer in (timedelta.max, timedelta.min, timedelta(days=400), timedelta(1), timedelta(-1)):
        Free.answer = answer
        assert refused(t.since_epoch, free).__cause__ is None
    Free.answer = timedelta(1) - timedelta.resolution
    assert t.since_epoch(free) == (value - dt(1970, 1, 1) - Free.answer) // timedelta(microseconds=1) * 1000
    Free.answer = None


def test_a_list_that_changes_while_a_zone_is_asked_is_refused(zone):
    zone("UTC")
    times = []

    class Clearing(datetime.tzinfo):
        def utcoffset(self, when):
            times.clear()
            return timedelta(hours=1)

    times.extend([dt(2024, 1, 1, tzinfo=Clearing()), dt(2024, 1, 2)])
    refused(t.times, times)
    assert t.time(dt(2024, 1, 1, 1, tzinfo=Clearing())) == dt(2024, 1, 1)


# What a clock shows twice, or never


@pytest.mark.row("CHR-06")
@pytest.mark.parametrize(
    "name, ambiguous, length",
    [
        ("Europe/Berlin", dt(2024, 10, 27, 2, 30), timedelta(hours=1)),
        ("America/New_York", dt(2024, 11, 3, 1, 0), timedelta(hours=1)),
        ("Australia/Lord_Howe", dt(2024, 4, 7, 1, 45), timedelta(minutes=30)),
        ("Europe/Berlin", dt(1916, 10, 1, 0, 30), timedelta(hours=1)),
        ("America/St_Johns", dt(2006, 10, 29, 0, 0, 30), timedelta(hours=1)),
    ],
)
def test_fold_tells_two_times_that_look_the_same(zone, name, ambiguous, length):
    zone(name)
    first, second = (t.since_epoch(ambiguous.replace(fold=fold)) for fold in (0, 1))
    assert second - first == length // timedelta(microseconds=1) * 1000
    for moment, fold in ((first, 0), (second, 1)):
        result = t.after_epoch(moment)
        assert result == ambiguous and result.fold == fold
        assert result.replace(fold=fold).timestamp() * 10**9 == moment
        assert t.since_epoch(result) == moment and t.time(result).fold == fold


@pytest.mark.row("CHR-06")
def test_a_time_that_is_skipped_is_told_as_python_tells_it(zone):
    for name, skipped in (
        ("Europe/Berlin", dt(2024, 3, 31, 2, 30)), ("America/New_York", dt(2024, 3, 10, 2, 0)), ("Pacific/Apia", dt(2011, 12, 30, 12)),
        ("Australia/Lord_Howe", dt(2024, 10, 6, 2, 15)),
    ):  # fmt: skip
        zone(name)
        for fold in (0, 1):
            value = skipped.replace(fold=fold)
            assert t.since_epoch(value) == value.timestamp() * 10**9


@pytest.mark.parametrize("name", ZONES)
def test_hours_around_each_change_are_as_python_has_them(zone, name):
    zone(name)
    hour = 3600
    changes = [-1_680_000_000, 0, 954_000_000, 1_325_000_000, 1_711_846_800, 1_730_000_000]
    last = time.localtime(0).tm_gmtoff
    for moment in range(0, 1_735_000_000, 6 * hour):
        offset = time.localtime(moment).tm_gmtoff
        if offset != last:
            changes.append(moment)
        last = offset
    for change in changes:
        for moment in range(change - 30 * hour, change + 30 * hour, 1800):
            expected = dt.fromtimestamp(moment)
            result = t.after_epoch(moment * 10**9)
            assert result == expected and result.fold == expected.fold
            for fold in (0, 1):
                value = expected.replace(fold=fold)
                assert t.since_epoch(value) == int(value.timestamp()) * 10**9


@given(st.sampled_from(ZONES), st.integers(-(60 * 10**15), 250 * 10**15))
@example("Europe/Berlin", -1)
@example("Pacific/Apia", 1_325_239_200_000_000)
def test_any_moment_is_as_python_has_it(name, moment):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        seconds, rest = divmod(moment, 10**6)
        expected = dt.fromtimestamp(seconds).replace(microsecond=rest)
        result = t.after_epoch(moment * 1000)
        assert result == expected and result.fold == expected.fold
        assert t.since_epoch(result) == moment * 1000


@given(st.datetimes(min_value=dt(2, 1, 1), max_value=dt(9998, 1, 1), timezones=st.none()), st.sampled_from(ZONES), st.integers(0, 1))
def test_any_time_is_as_python_has_it(value, name, fold):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        value = value.replace(fold=fold)
        whole = value.replace(microsecond=0).timestamp()
        assume(whole.is_integer())
        assert t.since_epoch(value) == (int(whole) * 10**6 + value.microsecond) * 1000


# The ends of time


@pytest.mark.row("CHR-03")
@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York"])
def test_a_time_without_a_datetime_is_a_value_error(zone, name):
    zone(name)
    year_10000 = microseconds(dt(9999, 12, 31, tzinfo=timezone.utc)) // 10**6 + 86400
    year_0 = microseconds(dt(1, 1, 1, tzinfo=timezone.utc)) // 10**6
    ends = [year_10000 + 86400, year_0 - 86400, 2**40, -(2**40), 2**56, -(2**56), 2**63 - 1, -(2**63), -(2**63) + 86400]
    for seconds in ends:
        for rest in (0, 999_999_999):
            with pytest.raises(ValueError, match="^datetime.datetime cannot tell this time: its years are 1 to 9999$"):
                t.after_epoch(seconds * 10**9 + rest)
    if name == "UTC":
        assert t.after_epoch(year_10000 * 10**9 - 1) == dt.max and t.after_epoch(year_0 * 10**9) == dt.min
        for nanoseconds in (year_10000 * 10**9, year_0 * 10**9 - 1000):
            with pytest.raises(ValueError):
                t.after_epoch(nanoseconds)
    else:
        for value in (dt.min, dt.max):
            assert t.time(value) == value


def test_lists_and_fields(zone):
    zone("Europe/Berlin")
    assert t.times([dt(2024, 1, 1), date(2024, 1, 2)]) == [dt(2024, 1, 1), dt(2024, 1, 2)]
    refused(t.times, [dt(2024, 1, 1), 5])
    event = t.Event(dt(1969, 1, 1, 2, 3, 4, 5), 1.5)
    assert event.at == dt(1969, 1, 1, 2, 3, 4, 5) and event.lasts == timedelta(seconds=1.5) and type(event.seen) is timedelta
    event.at, event.lasts, event.seen = date(2024, 1, 1), timedelta(3), -1.0
    assert (event.at, event.lasts, event.seen) == (dt(2024, 1, 1), timedelta(3), timedelta(seconds=-1))
    for name, value in (("at", 5), ("lasts", 5), ("lasts", -1.0), ("seen", 5)):
        with pytest.raises(TypeError):
            setattr(event, name, value)


def test_refusals_let_other_overloads_have_their_turn(zone):
    for value, kind in (
        (1.5, "duration"), (timedelta(1), "duration"), (-1.5, "steady"), (timedelta(-1), "steady"), (5, "int"), (True, "other"),
        (dt(2024, 1, 1), "time"), (date(2024, 1, 1), "time"), (datetime.time(1), "time"), (float("nan"), "other"), ("", "other"),
    ):  # fmt: skip
        assert t.kind(value) == kind


def test_now_is_now(zone):
    for name in ("UTC", "Asia/Kolkata"):
        zone(name)
        assert abs(t.now() - dt.now()) < timedelta(minutes=5)
