"""The conversions: what each type accepts and refuses, what comes back, and what hostile objects can do to them."""

import array
import collections
import decimal
import enum
import fractions
import gc
import math
import os
import pathlib
import sys
import threading
import types
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import test_casters_ext as t

WIDTHS = {
    "i8": (-(2**7), 2**7 - 1),
    "i16": (-(2**15), 2**15 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "i64": (-(2**63), 2**63 - 1),
    "i128": (-(2**127), 2**127 - 1),
    "isize": (-sys.maxsize - 1, sys.maxsize),
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u32": (0, 2**32 - 1),
    "u64": (0, 2**64 - 1),
    "u128": (0, 2**128 - 1),
    "usize": (0, 2 * sys.maxsize + 1),
}


def refused(function, *args, **kwargs):
    """The `TypeError` of a call that no overload accepts."""
    with pytest.raises(TypeError, match=r"^\w+\(\): incompatible function arguments\.") as info:
        function(*args, **kwargs)
    return info.value


class Index:
    """Converts through `__index__`, after doing something."""

    def __init__(self, value=5, action=None):
        self.value, self.action = value, action

    def __index__(self):
        if self.action is not None:
            self.action()
        return self.value


class Sequence:
    """A sequence that makes its items anew each time, and may lie about its length."""

    def __init__(self, make, length, stated=None):
        self.make, self.length = make, length
        self.stated = length if stated is None else stated

    def __len__(self):
        return self.stated

    def __getitem__(self, index):
        if index >= self.length:
            raise IndexError
        return self.make(index)


class Text(str):
    pass


class Bytes(bytes):
    pass


class Int(int):
    pass


class Float(float):
    pass


class List(list):
    pass


class Tuple(tuple):
    pass


class Dict(dict):
    pass


class Number(enum.IntEnum):
    THREE = 3


# Integers


@pytest.mark.row("xchg-04", "STL-03")
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


@pytest.mark.row("STL-02")
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


@pytest.mark.row("STL-02")
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


@pytest.mark.row("xchg-04")
def test_a_bool_is_true_or_false_and_nothing_else():
    assert t.bool(True) is True and t.bool(False) is False and t.bool_strict(True) is True
    for value in (1, 0, 1.0, "", None, [], Index(1), Int(1), "True"):
        refused(t.bool, value)


@pytest.mark.row("STL-14")
def test_a_list_of_bools_round_trips():
    assert t.vec_bool([True, False, True]) == [True, False, True]
    refused(t.vec_bool, [True, 1])


# Floats


@pytest.mark.row("xchg-04", "fn-07")
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


@pytest.mark.row("port-30", "fn-08")
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


# Texts


@pytest.mark.row("xchg-05", "STL-07", "STL-08")
def test_a_char_is_a_text_of_one_character():
    for value in ("a", "é", "𝄞", "\0", Text("s")):
        assert t.char(value) == value and type(t.char(value)) is str
    assert t.nul() == "\0"
    for value in ("", "ab", b"a", 97, None, "e\u0301", "\ud800"):
        refused(t.char, value)


TEXTS = ["", "a", "a\0b", "\0", "héllo", "𝄞𝄞", "\uffff", "日本語", Text("sub")]


@pytest.mark.row("xchg-05", "xchg-07", "first-19")
@pytest.mark.parametrize("name", ["str", "str_back", "String", "cow"])
def test_a_text_round_trips_with_nul_and_all_planes(name):
    function = getattr(t, name)
    for value in TEXTS:
        assert function(value) == value and type(function(value)) is str
    for value in (b"a", bytearray(b"a"), 1, None, ["a"], pathlib.Path("a")):
        assert refused(function, value).__cause__ is None


@pytest.mark.row("first-19")
@pytest.mark.parametrize(
    "call",
    [
        lambda x: t.str(x), lambda x: t.String(x), lambda x: t.cow(x), lambda x: t.char(x), lambda x: t.cstr(x),
        lambda x: t.vec_String([x]), lambda x: t.hash_map({x: 1}), lambda x: t.set_String({x}),
        lambda x: t.pair_String(("a", x)), lambda x: t.option_String(x), lambda x: t.join([x]),
    ],
)  # fmt: skip
def test_a_lone_surrogate_is_refused_with_the_reason(call):
    cause = refused(call, "\ud800").__cause__
    assert isinstance(cause, UnicodeEncodeError) and "surrogates not allowed" in str(cause)


@given(st.text())
def test_any_text_round_trips(value):
    assert t.str(value) == t.String(value) == t.cow(value) == value
    assert t.vec_String([value]) == [value] and t.hash_map({value: 1}) == {value: 1}
    if "\0" not in value:
        assert t.cstr(value) == value


@pytest.mark.row("xchg-05")
def test_a_c_text_keeps_everything_or_refuses():
    for value in TEXTS:
        if "\0" in value:
            refused(t.cstr, value)
            refused(t.CString, value)
        else:
            assert t.cstr(value) == t.CString(value) == value
    refused(t.cstr, None)
    refused(t.str, None)
    with pytest.raises(UnicodeDecodeError):
        t.cstring_bad()


@pytest.mark.row("STL-09")
def test_an_optional_c_text_is_none_both_ways():
    assert t.cstr_option(None) is None and t.cstr_option("a") == "a"
    refused(t.cstr_option, b"a")


def test_a_system_string_keeps_what_is_no_text():
    for function in (t.OsString, t.os_str):
        for value in ("", "a", "é", os.fsdecode(b"\xff\xfe")):
            assert function(value) == value
        for value in (b"a", pathlib.Path("a"), None):
            refused(function, value)
        assert isinstance(refused(function, "a\0b").__cause__, ValueError)
        assert isinstance(refused(function, "\ud800").__cause__, UnicodeEncodeError)


# bytes


@given(st.binary())
def test_bytes_round_trip(value):
    assert t.bytes(value) == t.bytes_cow(value) == value
    assert t.bytes_option(value) == len(value)


def test_bytes_are_bytes_objects_only():
    for function in (t.bytes, t.bytes_cow):
        assert function(b"a\0\xff") == b"a\0\xff" and type(function(Bytes(b"x"))) is bytes
        for value in ("a", bytearray(b"a"), memoryview(b"a"), [1], None):
            refused(function, value)
    assert t.bytes_option(None) is None
    assert t.vec_u8([1, 2]) == [1, 2] and t.vec_u8(bytearray(b"ab")) == [97, 98]


# Paths


class Located:
    def __init__(self, where):
        self.where = where

    def __fspath__(self):
        if isinstance(self.where, BaseException):
            raise self.where
        return self.where


@pytest.mark.row("xchg-17", "STL-33")
@pytest.mark.parametrize("name", ["PathBuf", "path"])
def test_a_path_comes_from_any_path_like_object(name):
    function = getattr(t, name)
    for value in ("a/b", pathlib.Path("a/b"), pathlib.PurePath("a/b"), b"a/b", Located("a/b"), Located(b"a/b")):
        assert function(value) == pathlib.Path("a/b") and type(function(value)) is type(pathlib.Path())
    assert function("") == pathlib.Path()
    for value in (1, None, ["a"], bytearray(b"a")):
        assert refused(function, value).__cause__ is None
    assert isinstance(refused(function, Located(1)).__cause__, TypeError)
    assert isinstance(refused(function, Located(OSError("gone"))).__cause__, OSError)


@pytest.mark.row("STL-33")
@pytest.mark.skipif(sys.platform == "win32", reason="paths are texts there")
def test_a_path_that_is_no_text_survives():
    value = os.fsdecode(b"x\xff\xfey")
    assert t.PathBuf(value) == t.PathBuf(b"x\xff\xfey") == pathlib.Path(value)
    assert t.path_length(value) == 4
    assert isinstance(refused(t.PathBuf, "\ud800").__cause__, UnicodeEncodeError)


def test_a_path_with_a_nul_is_refused():
    for value in ("a\0b", b"a\0b", Located("a\0b")):
        cause = refused(t.PathBuf, value).__cause__
        assert isinstance(cause, ValueError) and str(cause) == "embedded null byte"


# Sequences

SEQUENCES = ["vec", "deque", "array"]


@pytest.mark.row("xchg-08", "xchg-09")
@pytest.mark.parametrize("name", SEQUENCES)
def test_a_sequence_accepts_every_kind_of_sequence_and_returns_a_list(name):
    function = getattr(t, name)
    for value in (
        [1, 2, 3], (1, 2, 3), range(1, 4), array.array("i", [1, 2, 3]), List([1, 2, 3]), Tuple((1, 2, 3)),
        collections.deque([1, 2, 3]), bytearray(b"\1\2\3"), memoryview(b"\1\2\3"), Sequence(lambda i: i + 1, 3),
    ):  # fmt: skip
        assert function(value) == [1, 2, 3] and type(function(value)) is list
    for value in (
        "123", b"123", {1, 2, 3}, frozenset([1, 2, 3]), {1: 1, 2: 2, 3: 3}, (i for i in (1, 2, 3)), iter([1, 2, 3]),
        {1: 1}.keys(), {1: 1}.values(), 3, None, list, [1, 2, "3"], [1, 2, 3.0], [1, 2, None], Dict({1: 1, 2: 2}),
    ):  # fmt: skip
        assert refused(function, value).__cause__ is None


@pytest.mark.row("STL-13")
@pytest.mark.parametrize("name", ["vec_String", "vec_u8", "pair_String", "array_String", "hash_set", "set_String"])
def test_texts_and_bytes_are_not_unpacked(name):
    for value in ("ab", Text("ab"), b"ab", Bytes(b"ab")):
        refused(getattr(t, name), value)


@pytest.mark.row("xchg-09", "STL-21")
def test_an_array_has_exactly_its_length():
    for value in ([], [1], [1, 2], [1, 2, 3, 4], (1, 2), range(4)):
        refused(t.array, value)
    assert t.array0([]) == [] and t.array0(()) == []
    refused(t.array0, [1])
    assert t.array_String(["a", "b"]) == ["a", "b"]


@pytest.mark.row("STL-21")
def test_a_wrong_length_is_refused_before_any_element_is_looked_at():
    looked = []
    refused(t.array, [Index(1, lambda: looked.append(1))] * 4)
    refused(t.array, Sequence(looked.append, 10**7))
    refused(t.pair, [Index(1, lambda: looked.append(1))] * 3)
    refused(t.pair, Sequence(looked.append, 10**7))
    refused(t.array, range(10**7))
    assert looked == []
    for stated, real in ((3, 2), (3, 4), (2, 3), (4, 3)):
        refused(t.array, Sequence(lambda i: i, real, stated))
        refused(t.vec_array, [Sequence(lambda i: i, real, stated)])


@pytest.mark.row("STL-20")
def test_arrays_and_tuples_leak_no_reference():
    good, short, bad = [1000, 2000, 3000], [1000, 2000], [1000, 2000, "x"]
    pair, words = (1000, 2000), ["one", "two"]
    held = (good, short, bad, pair, words, good[0], words[0], bad[2])
    before = [sys.getrefcount(x) for x in held]
    for _ in range(34_000):
        t.array(good)
        t.pair(pair)
        t.join(words)
        for wrong in (short, bad):
            try:
                t.array(wrong)
            except TypeError:
                pass
    del wrong
    assert [sys.getrefcount(x) for x in held] == before


@pytest.mark.row("xchg-02", "DSP-50")
def test_slices_are_read_like_lists():
    assert t.slice([1, 2, 3]) == t.slice((1, 2, 3)) == t.slice(range(1, 4)) == 6
    assert t.slice_f64([0.5, 1]) == 1.5 and t.slice_String(["a", "b"]) == "ab" and t.slice([]) == 0
    refused(t.slice, [1, "2"])
    refused(t.slice_String, "ab")
    assert t.Holder([1, 2, 3]).first_two() == [1, 2]


# Tuples


@pytest.mark.row("xchg-12")
def test_a_tuple_comes_from_a_sequence_of_its_length():
    for value in ((1, 2), [1, 2], range(1, 3), Sequence(lambda i: i + 1, 2), List([1, 2]), Tuple((1, 2))):
        assert t.pair(value) == (1, 2) and type(t.pair(value)) is tuple
    for value in ((), (1,), (1, 2, 3), [1], "12", b"12", {1, 2}, {1: 1, 2: 2}, iter([1, 2]), 1, None, (1, None)):
        refused(t.pair, value)
    a, b = t.Item(1), t.Item(2)
    first, second = t.same_pair((a, b))
    assert first is a and second is b
    first, second = t.same_pair([a, a])
    assert first is a and second is a


def test_tuples_have_up_to_twelve_elements():
    assert t.twelve(tuple(range(12))) == tuple(range(12))
    refused(t.twelve, tuple(range(11)))
    refused(t.twelve, tuple(range(13)))
    assert t.single((1,)) == (1,) and t.triple([1, "a", 2]) == (1, "a", 2.0)
    refused(t.single, 1)


# Sets


@pytest.mark.row("xchg-10")
@pytest.mark.parametrize("name", ["hash_set", "btree_set"])
def test_a_set_accepts_any_collection_and_drops_duplicates(name):
    function = getattr(t, name)
    for value in (
        {1, 2}, frozenset([1, 2]), [1, 2, 2, 1], (1, 1, 2), range(1, 3), {1: 0, 2: 0}, {1: 0, 2: 0}.keys(),
        (i for i in (1, 2, 1)), iter([1, 2]), collections.deque([2, 1]),
    ):  # fmt: skip
        assert function(value) == {1, 2} and type(function(value)) is set
    for value in ("12", b"12", 1, None, {1, "2"}, {1, None}, [1.5]):
        assert refused(function, value).__cause__ is None


def test_an_iterator_is_left_alone_where_conversion_is_off():
    source = iter([1, 2])
    refused(t.hash_set_strict, source)
    assert list(source) == [1, 2]
    assert t.set_tuple({(1, "a")}) == {(1, "a")} and t.set_tuple([(1, "a"), [1, "a"]]) == {(1, "a")}


def test_a_set_that_python_cannot_hash_raises_what_python_says():
    with pytest.raises(TypeError, match="unhashable type"):
        t.set_of_lists()


# Mappings


class Mapping:
    """A mapping whose items are what it is told."""

    def __init__(self, items):
        self.made = items

    def __getitem__(self, key):
        return 1

    def items(self):
        if isinstance(self.made, BaseException):
            raise self.made
        return self.made


@pytest.mark.row("xchg-11")
@pytest.mark.parametrize("name", ["hash_map", "btree_map"])
def test_a_map_accepts_mappings_and_returns_a_dict(name):
    function = getattr(t, name)
    for value in (
        {"a": 1}, Dict(a=1), collections.OrderedDict(a=1), collections.defaultdict(int, a=1),
        types.MappingProxyType({"a": 1}), collections.ChainMap({"a": 1}), Mapping([("a", 1)]), collections.UserDict(a=1),
    ):  # fmt: skip
        assert function(value) == {"a": 1} and type(function(value)) is dict
    assert function({}) == {}
    for value in ([("a", 1)], "a", None, 1, {"a"}, {1: 1}, {"a": "x"}, {"a": None}, {None: 1}, {b"a": 1}):
        assert refused(function, value).__cause__ is None


@pytest.mark.row("xchg-11")
def test_a_bad_key_and_a_bad_value_each_refuse_the_map():
    refused(t.map_int, {"1": "a"})
    refused(t.map_int, {1: 2})
    refused(t.map_int, {1: "a", 2: 3})
    assert t.map_int({1: "a", True: "b", 2: "c"}) == {1: "b", 2: "c"}


@pytest.mark.row("STL-38")
def test_a_mapping_whose_items_lie_is_refused():
    for made in ([("a", 1, 2)], [("a",)], [["a", 1]], ["ab"], [None], [1]):
        refused(t.hash_map, Mapping(made))
    assert isinstance(refused(t.hash_map, Mapping(None)).__cause__, TypeError)
    assert isinstance(refused(t.hash_map, Mapping(ZeroDivisionError())).__cause__, ZeroDivisionError)

    class Items:
        def items(self):
            return [("a", 1)]

    refused(t.hash_map, Items())


@pytest.mark.row("STL-38", "LIV-01")
@pytest.mark.parametrize("change", ["clear", "grow", "replace"])
def test_a_dict_that_changes_while_it_converts_is_read_as_it_was(change):
    d = {}
    actions = {
        "clear": d.clear,
        "grow": lambda: d.update((str(i), i) for i in range(1000)),
        "replace": lambda: d.update(a=7, b=8),
    }
    d.update(a=Index(1, actions[change]), b=Index(2), c=3)
    assert t.hash_map(d) == {"a": 1, "b": 2, "c": 3}


@pytest.mark.row("STL-24", "STL-39")
def test_a_refused_container_leaves_no_exception_and_the_next_overload_runs():
    def broken(index):
        raise ZeroDivisionError("broken item")

    assert t.shape([1]) == "ints" and t.shape(["a"]) == "texts" and t.shape({"a": 1}) == "map"
    for value in (Sequence(broken, 3), Mapping(ZeroDivisionError()), 5, {1: 1}, "text", {1}, object()):
        assert t.shape(value) == "other"
    cause = refused(t.vec, Sequence(broken, 3)).__cause__
    assert isinstance(cause, ZeroDivisionError) and str(cause) == "broken item"


def test_an_exact_match_of_elements_wins_over_a_conversion():
    assert t.exact([1]) == "ints" and t.exact([1.0]) == "floats" and t.exact([True]) == "floats"


# None


@pytest.mark.row("xchg-13")
def test_an_optional_takes_none_and_implies_no_default():
    assert t.option(None) is None and t.option(5) == 5
    assert t.option.__doc__ == "option(arg: int | None, /) -> int | None"
    for args in ((), ("a",), (1, 2)):
        refused(t.option, *args)
    assert t.option_vec(None) is None and t.option_vec([1]) == [1]


@pytest.mark.row("fn-18")
def test_an_optional_bound_value_is_a_copy():
    item = t.Item(5)
    assert t.maybe_value(item) == 6 and item.value == 5
    assert t.maybe_value(None) is None
    assert t.maybe_ref(item) == 5 and t.maybe_ref(None) is None


@pytest.mark.row("STL-12", "xchg-37")
def test_none_inside_a_container_never_becomes_a_reference():
    item = t.Item(1)
    for function, value in (
        (t.refs_sum, [item, None]), (t.refs_sum, (None,)), (t.refs_deque, [None]), (t.refs_array, [item, None]),
        (t.refs_map, {"a": None}), (t.refs_map_mut, {"a": None}), (t.refs_pair, (item, None)), (t.vec, [None]),
        (t.values_map, {"a": None}), (t.values_pair, (None, item)), (t.vec_String, [None]), (t.hash_set, {None}),
        (t.join, [None]), (t.join_map, {"a": None}), (t.moved, [None]), (t.hash_map, {None: 1}), (t.lists, [None]),
    ):  # fmt: skip
        refused(function, value)
    refused(t.values_add, [item, None], 1)
    refused(t.option_vec, [None])
    assert t.refs_maybe([item, None, None]) == [1, None, None]
    assert t.vec_option([None, 1]) == [None, 1] and t.map_option({"a": None}) == {"a": None}
    assert t.refs_deep([(1, None), (2, item)]) == 4
    assert t.objects([None, item]) == [None, item]


@pytest.mark.row("STL-16")
def test_the_empty_value_is_none_only():
    assert t.unit(None) is None and t.nothing() is None
    for value in ((), 0, False, "", []):
        refused(t.unit, value)


@pytest.mark.row("STL-15")
def test_an_optional_needs_no_copy_and_no_default():
    unique = t.Unique(7)
    assert t.moved_maybe(unique) == 7 and t.moved_maybe(None) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused(t.moved_maybe, unique)


@pytest.mark.row("STL-17")
def test_a_users_own_optional_type_is_a_short_caster():
    assert t.own_option(None) == -1 and t.own_option(4) == 4
    refused(t.own_option, "a")
    assert t.own_option.__doc__ == "own_option(x: int | None) -> int"


# Bound classes in containers


@pytest.mark.row("STL-27", "xchg-37")
def test_reference_elements_are_the_originals_and_value_elements_copies():
    items = [t.Item(i) for i in range(3)]
    t.refs_add(items, 10)
    assert [i.value for i in items] == [10, 11, 12]
    assert t.refs_sum(items) == t.refs_deque(items) == t.refs_map(dict(zip("abc", items))) == 33
    copies = t.values_add(items, 5)
    assert [i.value for i in items] == [10, 11, 12] and [c.value for c in copies] == [15, 16, 17]
    assert all(c is not i for c, i in zip(copies, items))
    same = t.same_list(items)
    assert all(a is b for a, b in zip(same, items))
    made = t.values_map({"a": items[0]})
    assert made["a"] is not items[0] and made["a"].value == 10
    t.refs_array(items[:2])
    assert [i.value for i in items[:2]] == [11, 10]


def busy(function, *args):
    with pytest.raises(RuntimeError) as info:
        function(*args)
    return str(info.value)


def test_one_object_twice_in_a_container_of_mutable_references_is_refused():
    item, other = t.Item(1), t.Item(2)
    for function, args in (
        (t.refs_add, ([item, item], 1)), (t.refs_array, ([item, item],)), (t.refs_pair, ((item, item),)),
        (t.refs_map_mut, ({"a": item, "b": other, "c": item},)), (t.ref_and_refs, (item, [other, item])),
    ):  # fmt: skip
        text = busy(function, *args)
        assert function.__name__ in text
    assert (item.value, other.value) == (1, 2)
    # Nothing stays marked.
    t.refs_add([item, other], 1)
    assert (item.value, other.value) == (2, 3)
    assert t.refs_sum([item, item]) == 4


@pytest.mark.row("STL-22", "STL-23")
def test_fresh_items_live_as_long_as_the_call():
    def text(index):
        return "".join(["fresh", str(index)])

    items = Sequence(text, 3)
    assert t.join(items) == t.join_array(items) == "fresh0+fresh1+fresh2"
    assert t.join_pair(Sequence(text, 2)) == "fresh0+fresh1"
    assert t.join_set(text(i) for i in range(3)) == "fresh0+fresh1+fresh2"
    assert t.join_set(items) == "fresh0+fresh1+fresh2"
    assert t.join_map(Mapping((text(i), text(i)) for i in range(2))) == "fresh0=fresh0+fresh1=fresh1"
    assert t.join_deep(Sequence(lambda i: (i, Sequence(text, 2)), 2)) == "0fresh0fresh1+1fresh0fresh1"
    gc.collect()
    before = t.alive()
    assert t.refs_sum(Sequence(t.Item, 100)) == t.refs_deque(Sequence(t.Item, 100)) == 4950
    assert [i.value for i in t.values_add(Sequence(t.Item, 100), 1)] == list(range(1, 101))
    assert t.moved(Sequence(t.Unique, 100)) == 4950
    assert t.refs_map(Mapping((str(i), t.Item(i)) for i in range(10))) == 45
    t.refs_pair(Sequence(t.Item, 2))
    assert [x.value for x in t.values_pair(Sequence(t.Item, 2))] == [0, 1]
    gc.collect()
    assert t.alive() == before


@pytest.mark.row("LIV-01", "STL-22")
def test_an_element_whose_only_reference_goes_away_during_conversion_stays_alive():
    before = t.alive()

    source = []
    source.append((t.Unique(40), Index(2, lambda: (source.clear(), gc.collect()))))
    refused(t.moved_deep, source)
    inner = [t.Unique(40)]
    inner.append(Index(2, lambda: (inner.clear(), gc.collect())))
    assert t.moved_deep([inner]) == 42
    couple = [t.Item(40)]
    couple.append(Index(2, lambda: (couple.clear(), gc.collect())))
    assert t.ref_and_number(couple) == 42
    nested = []
    nested.append([t.Item(1), Index(5, lambda: (nested[0].clear(), gc.collect()))])
    assert t.refs_numbers(nested) == 6
    del nested
    text = ["".join(["te", "xt"])]
    pair = [Index(1, lambda: (pair.clear(), text.clear())), text]
    assert t.join_deep([pair]) == "1"
    assert t.alive() == before


@pytest.mark.row("port-31")
def test_values_that_are_moved_out_of_a_container_leave_it_or_stay():
    before = t.alive()
    good = [t.Unique(1), t.Unique(2)]
    assert t.moved(good) == 3 and t.alive() == before
    with pytest.warns(RuntimeWarning):
        refused(t.moved, good)
    # A call that cannot be made moves nothing.
    kept = t.Unique(5)
    busy(t.moved, [kept, kept])
    refused(t.moved, [kept, "x"])
    refused(t.moved_deep, [(kept, 1), (kept, "x")])
    assert kept.value() == 5
    made = t.moved_list([kept], 1)
    assert [m.value() for m in made] == [6]
    del made, good, kept
    gc.collect()
    assert t.alive() == before


# Copies


@pytest.mark.row("xchg-25")
def test_a_returned_container_is_a_copy():
    holder = t.Holder([1, 2, 3])
    numbers = holder.numbers
    numbers.append(4)
    assert holder.numbers == [1, 2, 3] and holder.numbers is not holder.numbers
    source = [1, 2]
    holder.numbers = source
    source.append(3)
    assert holder.numbers == [1, 2]
    assert t.vec(source) == source and t.vec(source) is not source


@pytest.mark.row("xchg-28")
def test_a_changed_value_comes_back_as_a_result():
    source = [5]
    assert t.pushed(source) == [5, 1] and source == [5]
    assert t.increment(3) == (True, 4) and t.increment(4) == (False, 5)


@pytest.mark.row("xchg-01", "xchg-29")
def test_one_function_in_three_styles():
    source = [1, 2, 3]
    vector = t.IntVector(source)
    assert t.double_bound(vector) is None
    wrapped = t.double_wrap(source)
    assert t.double_cast(source) == wrapped == vector.to_list() == [2, 4, 6]
    assert source == [1, 2, 3]
    t.double_bound(vector)
    assert vector.to_list() == [4, 8, 12]
    refused(t.double_bound, source)


@pytest.mark.row("xchg-03")
def test_a_wrong_element_is_reported_by_the_types_of_the_arguments():
    assert str(refused(t.double_cast, [1, "2"])) == (
        "double_cast(): incompatible function arguments. The following argument types are supported:\n"
        "    1. double_cast(arg: collections.abc.Sequence[int], /) -> list[int]\n\nInvoked with types: list"
    )


@pytest.mark.row("xchg-35")
def test_wrappers_work_with_python_operators():
    for function in (t.double_wrap, t.double_operator):
        assert function([1, "a", [None]]) == [2, "aa", [None, None]]
        with pytest.raises(TypeError, match="unsupported operand type"):
            function([1, {}])


@pytest.mark.row("xchg-36")
def test_one_function_mixes_all_styles():
    item, d = t.Item(1), {"k": 0}
    assert t.mix([1, 2], d, item) == 5 and item.value == 5 and d == {"k": 0, "seen": 5}
    for args in (([1, "2"], d, item), ([1], [], item), ([1], d, 1)):
        refused(t.mix, *args)


def test_containers_of_wrappers_pass_the_objects_through():
    values = [1, "a", [], None]
    assert all(a is b for a, b in zip(t.objects(values), values))
    assert t.lists([[], [1]]) == 2
    refused(t.lists, [[], ()])


# Results


def test_an_error_result_becomes_an_exception():
    assert t.parse("12") == 12 and t.fails(1) == [1]
    with pytest.raises(ValueError, match="invalid digit"):
        t.parse("x")
    with pytest.raises(RuntimeError, match="^negative$"):
        t.fails(-1)


# Casters of the user


@pytest.mark.row("port-29")
def test_a_caster_sees_the_convert_flag_of_each_pass():
    t.passes()
    assert t.fussy(5) == 5 and t.passes() == [True]
    assert t.fussy_over(5) == 5 and t.passes() == [False]
    assert t.fussy_over(0) == "fallback" and t.passes() == [False, True]
    refused(t.fussy_nested, [(1, True)])
    assert t.passes() == [False]


@pytest.mark.row("port-31", "STL-25")
def test_a_caster_that_refuses_late_makes_way_for_the_next_overload():
    assert t.fussy_over(0) == "fallback" and t.fussy_over(1.5) == "fallback"
    assert refused(t.fussy, 0).__cause__ is None


@pytest.mark.row("port-34", "STL-25")
def test_a_caster_that_panics_raises():
    with pytest.raises(BaseException, match="the caster panicked"):
        t.fussy(1)
    with pytest.raises(BaseException, match="the caster panicked"):
        t.fussy_over(1)
    assert t.fussy(5) == 5


@pytest.mark.row("port-32")
def test_a_result_that_cannot_be_converted_raises_its_error_or_the_signature():
    assert t.fussy_out(5) == 5
    with pytest.raises(TypeError) as info:
        t.fussy_out(3)
    assert str(info.value) == (
        "Unable to convert function return value to a Python type! The signature was\n"
        "    fussy_out(arg: int, /) -> Fussy"
    )
    with pytest.raises(ValueError, match="^no way out for 4$"):
        t.fussy_out(4)


@pytest.mark.row("STL-36")
def test_a_result_that_fails_half_way_frees_what_was_made():
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(50):
        with pytest.raises(TypeError):
            t.fussy_list([2**40, 2**40 + 1, 3])
        with pytest.raises(ValueError):
            t.fussy_list([5, 4, 5])
    gc.collect()
    assert len(gc.get_objects()) - before < 40
    assert t.fussy_list([5, 6]) == [5, 6]
    for stated in (0, 2, 3, 4, 100):
        source = Sequence(lambda i: i, 3, stated)
        try:
            assert t.vec(source) == [0, 1, 2]
        except TypeError:
            assert stated < 3


# Hostile objects


def change(kind, target):
    """Changes a list from inside its own conversion."""
    return {
        "clear": target.clear,
        "shrink": lambda: target.__delitem__(slice(1, None)),
        "grow": lambda: target.extend([1] * 5000),
        "replace": lambda: target.__setitem__(slice(None), [7] * len(target)),
        "free": lambda: (target.clear(), target.extend(object() for _ in range(3)), gc.collect()),
    }[kind]


HOSTILE = {
    "vec": (t.vec, lambda x: x),
    "vec_f64": (t.vec_f64, lambda x: x),
    "deque": (t.deque, lambda x: x),
    "array": (t.array, lambda x: x),
    "slice": (t.slice, lambda x: x),
    "hash_set": (t.hash_set, lambda x: x),
    "btree_set": (t.btree_set, lambda x: x),
    "vec_vec": (t.vec_vec, lambda x: [x, [1]]),
    "vec_array": (lambda x: t.vec_array([x[0][:2], x[0]]), lambda x: [x]),
    "option_vec": (t.option_vec, lambda x: x),
    "vec_option": (t.vec_option, lambda x: x),
    "map_vec": (t.map_vec, lambda x: {"a": x}),
    "deep": (t.deep, lambda x: [{"a": x}]),
}


@pytest.mark.row("LIV-01")
@pytest.mark.parametrize("kind", ["clear", "shrink", "grow", "replace", "free"])
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_list_that_changes_while_it_converts_is_refused_or_read_cleanly(name, kind, place):
    function, wrap = HOSTILE[name]
    source = [1001, 1002, 1003]
    source[place] = Index(5, change(kind, source))
    try:
        function(wrap(source))
    except TypeError as error:
        assert "incompatible function arguments" in str(error)
    else:
        # A change of the length is never read half-way.
        assert kind in ("replace", "free") or name == "vec_array"


@pytest.mark.row("LIV-01")
@pytest.mark.parametrize("kind", ["clear", "shrink", "grow", "replace", "free"])
def test_a_list_that_changes_while_it_becomes_a_tuple_is_read_as_it_was(kind):
    for place in (0, 1):
        source = [1, 2]
        source[place] = Index(5, change(kind, source))
        assert t.pair(source) == ((5, 2) if place == 0 else (1, 5))
        outer = [[1, 2], 3]
        inner = outer[0]
        inner[place] = Index(6, change(kind, outer))
        refused(t.vec_pair, outer)


@pytest.mark.row("LIV-01")
def test_the_outer_list_may_lose_the_inner_one_while_that_converts():
    outer = []
    outer.extend([[Index(1, outer.clear), 2, 3], [4]])
    refused(t.vec_vec, outer)
    outer.extend([[1001, Index(2, lambda: outer.__setitem__(0, None)), 1003]])
    assert t.vec_vec(outer) == [[1001, 2, 1003]]


FATAL = [KeyboardInterrupt, SystemExit, MemoryError, RecursionError, GeneratorExit]


def raiser(error):
    def raise_it(*_):
        raise error

    return raise_it


def hostile_calls(error):
    """Every place where a conversion runs Python code, which raises."""
    fail = raiser(error)
    evil = Index(1, fail)
    number = type("FloatLike", (), {"__float__": fail})()
    items = Mapping(error)
    iterable = type("Iter", (), {"__iter__": fail, "__getitem__": fail, "__len__": lambda s: 3})()
    getitem = Sequence(fail, 3)
    length = type("Len", (), {"__len__": fail, "__getitem__": lambda s, i: 1})()
    attribute = type("Attr", (), {"__getattr__": fail, "__getitem__": fail})()
    yielding = type("Yield", (), {"__iter__": lambda s: (fail() for _ in (1,))})()
    return [
        (t.i32, evil), (t.u64, evil), (t.i128, evil), (t.f64, number), (t.f32, number), (t.f64, evil),
        (t.vec, [1, evil]), (t.deque, [evil]), (t.array, [1, 2, evil]), (t.slice, [evil]), (t.pair, (1, evil)),
        (t.pair, [evil, 1]), (t.hash_set, [evil]), (t.btree_set, {evil}), (t.hash_map, {"a": evil}),
        (t.map_int, {evil: "a"}), (t.option, evil), (t.option_vec, [evil]), (t.vec_vec, [[1], [evil]]),
        (t.deep, [{"a": [1, evil]}]), (t.hash_map, items), (t.vec, iterable), (t.vec, getitem), (t.pair, Sequence(fail, 2)),
        (t.array, getitem), (t.vec, length), (t.array, length), (t.pair, length), (t.hash_set, iterable),
        (t.hash_set, yielding), (t.hash_set, length), (t.PathBuf, Located(error)), (t.path, Located(error)),
        (t.vec_pair, [(1, evil)]), (t.refs_deep, [(evil, None)]), (t.hash_map, attribute),
    ]  # fmt: skip


@pytest.mark.row("LIV-04")
@pytest.mark.parametrize("error", FATAL)
def test_an_exception_that_must_not_be_lost_gets_through_every_conversion(error):
    for function, value in hostile_calls(error("stop")):
        with pytest.raises(error, match="^stop$") as info:
            function(value)
        assert info.type is error
    # Also through overloads that could take the value otherwise.
    with pytest.raises(error):
        t.width(Index(1, raiser(error("stop"))))


@pytest.mark.row("LIV-04")
@pytest.mark.parametrize("error", [ValueError, TypeError, ZeroDivisionError, OSError, StopIteration, KeyError])
def test_another_exception_becomes_the_cause_of_the_type_error(error):
    raised = error("reason")
    for function, value in hostile_calls(raised):
        if error is StopIteration and not isinstance(value, (Index, list, tuple)):
            continue  # which ends an iteration
        found = refused(function, value)
        assert found.__cause__ is raised, (function, value)
        assert found.__cause__.__traceback__ is not None


@pytest.mark.row("LIV-04")
def test_a_real_recursion_error_gets_through():
    class Deep:
        def __index__(self):
            return t.i32(self)

    with pytest.raises(RecursionError):
        t.i32(Deep())


@pytest.mark.row("LIV-10")
def test_a_huge_or_false_length_reserves_nothing():
    for stated in (2**60, sys.maxsize, 10**12):
        source = Sequence(lambda i: i, 3, stated)
        assert t.vec(source) == [0, 1, 2] and t.deque(source) == [0, 1, 2] and t.hash_set(source) == {0, 1, 2}
        refused(t.array, source)
        refused(t.pair, source)
    for stated in (0, 1, 2):
        source = Sequence(lambda i: i, 3, stated)
        refused(t.vec, source)
        refused(t.hash_set, source)
    for wrong in (-1, sys.maxsize + 1, "3", 1.5):
        found = refused(t.vec, Sequence(lambda i: i, 3, wrong))
        assert isinstance(found.__cause__, (ValueError, OverflowError, TypeError))
    endless = Sequence(lambda i: i, math.inf, 3)
    for function in (t.vec, t.array, t.hash_set):
        refused(function, endless)
    refused(t.pair, Sequence(lambda i: i, math.inf, 2))

    class Hinted:
        def __init__(self, hint):
            self.hint = hint

        def __iter__(self):
            return iter([1, 2])

        def __length_hint__(self):
            return self.hint

    for hint in (2**60, sys.maxsize, 0, -1, "x"):
        assert t.hash_set(Hinted(hint)) == {1, 2}
        refused(t.vec, Hinted(hint))


@pytest.mark.row("LIV-10")
def test_a_mapping_that_answers_every_index_is_no_endless_sequence():
    class Endless(Mapping):
        def __len__(self):
            return 1

    refused(t.vec, Endless([("a", 1)]))
    assert t.hash_map(Endless([("a", 1)])) == {"a": 1}


def test_a_conversion_may_call_back_into_the_same_function():
    depth = []

    def again():
        if len(depth) < 50:
            depth.append(1)
            assert t.vec([1, Index(2, again)]) == [1, 2]

    assert t.vec([Index(1, again)]) == [1] and len(depth) == 50


def test_a_conversion_may_use_the_objects_of_the_same_call():
    item = t.Item(1)

    def nested():
        t.refs_add([item], 1)

    t.refs_add([item], Index(10, nested))
    assert item.value == 12


def test_lists_that_other_threads_change_are_read_cleanly():
    shared, stop = list(range(50)), threading.Event()

    def disturb():
        while not stop.is_set():
            shared.extend([1] * 50)
            del shared[25:]
            shared[:] = range(50)

    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(2000):
            for function in (t.vec, t.vec_option, t.hash_set):
                try:
                    assert all(0 <= i < 50 for i in function(shared))
                except TypeError:
                    pass
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(old)


# Round trips

INTS = st.integers(-(2**31), 2**31 - 1)
TEXT = st.text(max_size=8)


@pytest.mark.row("xchg-02")
@settings(max_examples=50, deadline=None)
@given(
    st.lists(INTS), st.dictionaries(TEXT, INTS), st.sets(INTS), st.tuples(INTS, TEXT, st.floats(allow_nan=False)),
    st.lists(st.dictionaries(TEXT, st.lists(INTS, max_size=4), max_size=3), max_size=3),
    st.lists(st.none() | INTS), st.sets(st.tuples(INTS, TEXT), max_size=4),
    st.dictionaries(
        TEXT,
        st.tuples(
            st.none() | st.lists(st.lists(st.floats(allow_nan=False), min_size=2, max_size=2), max_size=2),
            st.lists(st.sets(TEXT, max_size=3), max_size=2),
        ),
        max_size=3,
    ),
)  # fmt: skip
def test_any_container_round_trips(numbers, mapping, elements, triple, deep, options, pairs, deeper):
    assert t.vec(numbers) == t.deque(tuple(numbers)) == numbers
    assert t.hash_map(mapping) == t.btree_map(mapping) == mapping
    assert t.hash_set(elements) == t.btree_set(elements) == elements
    assert t.triple(triple) == triple and t.deep(deep) == deep and t.deeper(deeper) == deeper
    assert t.vec_option(options) == options and t.set_tuple(pairs) == pairs
    assert t.map_vec({k: [v] for k, v in mapping.items()}) == {k: [v] for k, v in mapping.items()}


def test_nesting_composes_to_any_depth():
    value = {"a": (None, [{"x", "y"}, set()]), "b": ([[1.0, 2.0]], [])}
    assert t.deeper(value) == value
    for wrong in ({"a": (None, ["x"])}, {"a": ([[1.0]], [])}, {"a": (None,)}, {1: (None, [])}):
        refused(t.deeper, wrong)


# Signatures

SEQ, MAP, SET = "collections.abc.Sequence", "collections.abc.Mapping", "collections.abc.Set"
SIGNATURES = {
    **{name: ("int", "int") for name in WIDTHS},
    "f32": ("float", "float"),
    "f64": ("float", "float"),
    "bool": ("bool", "bool"),
    "char": ("str", "str"),
    "str": ("str", "str"),
    "String": ("str", "str"),
    "cow": ("str", "str"),
    "cstr": ("str", "str"),
    "CString": ("str", "str"),
    "os_str": ("str", "str"),
    "OsString": ("str", "str"),
    "bytes": ("bytes", "bytes"),
    "bytes_cow": ("bytes", "bytes"),
    "path": ("str | os.PathLike", "pathlib.Path"),
    "PathBuf": ("str | os.PathLike", "pathlib.Path"),
    "vec": (f"{SEQ}[int]", "list[int]"),
    "vec_f64": (f"{SEQ}[float]", "list[float]"),
    "vec_String": (f"{SEQ}[str]", "list[str]"),
    "vec_bool": (f"{SEQ}[bool]", "list[bool]"),
    "vec_u8": (f"{SEQ}[int]", "list[int]"),
    "vec_vec": (f"{SEQ}[{SEQ}[int]]", "list[list[int]]"),
    "vec_option": (f"{SEQ}[int | None]", "list[int | None]"),
    "deque": (f"{SEQ}[int]", "list[int]"),
    "array": (f"{SEQ}[int]", "list[int]"),
    "slice": (f"{SEQ}[int]", "int"),
    "pair": ("tuple[int, int]", "tuple[int, int]"),
    "triple": ("tuple[int, str, float]", "tuple[int, str, float]"),
    "single": ("tuple[int]", "tuple[int]"),
    "hash_map": (f"{MAP}[str, int]", "dict[str, int]"),
    "btree_map": (f"{MAP}[str, int]", "dict[str, int]"),
    "map_vec": (f"{MAP}[str, {SEQ}[int]]", "dict[str, list[int]]"),
    "hash_set": (f"{SET}[int]", "set[int]"),
    "btree_set": (f"{SET}[int]", "set[int]"),
    "set_String": (f"{SET}[str]", "set[str]"),
    "option": ("int | None", "int | None"),
    "option_vec": (f"{SEQ}[int] | None", "list[int] | None"),
    "deep": (f"{SEQ}[{MAP}[str, {SEQ}[int]]]", "list[dict[str, list[int]]]"),
    "parse": ("str", "int"),
    "fails": ("int", "list[int]"),
    "refs_sum": (f"{SEQ}[test_casters_ext.Item]", "int"),
    "refs_map": (f"{MAP}[str, test_casters_ext.Item]", "int"),
    "values_pair": ("tuple[test_casters_ext.Item, test_casters_ext.Item]",) * 2,
    "values_map": (f"{MAP}[str, test_casters_ext.Item]", "dict[str, test_casters_ext.Item]"),
    "maybe_ref": ("test_casters_ext.Item | None", "int | None"),
    "double_wrap": ("list", "list"),
    "objects": (f"{SEQ}[object]", "list[object]"),
}


@pytest.mark.row("DSP-50", "xchg-02")
@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_name_abstract_arguments_and_concrete_results(name):
    argument, result = SIGNATURES[name]
    assert getattr(t, name).__doc__ == f"{name}(arg: {argument}, /) -> {result}"


@pytest.mark.row("DSP-50")
def test_a_function_without_result_returns_none_in_its_signature():
    assert t.nothing.__doc__ == "nothing() -> None"
