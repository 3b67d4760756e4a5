"""The conversions of lengths of time, and of points of time of the steady clock."""

import datetime
import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import test_casters_time_default_ext as d
import test_casters_time_ext as t
from samples import Float, Index, refused


class Delta(timedelta):
    """Its properties lie."""

    days = seconds = microseconds = property(lambda self: 10**40)

    def total_seconds(self):
        raise LookupError("on purpose")


def out_of_range(function, value):
    error = refused(function, value)
    assert error.__cause__ is None
    if sys.version_info >= (3, 11):
        assert any("out of range" in line for line in error.__notes__)


LONGEST = timedelta.max
WRONG = [1, 0, True, "1", None, b"1", 1 + 0j, Index(1), datetime.date(2020, 1, 1), datetime.time(1), object, timedelta]


@pytest.mark.row("xchg-16", "CHR-01", "api-chrono-3", "api-chrono-4", "api-hdr-19")
@pytest.mark.parametrize("name", ["duration", "duration_strict"])
def test_a_duration_is_a_timedelta(name):
    function = getattr(t, name)
    for value in (
        timedelta(0), timedelta(microseconds=1), timedelta(microseconds=999999), timedelta(seconds=59), timedelta(days=1),
        timedelta(days=106752), timedelta(days=999999999), LONGEST,
    ):  # fmt: skip
        assert function(value) == value and type(function(value)) is timedelta
        assert t.nanoseconds(value) == value // timedelta(microseconds=1) * 1000
    assert function(Delta(days=2, seconds=3, microseconds=4)) == timedelta(days=2, seconds=3, microseconds=4)
    assert type(function(Delta(1))) is timedelta


@pytest.mark.row("CHR-01", "api-chrono-5")
@pytest.mark.parametrize("name", ["duration", "duration_strict"])
def test_a_duration_may_be_a_float_of_seconds_and_no_int(name):
    function = getattr(t, name)
    for value in (0.0, -0.0, 0.5, 1.5, 1e-6, 86400.25, Float(2.5)):
        assert function(value) == timedelta(seconds=value)
    assert t.nanoseconds(1e-9) == 1 and t.nanoseconds(0.1) == 100_000_000 and t.nanoseconds(1e-300) == 0
    assert t.nanoseconds(1.5e-9) in (1, 2) and t.nanoseconds(2.0**63) == 2**63 * 10**9
    for value in WRONG:
        assert refused(function, value).__cause__ is None
    half = type("Half", (), {"__float__": lambda self: 0.5})()
    refused(function, half)


@pytest.mark.row("LIV-12", "api-chrono-4")
@pytest.mark.parametrize("name", ["duration", "duration_strict"])
def test_what_is_no_duration_is_refused_and_never_wraps(name):
    function = getattr(t, name)
    infinity = float("inf")
    for value in (float("nan"), infinity, -infinity, 1e300, 2.0**64, -1.0, -1e-9, -1e-300, -1e300, Float("nan")):
        out_of_range(function, value)
        out_of_range(t.nanoseconds, value)
    for value in (timedelta(microseconds=-1), timedelta(days=-1), timedelta.min, Delta(days=-1)):
        out_of_range(function, value)
        out_of_range(t.nanoseconds, value)
    assert t.nanoseconds(LONGEST) == (10**9 * 86400 * 10**6 - 1) * 1000


@pytest.mark.row("LIV-12", "api-chrono-3")
def test_a_result_is_cut_off_and_never_wraps():
    for seconds, nanoseconds, microseconds in (
        (0, 0, 0), (0, 999, 0), (0, 1000, 1), (1, 1999, 1000001), (0, 999_999_999, 999_999), (86400, 0, 86400 * 10**6),
        (10**9 * 86400 - 1, 999_999_999, 10**9 * 86400 * 10**6 - 1),
    ):  # fmt: skip
        assert t.of_parts(seconds, nanoseconds) == timedelta(microseconds=microseconds)
    for seconds in (10**9 * 86400, 2**31 * 86400, 2**63 - 1, 2**63, 2**64 - 1):
        with pytest.raises(OverflowError, match="^datetime.timedelta cannot be as long as this$"):
            t.of_parts(seconds, 0)


@given(st.timedeltas(min_value=timedelta(0)))
def test_any_length_round_trips(value):
    assert t.duration(value) == value
    assert t.nanoseconds(value) == value // timedelta(microseconds=1) * 1000


@given(st.floats())
def test_any_float_is_right_or_refused(value):
    if 0 <= value < 2.0**64:
        assert abs(t.nanoseconds(value) - int(value * 10**9)) <= 1 + value * 10**9 / 2**50
    else:
        refused(t.nanoseconds, value)


@pytest.mark.row("xchg-16")
def test_durations_in_containers_and_defaults():
    assert t.durations([1.5, timedelta(2)]) == [timedelta(seconds=1.5), timedelta(2)]
    assert t.duration_maybe(None) is None and t.duration_maybe(1.0) == timedelta(seconds=1)
    assert t.duration_map({"a": 0.25}) == {"a": timedelta(seconds=0.25)}
    for value in ([1.5, 1], [1.5, -1.5], [None], [timedelta.min]):
        refused(t.durations, value)
    assert d.default() == timedelta(seconds=1.5) and d.default(2.0) == timedelta(seconds=2)
    assert d.default.__doc__ == (
        "default(x: datetime.timedelta | float = datetime.timedelta(seconds=1, microseconds=500000)) -> datetime.timedelta"
    )


def test_signatures_of_lengths():
    assert t.duration.__doc__ == "duration(arg: datetime.timedelta | float, /) -> datetime.timedelta"
    assert t.steady.__doc__ == "steady(arg: datetime.timedelta | float, /) -> datetime.timedelta"
    assert t.durations.__doc__ == (
        "durations(arg: collections.abc.Sequence[datetime.timedelta | float], /) -> list[datetime.timedelta]"
    )


# The steady clock


@pytest.mark.row("CHR-01", "api-chrono-6", "api-chrono-7", "api-chrono-8")
def test_a_steady_time_is_the_time_since_a_moment():
    first = t.steady_now()
    second = t.steady_now()
    assert type(first) is timedelta and timedelta(0) <= first <= second < first + timedelta(minutes=5)
    assert t.steady(first) == first and t.steady(first.total_seconds()) == first
    for value in (timedelta(0), timedelta(microseconds=1), timedelta(days=1), timedelta(microseconds=-1)):
        assert t.steady(value) == value
    assert t.steady(0.5) == timedelta(seconds=0.5) and t.steady(-0.5) == timedelta(seconds=-0.5)
    assert t.earlier(first, first + timedelta(microseconds=1)) and not t.earlier(second, first)
    passed = t.passed(first)
    assert timedelta(0) <= passed < timedelta(minutes=5)
    for value in WRONG:
        assert refused(t.steady, value).__cause__ is None


@pytest.mark.row("LIV-12", "api-chrono-8")
def test_a_steady_time_never_wraps():
    infinity = float("inf")
    for value in (float("nan"), infinity, -infinity, 1e300, -1e300, 2.0**64, -(2.0**64)):
        out_of_range(t.steady, value)
    for seconds in (1e18, -1e18):
        try:
            result = t.far(seconds)
        except OverflowError as error:
            assert str(error) == "datetime.timedelta cannot be as long as this"
        else:
            assert result is None
    for value in (timedelta.max, timedelta.min):
        try:
            assert t.steady(value) == value
        except TypeError:
            # The system's clock does not reach so far.
            out_of_range(t.steady, value)


# The module


def run(code):
    """What the code prints in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.split()


@pytest.mark.row("CHR-05")
def test_a_module_that_is_missing_is_a_refusal_until_it_is_there():
    code = """if True:
        import sys
        import test_casters_time_ext as t
        for standing_in in (None, type(sys)("datetime")):
            sys.modules["datetime"] = standing_in
            for call in (lambda: t.duration(object()), lambda: t.time(5), lambda: t.steady("")):
                try:
                    call()
                except TypeError as error:
                    print(type(error.__cause__).__name__)
            for call in (lambda: t.duration(1.5), t.now, t.steady_now):
                try:
                    call()
                except Exception as error:
                    print(type(error).__name__)
        sys.modules["datetime"].datetime_CAPI = 5
        try:
            t.now()
        except ImportError as error:
            print(error)
        del sys.modules["datetime"]
        print(t.duration(1.5))
        sys.modules["datetime"] = None
        print(t.duration(1.5))
    """
    assert run(code) == (
        ["ModuleNotFoundError"] * 6 + ["AttributeError"] * 6
        + "datetime.datetime_CAPI is not what Python's standard library has there".split() + ["0:00:01.500000"] * 2
    )  # fmt: skip


@pytest.mark.row("CHR-05")
def test_the_module_is_released_with_the_interpreters_state():
    code = """if True:
        import datetime, gc, sys
        count = lambda: sys.getrefcount(datetime.datetime_CAPI)
        before = count()
        import test_casters_time_ext as t
        t.duration(1.5), t.now(), t.steady_now()
        print(count() - before)
        del t, sys.modules["test_casters_time_ext"]
        gc.collect()
        print(count() - before)
    """
    assert run(code) == ["1", "0"]
