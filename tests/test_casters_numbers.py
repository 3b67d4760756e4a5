"""The conversions of integers, bool and floats: what each type accepts and refuses, and what comes back."""

import decimal
import fractions
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import test_casters_ext as t
from samples import Float, Index, Int, Number, Text, WIDTHS, refused


# Integers


@pytest.mark.row("xchg-04", "STL-03", "api-hdr-25")
@pytest.mark.parametrize("name", WIDTHS)
def test_an_integer_round_trips_within_its_limits_and_is_refused_beyond(name):
    low, high = WIDTHS[name]
    edges = {-1, 0, 1, low - 1, low, low + 1, high - 1, high, high + 1}
    for power in (7, 8, 14, 15, 16, 29, 30, 31, 32, 45, 59, 60, 61, 63, 64, 65, 90, 126, 127, 128, 129, 200):
        for near in (-1, 0, 1):
            edges |= {2**power + near, -(2**power) + near}
    for value in edges:
        for function in (getattr(t, name), getattr(t, name + "_strict")):
            if low <= value <= high:
                assert function(value) == value and type(function(value)) is int
            else:
                assert refused(function, value).__cause__ is None


@settings(max_examples=60, deadline=None)
@given(st.integers(-(2**130), 2**130))
def test_any_integer_round_trips_or_is_refused(value):
    for name, (low, high) in WIDTHS.items():
        if low <= value <= high:
            assert getattr(t, name)(value) == value
        else:
            refused(getattr(t, name), value)


@pytest.mark.row("STL-02", "api-disc-21")
@pytest.mark.parametrize("name", WIDTHS)
def test_an_integer_takes_what_has_index_and_nothing_that_would_be_cut(name):
    function, strict = getattr(t, name), getattr(t, name + "_strict")
    for value, expected in ((True, 1), (False, 0), (Int(7), 7), (Number.THREE, 3), (Index(5), 5)):
        assert function(value) == expected and type(function(value)) is int
        refused(strict, value)
    for value in (1.0, Float(1), "1", b"1", decimal.Decimal(1), fractions.Fraction(1), None, 1j, [], Index):
        assert refused(function, value).__cause__ is None
        refused(strict, value)


@pytest.mark.row("STL-04")
def test_an_integer_out_of_range_makes_no_exception():
    class Loud(int):
        def __getattribute__(self, name):
            raise AssertionError(name)

    assert refused(t.i8, 2**200).__cause__ is None
    assert refused(t.u64, -1).__context__ is None
    assert refused(t.i8, Loud(1000)).__context__ is None
    assert [t.width(x) for x in (-1, 127, 128, 255, 256, -129, 2**63, 2**127, 1.5)] == [
        "i8", "i8", "u8", "u8", "i64", "i64", "i128", "f64", "f64"
    ]  # fmt: skip


def test_what_index_returns_is_checked_too():
    refused(t.i8, Index(128))
    refused(t.u64, Index(-1))
    assert isinstance(refused(t.i8, Index("1")).__cause__, TypeError)
    assert t.u128(Index(2**100)) == 2**100


@pytest.mark.row("STL-10")
def test_bytes_sized_integers_are_numbers_and_not_characters():
    assert t.u8(65) == 65 and t.i8(65) == 65
    refused(t.u8, "A")
    refused(t.char, 65)


@pytest.mark.row("STL-02", "STL-01")
def test_a_numpy_scalar_converts_to_every_width():
    np = pytest.importorskip("numpy", reason="NumPy scalars need NumPy, which the test environment leaves out")
    for name, (low, high) in WIDTHS.items():
        for kind in "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split():
            scalar = getattr(np, kind)
            for value in (np.iinfo(scalar).min, 0, 1, np.iinfo(scalar).max):
                if low <= value <= high:
                    assert getattr(t, name)(scalar(value)) == value
                else:
                    refused(getattr(t, name), scalar(value))
        refused(getattr(t, name), np.float32(1.7))
        refused(getattr(t, name), np.float64(1.0))
    for scalar in (np.float32(0.5), np.float64(0.5), np.float16(0.5)):
        assert t.f64(scalar) == t.f32(scalar) == 0.5
    assert t.f64(np.int8(3)) == t.f32(np.uint64(3)) == 3.0
    assert t.f64(np.bool_(True)) == 1.0
    assert t.vec(np.array([1, 2])) == [1, 2] and t.pair(np.array([1, 2])) == (1, 2)


# bool


@pytest.mark.row("xchg-04", "api-hdr-25")
def test_a_bool_is_true_or_false_and_nothing_else():
    assert t.bool(True) is True and t.bool(False) is False and t.bool_strict(True) is True
    for value in (1, 0, 1.0, "", None, [], Index(1), Int(1), "True"):
        refused(t.bool, value)


@pytest.mark.row("STL-14")
def test_a_list_of_bools_round_trips():
    assert t.vec_bool([True, False, True]) == [True, False, True]
    refused(t.vec_bool, [True, 1])


# Floats


@pytest.mark.row("xchg-04", "fn-07", "api-hdr-25")
@pytest.mark.parametrize("name", ["f32", "f64"])
def test_a_float_converts_numbers_but_not_texts(name):
    function = getattr(t, name)

    class Half:
        def __float__(self):
            return 0.5

    for value in (2, True, Int(3), Number.THREE, Float(1.5), Index(5)):
        assert function(value) == float(value) and type(function(value)) is float
    assert function(Half()) == 0.5
    assert function(decimal.Decimal("1.5")) == 1.5 and function(fractions.Fraction(1, 2)) == 0.5
    for value in ("1", b"1", bytearray(b"1"), Text("1.5"), None, 1j, [], float):
        assert refused(function, value).__cause__ is None


@pytest.mark.row("fn-08")
def test_noconvert_accepts_the_exact_type_only():
    assert t.f64_strict(2.0) == 2.0
    for value in (2, True, Float(1.5), Index(5), decimal.Decimal(1)):
        refused(t.f64_strict, value)
    assert str(refused(t.f64_strict, 2)) == (
        "f64_strict(): incompatible function arguments. The following argument types are supported:\n"
        "    1. f64_strict(x: float) -> float\n\nInvoked with types: int"
    )
    refused(t.f64_strict, True)
    assert t.vec_f64([1, True]) == [1.0, 1.0]
    refused(t.vec_f64_strict, [1.0, 2])
    refused(t.vec_f64_strict, [1.0, True])


@pytest.mark.row("port-30", "fn-08", "api-hdr-8")
def test_noconvert_reaches_the_elements_of_every_container():
    for name, good, bad in (
        ("vec", [1], [True]), ("vec_f64", [1.0], [1]), ("deque", [1], [True]), ("array", [1, 2, 3], [1, 2, True]),
        ("array_f64", [1.0, 2.0], [1.0, 2]), ("pair", (1, 2), (1, True)), ("triple", (1, "a", 1.0), (1, "a", 1)),
        ("hash_map", {"a": 1}, {"a": True}), ("btree_map", {"a": 1}, {"a": True}), ("map_int", {1: ""}, {True: ""}),
        ("hash_set", {1}, {True}), ("btree_set", {1}, {True}), ("option", 1, True), ("vec_vec", [[1]], [[True]]),
        ("vec_option", [None, 1], [None, True]), ("option_vec", [1], [True]), ("vec_pair", [(1, 2)], [(1, True)]),
        ("deep", [{"a": [1]}], [{"a": [True]}]), ("set_tuple", {(1, "")}, {(True, "")}),
    ):  # fmt: skip
        strict = getattr(t, name + "_strict")
        assert strict(good) == getattr(t, name)(good) == good
        assert getattr(t, name)(bad) == bad
        refused(strict, bad)
    assert t.slice_strict([1.0]) == 1
    refused(t.slice_strict, [1])


@pytest.mark.row("STL-05")
def test_narrowing_that_changes_the_value_happens_only_with_conversion():
    for value in (0.5, -0.0, math.inf, -math.inf, 2.0**127):
        assert t.f32_strict(value) == t.f32(value) == value
    assert math.isnan(t.f32_strict(math.nan)) and math.isnan(t.f32(math.nan))
    for value, narrow in ((0.1, 0.10000000149011612), (1e300, math.inf), (1e-300, 0.0)):
        assert t.f32(value) == narrow and t.f64(value) == value
        refused(t.f32_strict, value)
    assert math.copysign(1, t.f64(-0.0)) == -1


def test_an_int_too_large_for_a_float_is_refused_with_the_cause():
    assert isinstance(refused(t.f64, 2**2000).__cause__, OverflowError)


@given(st.floats(allow_nan=False), st.floats(width=32, allow_nan=False))
def test_any_float_round_trips(wide, narrow):
    assert t.f64(wide) == wide and t.f32_strict(narrow) == narrow and t.vec_f64([wide]) == [wide]
