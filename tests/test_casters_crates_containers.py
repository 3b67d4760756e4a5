"""The conversions of other crates' containers, of alternatives, and of complex numbers."""

import cmath
import collections
import struct
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import test_casters_crates_containers_ext as t
from samples import Float, Index, Int, List, Mapping, Number, Sequence, Text, refused

INF, NAN = float("inf"), float("nan")
INTS = st.integers(-(2**31), 2**31 - 1)


def fail(*_):
    raise LookupError("on purpose")


def notes(error):
    return getattr(error, "__notes__", []) if sys.version_info >= (3, 11) else None


def same(a, b):
    """Equal to the bit, but for which nan it is."""
    return all(x == y and str(x) == str(y) or x != x and y != y for x, y in ((a.real, b.real), (a.imag, b.imag)))


def narrow(x):
    """The nearest number of 32 bits."""
    try:
        return struct.unpack("f", struct.pack("f", x))[0]
    except OverflowError:
        return INF if x > 0 else -INF


# Complex numbers


class Complex(complex):
    pass


class HasComplex:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value() if callable(self.value) else self.value


class HasFloat:
    def __float__(self):
        return 2.5


@pytest.mark.row("xchg-15", "STL-35", "api-hdr-17")
@given(st.complex_numbers())
@example(complex(-0.0, 0.0))
@example(complex(0.0, -0.0))
@example(complex(-1.0, NAN))
@example(complex(-1.0, 5))
@example(complex(INF, -INF))
@example(complex(5e-324, 1.7976931348623157e308))
def test_a_complex_number_is_the_same_on_both_sides(value):
    for function in (t.c128, t.c128_strict):
        assert same(function(value), value) and type(function(value)) is complex
    near = complex(narrow(value.real), narrow(value.imag))
    assert same(t.c64(value), near) and same(t.c64_strict(near), near)
    if same(near, value):
        assert same(t.c64_strict(value), value)
    else:
        refused(t.c64_strict, value)


@pytest.mark.row("STL-06", "api-hdr-17")
def test_a_narrower_complex_number_is_exact_or_converted():
    assert t.c64_strict(1.5 - 2j) == 1.5 - 2j
    error = refused(t.c64_strict, 0.1j)
    assert notes(error) in (None, ["argument 'x': has no exact counterpart, and the argument accepts no conversion"])
    assert t.c64(0.1 + 1e300j) == complex(narrow(0.1), INF)
    assert t.width(1j) == "c64" and t.width(0.1j) == "c128"
    assert cmath.isnan(t.c64_strict(complex(NAN, 1)))


@pytest.mark.row("xchg-15", "STL-06")
def test_other_numbers_are_complex_ones_when_converting():
    for value, wanted in [(1, 1), (-1, -1), (True, 1), (2.5, 2.5), (Int(3), 3), (Float(1.5), 1.5), (Number.THREE, 3), (HasComplex(1 + 2j), 1 + 2j),
                          (HasFloat(), 2.5), (Index(7), 7)]:  # fmt: skip
        for function in (t.c64, t.c128):
            assert function(value) == wanted and type(function(value)) is complex
        for function in (t.c64_strict, t.c128_strict):
            refused(function, value)
    assert t.c128_strict(Complex(1 + 2j)) == 1 + 2j and type(t.c128(Complex(1 + 2j))) is complex
    assert t.kind(1.0) == "float" and t.kind(1j) == "complex" and t.kind(1) == "float" and t.kind(HasComplex(1j)) == "complex"


def test_what_is_no_complex_number():
    for value in ("1j", b"1j", None, [1j], (1, 2), object(), Text("1")):
        for function in (t.c64, t.c128, t.c64_strict):
            assert refused(function, value).__cause__ is None
    for value in (HasComplex(fail), Index(1, fail), type("F", (), {"__float__": fail})()):
        assert isinstance(refused(t.c128, value).__cause__, LookupError)
    for value in (HasComplex("1j"), HasComplex(1), type("F", (), {"__float__": lambda s: "1"})()):
        assert isinstance(refused(t.c128, value).__cause__, TypeError)
    assert isinstance(refused(t.c128, 10**400).__cause__, OverflowError)
    assert t.c128.__doc__ == "c128(arg: complex, /) -> complex"
    assert t.complexes((1j, 2)) == [1j, 2] and t.complex_maybe(None) is None and t.complex_maybe(1j) == 1j
    refused(t.complexes, [1j, "a"])


# Maps and sets that keep their order


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), INTS)))
def test_a_map_keeps_its_order(items):
    value = dict(items)
    for function in (t.index_map, t.index_map_strict):
        for given_value in (value, collections.OrderedDict(value), Mapping(list(value.items()))):
            result = function(given_value)
            assert list(result.items()) == list(value.items()) and type(result) is dict


def test_maps_are_checked_as_others():
    assert t.index_map_other({2: [1], 1: (0.5,)}) == {2: [1.0], 1: [0.5]}
    for value in ([("a", 1)], {"a": "b"}, {1: 1}, None, "ab", {"a": None}, {"a": 2**31}):
        refused(t.index_map, value)
    # Converted keys may be equal: the place is the first one's, the value the last one's.
    assert list(t.index_map_other(Mapping([(1, []), (2, [2]), (1, [3])])).items()) == [(1, [3.0]), (2, [2.0])]
    assert isinstance(refused(t.index_map, Mapping(LookupError("no"))).__cause__, LookupError)
    assert t.index_map.__doc__ == "index_map(arg: collections.abc.Mapping[str, int], /) -> dict[str, int]"


@given(st.lists(INTS))
def test_a_set_keeps_its_order(values):
    for function in (t.index_set, t.index_set_strict):
        for given_value in (values, tuple(values), dict.fromkeys(values), dict.fromkeys(values).keys()):
            assert function(given_value) == list(dict.fromkeys(values)) and type(function(given_value)) is list
        assert sorted(function(set(values))) == sorted(set(values))
    assert t.index_set(iter(values)) == list(dict.fromkeys(values))


def test_sets_are_checked_as_others():
    assert t.index_set_other(["b", "a", "b"]) == ["b", "a"]
    for value in ("ab", b"ab", None, 1, ["a"], [1.0], [2**31], [None]):
        refused(t.index_set, value)
    refused(t.index_set_strict, iter([1]))
    refused(t.index_set_strict, [True])
    assert t.index_set.__doc__ == "index_set(arg: collections.abc.Collection[int], /) -> list[int]"


# Sequences


@given(st.lists(INTS, max_size=6))
def test_sequences(values):
    for given_value in (values, tuple(values), List(values), collections.deque(values), Sequence(values.__getitem__, len(values))):
        for function in (t.small, t.small_strict):
            assert function(given_value) == values and type(function(given_value)) is list
        for function in (t.array, t.array_strict):
            if len(values) <= 3:
                assert function(given_value) == values and type(function(given_value)) is list
            else:
                refused(function, given_value)


def test_sequences_are_checked_as_others():
    assert t.small_empty([1, 2]) == [1, 2] and t.small_texts(["a", "b"]) == ["a", "b"] and t.array_texts(("a",)) == ["a"]
    assert t.array_empty([]) == [] and t.array([True, Index(2)]) == [1, 2]
    refused(t.array_empty, [1])
    for function in (t.small, t.array):
        for value in ("12", b"12", {1, 2}, {1: 2}, iter([1]), None, 1, [1.0], ["a"], [None], [2**31]):
            refused(function, value)
        assert isinstance(refused(function, [1, Index(1, fail)]).__cause__, LookupError)
    assert t.small.__doc__ == "small(arg: collections.abc.Sequence[int], /) -> list[int]"
    assert t.array.__doc__ == "array(arg: collections.abc.Sequence[int], /) -> list[int]"


def test_too_many_elements_are_refused_before_any_is_touched():
    touched = []
    error = refused(t.array, [Index(1, lambda: touched.append(1))] * 4)
    assert touched == [] and notes(error) in (None, ["argument 1: wrong number of elements"])
    refused(t.array, Sequence(lambda i: i, 10**9))
    # One that lies about its length, either way.
    refused(t.array, Sequence(lambda i: i, 5, 2))
    assert t.array(Sequence(lambda i: i, 1, 3)) == [0]
    assert isinstance(refused(t.array, Sequence(fail, 3)).__cause__, LookupError)
    for change in (list.clear, lambda x: x.extend([0] * 9)):
        source = [1001, 1002]
        source[0] = Index(5, lambda: change(source))
        refused(t.array, source)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
def test_a_short_text(value):
    if len(value.encode()) <= 4:
        assert t.text(value) == t.text_strict(value) == value
    else:
        refused(t.text, value)


def test_a_short_text_is_checked_as_others():
    for value in (b"a", None, 1, ["a"]):
        refused(t.text, value)
    assert isinstance(refused(t.text, "\ud800").__cause__, UnicodeEncodeError)
    assert t.text(Text("ab")) == "ab" and type(t.text(Text("ab"))) is str
    assert t.text.__doc__ == "text(arg: str, /) -> str"


# Alternatives


def test_the_first_alternative_that_needs_no_conversion_is_taken():
    assert t.side(1) == "left" and t.side(1.0) == "right" and t.side_of_floats(1) == "right" and t.side_of_floats(1.0) == "left"
    # Both need one: the left one comes first.
    assert t.side(True) == "left" and t.side_of_floats(True) == "left" and t.side(Index(3)) == "left" and t.side(HasFloat()) == "right"
    assert t.int_or_text(3) == 3 and t.int_or_text("3") == "3" and t.float_or_int(2**53 + 1) == 2**53 + 1
    assert type(t.int_or_float(2.0)) is float and type(t.float_or_int(2)) is int and type(t.float_or_int(True)) is float
    for function in (t.int_or_float_strict, t.float_or_int_strict):
        refused(function, True)
        assert function(2) == 2 and function(2.5) == 2.5
    assert t.three(1) == 1 and t.three("a") == "a" and t.three([1]) == [1]
    assert t.int_or_text.__doc__ == "int_or_text(arg: int | str, /) -> int | str"


def test_what_is_no_alternative():
    for value in (1.0, None, b"a", [], 2**31):
        refused(t.int_or_text, value)
    assert t.maybe(None) is None and t.maybe(1) == 1 and t.maybe("a") == "a"
    assert isinstance(refused(t.int_or_text, Index(1, fail)).__cause__, LookupError)
    assert isinstance(refused(t.int_or_text, "\ud800").__cause__, UnicodeEncodeError)
    stop = Index(1, lambda: (_ for _ in ()).throw(KeyboardInterrupt("stop")))
    with pytest.raises(KeyboardInterrupt, match="^stop$"):
        t.int_or_text(stop)
    # The right one is tried where the left one raises.
    assert t.float_or_int(type("Both", (), {"__float__": fail, "__index__": lambda s: 4})()) == 4


def test_a_note_is_about_the_value_that_was_refused():
    assert t.byte_or_list([1]) == [1] and t.byte_or_list(255) == 255
    refused(t.byte_or_list, 256)
    refused(t.byte_or_list, [256])
    # What was wrong with an alternative of the first element says nothing about the second one.
    error = refused(t.alternatives, ["a", 1.5])
    assert notes(error) in (None, ["argument 1, element 1: not of this type"]) or "out of range" not in notes(error)[0]
    assert t.alternatives([1, "a", True]) == [1, "a", 1]


# Bound classes and fields


def test_elements_of_bound_classes():
    parts = [t.Part(1), t.Part(2)]
    t.small_refs(parts)
    t.array_refs(tuple(parts))
    assert [part.number for part in parts] == [3, 4]
    for function in (t.small_refs, t.array_refs):
        with pytest.raises(RuntimeError):
            function([parts[0], parts[0]])
    for function in (t.small_values, t.array_values, t.set_values):
        result = function(parts)
        assert [part.number for part in result] == [3, 4] and result[0] is not parts[0]
    assert t.map_refs({"b": parts[1], "a": parts[0]}) == [4, 3]
    assert [(key, part.number) for key, part in t.map_values({"b": parts[1], "a": parts[0]}).items()] == [("b", 4), ("a", 3)]
    assert t.part_or_text(parts[0]) == "4" and t.part_or_text("x") == "x" and parts[0].number == 4
    assert t.same_part(parts[0]) is parts[0] and t.same_part(5) == 5
    refused(t.part_or_text, None)


def test_fields_are_copies():
    box = t.Box()
    assert (box.complex, list(box.map.items()), box.set) == (1 - 2j, [("b", 1), ("a", 2)], [3, 1, 2])
    assert (box.small, box.array, box.text, box.either) == ([1, 2, 3], [7, 8], "abc", "r")
    box.small.append(4)
    box.complex, box.map, box.set, box.small, box.array, box.text, box.either = 3, {"z": 1, "y": 2}, (9, 8, 9), [], (1,), "", 5
    assert (box.complex, list(box.map.items()), box.set) == (3, [("z", 1), ("y", 2)], [9, 8])
    assert (box.small, box.array, box.text, box.either) == ([], [1], "", 5)
    for name, value in [("array", [1] * 4), ("text", "abcde"), ("either", 1.5), ("complex", "1"), ("set", 1), ("map", [])]:
        with pytest.raises(TypeError):
            setattr(box, name, value)
