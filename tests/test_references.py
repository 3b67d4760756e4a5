"""Wrappers by reference: `&nb::object`, as C++ has `const nb::object &`."""

import functools
import gc
import sys
import types

import pytest
import test_references_ext as m
from refusals import refusal, refused

pytestmark = pytest.mark.finding(15)


class Named:
    """Says when it goes."""

    def __init__(self, name, gone):
        self.name = name
        self.gone = gone

    def __str__(self):
        return self.name

    def __del__(self):
        self.gone.append(self.name)


def test_the_signature_is_that_of_the_wrapper():
    assert m.append.__doc__ == "append(arg0: list, arg1: object, /) -> None"
    assert m.size.__doc__ == "size(value: bytes | None = None) -> int | None"
    assert m.rest.__doc__ == "rest(*args, **kwargs) -> int"
    assert m.ints.__doc__ == "ints(arg: list[int], /) -> int"
    assert m.age.__doc__ == "age(arg: test_references_ext.Dog, /) -> int"


def test_the_object_is_the_callers():
    values, value = [], object()
    before = sys.getrefcount(value)
    m.append(values, value)
    assert values[0] is value
    assert sys.getrefcount(value) == before + 1
    assert refused(m.append, (1,), 2) == refusal(["append(arg0: list, arg1: object, /) -> None"], "tuple, int")


def test_each_kind():
    given = ["", b"", [], {}, (), set(), 1.5, slice(1)]
    assert [m.kind(value) for value in given] == ["str", "bytes", "list", "dict", "tuple", "set", "float", "slice"]
    assert m.kind(object()) == "else"
    assert (m.any(5), m.handle(5)) == ("5", "5")
    assert m.rest(1, 2, a=3) == 3
    assert m.ints([1, 2]) == 2
    assert m.age(m.Dog(4)) == 4
    assert m.name(m.Dog) == "Dog"
    assert m.size() is None and m.size(b"abc") == 3


def test_cast_knows_what_the_extension_binds():
    assert m.cast_age(m.Dog(3)) == 3
    assert m.cast_ages(types.SimpleNamespace(dogs=[m.Dog(3), m.Dog(4)])) == 7
    assert (m.cast_text("a"), m.cast_byte(5)) == ("a", True)
    with pytest.raises(RuntimeError, match="Dog"):
        m.cast_age(3)


def test_none():
    def outcome(function):
        try:
            return function(None)
        except TypeError:
            return "refused"

    assert outcome(m.nothing) == outcome(m.nothing_by_value)
    assert m.nothing_allowed(None) and not m.nothing_allowed(0)


def test_a_callback_takes_one():
    value = object()
    assert m.call_with(lambda got: 7 if got is value else 0, value) == 7


def test_a_result_is_the_object_itself():
    value, kept = object(), m.Kept([1])
    assert m.same(value) is value and m.same_written(value) is value
    assert kept.values() is kept.values() and kept.values() == [1]
    assert m.same.__doc__ == "same(arg: object, /) -> object"


def test_overrides_get_them():
    seen = []

    class Own(m.Ear):
        def heard(self, what, words):
            seen.append(what)
            return f"own {what} {words}"

        def noted(self, values):
            return len(values)

    value = object()
    assert m.hear(Own(), value) == f"own {value} said"
    assert seen == [value]
    assert m.hear(m.Ear(), "it") == "it said"
    assert (m.note(m.Ear(), {1: 2}), m.note(Own(), {1: 2})) == (-1, 1)


@pytest.mark.parametrize("function", [m.look, m.look_named], ids=["native", "named"])
def test_it_is_held_though_the_caller_lets_go(function):
    # A partial hands over what it has, and owns nothing while it calls.
    gone = []
    partial = functools.partial(function, Named("first", gone))

    def replace():
        partial.__setstate__((function, (), {}, None))
        gc.collect()
        assert gone == []
        return [bytearray(64) for _ in range(100)]

    assert partial(replace) == "first"
    assert gone == ["first"]


def test_elements_are_held_though_the_container_lets_go():
    gone = []
    values = [Named("a", gone), Named("b", gone)]

    def clear():
        values.clear()
        assert gone == []

    assert m.count(values, clear) == ["a", "b"]
    assert sorted(gone) == ["a", "b"]


def test_it_is_held_though_a_later_argument_lets_go():
    gone = []
    partial = functools.partial(m.look_and_count, Named("first", gone))

    class Late:
        def __index__(self):
            partial.__setstate__((m.look_and_count, (), {}, None))
            assert gone == []
            return 2

    assert partial(Late()) == "first 2"
    assert gone == ["first"]
