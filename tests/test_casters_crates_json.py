"""The conversions of `serde_json::Value`."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import test_casters_crates_json_ext as t
from samples import Dict, Float, Index, Int, List, Mapping, Number, Sequence, Text, Tuple, refused

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=40)


def fail(*_):
    raise LookupError("on purpose")


def note(error, text):
    if sys.version_info >= (3, 11):
        assert any(text in line for line in error.__notes__), error.__notes__


def same(a, b):
    """Equal, and of the same types throughout."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return repr(a) == repr(b)


@pytest.mark.row("faq-21")
@given(VALUES)
def test_values_are_the_same_on_both_sides(value):
    for function in (t.value, t.value_strict):
        assert same(function(value), value)
    assert same(json.loads(t.text(value)), value)


def test_numbers_keep_their_kind():
    for value, kind in [(1, "int"), (1.0, "float"), (True, "bool"), (None, "null"), ("1", "string"), ([], "array"), ((), "array"), ({}, "object"),
                        (2**64 - 1, "int"), (-(2**63), "int"), (-0.0, "float"), (1e300, "float")]:  # fmt: skip
        assert t.kind(value) == kind
    assert t.made() == {"a": [1, -1, 2**64 - 1, 1.5, True, None], "b": {"c": "text"}}
    for value in (2**64, -(2**63) - 1, 2**127, 10**50):
        note(refused(t.value, value), "out of range")
    for value in (float("nan"), float("inf"), -float("inf")):
        note(refused(t.value, value), "no finite number")
        note(refused(t.value, {"a": [value]}), "no finite number")


def test_derived_classes_are_what_they_are_derived_from():
    for value, wanted in [(Int(3), 3), (Float(1.5), 1.5), (Text("a"), "a"), (List([1]), [1]), (Tuple((1, 2)), [1, 2]), (Dict(a=1), {"a": 1}),
                          (Number.THREE, 3), ((1, (2,)), [1, [2]])]:  # fmt: skip
        assert same(t.value(value), wanted) and same(t.value_strict(value), wanted)
    assert t.value({Text("a"): 1}) == {"a": 1}


def test_what_json_has_not():
    for value in (b"a", {1, 2}, 1j, object(), Index(1), Sequence(lambda i: i, 2), Mapping([("a", 1)]), iter([]), range(2), {1: 2}, {None: 1}, {True: 1}, {b"a": 1}):
        assert refused(t.value, value).__cause__ is None
        refused(t.value, [value])
    assert isinstance(refused(t.value, "\ud800").__cause__, UnicodeEncodeError)
    assert isinstance(refused(t.value, {"\ud800": 1}).__cause__, UnicodeEncodeError)


def deep(depth, wrap=lambda value: [value]):
    value = 1
    for _ in range(depth):
        value = wrap(value)
    return value


def test_depth_has_a_limit():
    for wrap in (lambda value: [value], lambda value: (value,), lambda value: {"a": value}):
        assert json.loads(t.text(deep(128, wrap))) == json.loads(json.dumps(deep(128, wrap)))
        for depth in (129, 1000, 100_000):
            note(refused(t.value, deep(depth, wrap)), "nested too deep")
    endless = []
    endless.append(endless)
    note(refused(t.value, endless), "nested too deep")
    knot = {}
    knot["a"] = [knot]
    note(refused(t.value, knot), "nested too deep")
    assert t.nested(128) == json.loads("[" * 128 + "null" + "]" * 128)
    for function in (t.nested, t.nested_dicts):
        for depth in (129, 1000):
            with pytest.raises(RecursionError, match="^nested too deep$"):
                function(depth)


def test_hostile_containers():
    class Raising(list):
        __iter__ = fail

    class Changing(list):
        def __iter__(self):
            for value in list.__iter__(self):
                self.append(5)
                yield value

    class Lying(dict):
        def items(self):
            return self.told

    assert isinstance(refused(t.value, Raising([1])).__cause__, LookupError)
    refused(t.value, Changing([1, 2]))
    lying = Lying(a=1)
    for told in ([1], [("a",)], ["ab"], 5, [(1, 2)]):
        lying.told = told
        refused(t.value, lying)
    lying.told = [("a", 1), ("b", lying.fromkeys("x"))]
    lying.told[1][1].told = []
    assert t.value(lying) == {"a": 1, "b": {}}
    stop = type("Stop", (list,), {"__iter__": lambda s: (_ for _ in ()).throw(KeyboardInterrupt("stop"))})
    with pytest.raises(KeyboardInterrupt, match="^stop$"):
        t.value([stop()])


def test_no_value_of_a_dict_is_lost():
    class Distinct(str):
        __eq__, __hash__ = object.__eq__, object.__hash__

    error = refused(t.value, {Distinct("a"): 1, Distinct("a"): 2})
    if sys.version_info >= (3, 11):
        assert any("two keys of the same text" in line for line in error.__notes__)
    assert t.value({Distinct("a"): 1, Distinct("b"): 2}) == {"a": 1, "b": 2}


def test_none_is_a_value():
    assert t.value(None) is None and t.values([None, 1]) == [None, 1] and t.value_maybe(None) is None and t.value_maybe(1) == 1
    types = "dict | list | str | float | int | bool | None"
    assert t.value.__doc__ == f"value(arg: {types}, /) -> {types}"


def test_a_field_is_a_copy():
    document = t.Document()
    assert document.value is None
    document.value = {"a": [1]}
    document.value["a"].append(2)
    assert document.value == {"a": [1]}
    document.value = None
    assert document.value is None
    with pytest.raises(TypeError):
        document.value = object()
