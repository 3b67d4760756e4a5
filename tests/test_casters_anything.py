"""Every function of the caster modules, given anything: what it returns it takes again, and what it refuses it refuses with a clear error."""

import collections
import datetime
import decimal
import fractions
import importlib
import ipaddress
import pathlib
import re
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import Dict, Float, Index, Int, List, Mapping, Sequence, Text, Tuple

MODULES = [
    "test_casters_ext",
    "test_casters_values_ext",
    "test_casters_std_ext",
    "test_casters_owned_ext",
    "test_casters_bounds_ext",
    "test_casters_time_ext",
    "test_casters_crates_containers_ext",
    "test_casters_crates_json_ext",
    "test_casters_crates_numbers_ext",
    "test_casters_crates_texts_ext",
    "test_casters_crates_time_ext",
]
#: One argument, and a result of a type that is written as what the argument may be.
SIGNATURE = re.compile(r"^(\w+)\((\w+): [^\n]+\) -> (?!None$)[^\n]+$")


def echoes():
    for module in MODULES:
        loaded = importlib.import_module(module)
        for name, function in sorted(vars(loaded).items()):
            document = getattr(function, "__doc__", None) or ""
            if callable(function) and not isinstance(function, type) and SIGNATURE.match(document):
                # The files bind each identity more than once.
                plain = re.sub("_(strict|list|maybe)$", "", name)
                if any(f"{plain}_{kind}" in vars(loaded) for kind in ("strict", "list", "maybe")):
                    yield f"{module}.{name}", function


#: These count.
OTHERS = {"test_casters_ext.moved", "test_casters_ext.slice", "test_casters_ext.slice_strict"}
ECHOES = {name: function for name, function in echoes() if name not in OTHERS}
NAMES = sorted(ECHOES)


class Raises:
    """Raises in everything that a conversion may ask."""

    def fail(self, *_):
        raise LookupError("on purpose")

    __len__ = __iter__ = __getitem__ = __index__ = __float__ = __int__ = __complex__ = __fspath__ = keys = items = __length_hint__ = fail
    __bool__ = __eq__ = utcoffset = as_integer_ratio = __next__ = fail
    __hash__ = object.__hash__


class Lies:
    """Gives something of a wrong type to whoever asks."""

    def lie(self, *_):
        return self

    __len__ = __iter__ = __getitem__ = __index__ = __float__ = __int__ = __complex__ = __fspath__ = keys = items = __length_hint__ = lie
    utcoffset = as_integer_ratio = lie
    numerator = denominator = hex = int = real = imag = property(lie)


class Pairs(Mapping):
    """One that is no endless sequence as well."""

    def __getitem__(self, key):
        raise LookupError(key)


def fails_late():
    yield from range(3)
    raise OverflowError("enough")


MOMENTS = st.datetimes(timezones=st.none() | st.timezones() | st.just(datetime.timezone.utc)) | st.dates() | st.times() | st.timedeltas()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, -(2**31) - 1, 2**63, 2**64, -(2**63) - 1, 2**127, 2**128, 10**400])
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters())
    | st.sampled_from(["\0", "\ud800", "é", "a" * 1000, "1.2.3", "http://a/", "10.0.0.0/8", "::1%eth0"])
    | st.binary()
    | st.decimals()
    | st.fractions()
    | MOMENTS
    | st.uuids()
    | st.ip_addresses()
    | st.sampled_from([ipaddress.ip_network("10.0.0.0/8"), pathlib.Path("a"), range(3), range(0, 10, 3), slice(1, 5), slice(None), slice(5, 1, 2)])
    | st.sampled_from([Raises(), Lies(), object(), type, len, NotImplemented, Ellipsis, datetime.tzinfo(), datetime.timezone.max])
    | st.builds(Index, st.integers())
    | st.builds(Int, st.integers())
    | st.builds(Float, st.floats())
    | st.builds(Text, st.text())
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5)
    | st.lists(inner, max_size=4).map(tuple)
    | st.lists(inner, max_size=3).map(collections.deque)
    | st.lists(inner, max_size=3).map(List)
    | st.lists(inner, max_size=3).map(Tuple)
    | st.lists(inner, max_size=3).map(iter)
    | st.lists(st.integers(-300, 300) | st.text(max_size=2), max_size=4).map(lambda all: set(all))
    | st.dictionaries(st.text(max_size=2) | st.integers(-300, 300), inner, max_size=3)
    | st.dictionaries(st.text(max_size=2), inner, max_size=3).map(Dict)
    | st.dictionaries(st.text(max_size=2), inner, max_size=3).map(lambda all: Pairs(list(all.items())))
    | st.builds(lambda value, length, stated: Sequence(lambda _: value, length, stated), inner, st.integers(0, 3), st.integers(0, 4))
    | st.builds(fails_late),
    max_leaves=12,
)
#: What a result or a hostile object may raise. No panic, no `SystemError`, no other error of the library's.
ALLOWED = (TypeError, ValueError, OverflowError, RecursionError, LookupError)


def same(one, other):
    """Equal and of one type, also where it holds a nan, which is not equal to itself."""
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


def test_there_are_enough():
    assert len(NAMES) > 300 and len({name.split(".")[0] for name in NAMES}) >= 7


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NAMES), ANYTHING)
def test_what_is_returned_is_taken_again(name, value):
    function = ECHOES[name]
    try:
        once = function(value)
    except ALLOWED as error:
        assert str(error)
        return
    try:
        twice = function(once)
    except ALLOWED as error:
        pytest.fail(f"{name} returns {once!r} and does not take it: {error}")
    assert same(once, twice), (name, value, once, twice)
