"""Overloads: which one takes a call, and the text of a call that none takes."""

import json
import pickle

import pytest
import test_functions_ext as m
from refusals import HEAD, refusal, refused


# Refused calls.


@pytest.mark.row("fn-01", "fn-21")
def test_a_refused_call_lists_all_overloads_and_what_was_passed():
    add = "add(a: int, b: int = 1) -> int"
    assert refused(m.add) == refusal([add], "")
    assert refused(m.add, "x") == refusal([add], "str")
    assert refused(m.add, "x", 1.5) == refusal([add], "str, float")
    assert refused(m.add, a="x", b=None) == refusal([add], "kwargs = { a: str, b: NoneType }")
    assert refused(m.add, 1, c=2) == refusal([add], "int, kwargs = { c: int }")
    over = ["over(arg: float, /) -> str", "over(arg: int, /) -> str"]
    assert refused(m.over, "x") == refusal(over, "str")
    dog = m.Dog("Max")
    older = "older(self, arg: int, /) -> int"
    assert refused(dog.older, "x") == refusal([older], "test_functions_ext.Dog, str")
    # CPython itself looks at the receiver of a native method that is called through its class.
    assert refused(m.Dog.older, 5, 5).startswith("descriptor 'older' for 'Dog' objects doesn't apply")
    init = "__init__(self, name: str) -> None"
    assert refused(m.Dog.__init__, 5, 5) == refusal([init], "int, int")
    assert refused(m.Dog, 1) == refusal(["__init__(self, name: str) -> None"], "test_functions_ext.Dog, int")

    class Outer:
        class Inner:
            pass

    text = refused(m.plain, Outer.Inner(), Outer)
    assert text.endswith(f"Invoked with types: {__name__}.Inner, type")


@pytest.mark.row("DSP-10")
def test_a_keyword_that_cannot_be_encoded_is_shown_as_a_question_mark():
    assert refused(m.plain, **{"\ud800": 1}) == refusal(
        ["plain(arg0: int, arg1: int, /) -> int"], "kwargs = { ?: int }"
    )
    assert refused(m.add, 1, **{"b\udfff": 1}) == refusal(
        ["add(a: int, b: int = 1) -> int"], "int, kwargs = { b?: int }"
    )


@pytest.mark.row("DSP-11")
def test_keywords_match_by_value_when_they_are_not_interned():
    names = json.loads('{"fac" : 0, "factor": 3, "by": 4}')
    del names["fac"]
    dog = m.Dog("Max")
    assert dog.named(**names) == 15
    assert dog.named(**pickle.loads(pickle.dumps(names))) == 15
    assert dog.named(**{"".join(["b", "y"]): 4, "".join("factor"): 3}) == 15

    class Name(str):
        pass

    assert m.add(**{Name("a"): 1, Name("b"): 2}) == 3


@pytest.mark.row("fn-45", "DSP-15")
def test_unfit_keywords_reject_the_overload():
    signature = "add(a: int, b: int = 1) -> int"
    assert refused(m.add, 1, a=2) == refusal([signature], "int, kwargs = { a: int }")
    assert refused(m.add, 1, 2, b=2) == refusal([signature], "int, int, kwargs = { b: int }")
    assert refused(m.add, 1, unknown=2) == refusal([signature], "int, kwargs = { unknown: int }")
    assert refused(m.add, b=2) == refusal([signature], "kwargs = { b: int }")
    assert m.add(1, **{"".join(["", "b"]): 2}) == 3
    # With several overloads, only the one that does not fit is out.
    assert m.kw_over(a=3) == 3
    assert m.kw_over(3) == 3
    assert m.kw_over(b=3, c=4) == 12
    assert m.kw_over(3, c=4) == 12
    signatures = ["kw_over(a: int) -> int", "kw_over(b: int, c: int) -> int"]
    assert refused(m.kw_over, 1, b=2) == refusal(signatures, "int, kwargs = { b: int }")
    assert refused(m.kw_over, a=1, c=2) == refusal(signatures, "kwargs = { a: int, c: int }")
    assert refused(m.kw_over, b=1) == refusal(signatures, "kwargs = { b: int }")


@pytest.mark.row("fn-45")
def test_more_than_1024_keywords_are_refused():
    many = {f"k{i}": i for i in range(1500)}
    text = "nanobind::detail::nb_func_vectorcall(): too many (> 1024) keyword arguments."
    assert refused(m.add, **many) == text
    assert refused(m.plain, **many) == text
    few = dict(list(many.items())[:1024])
    assert refused(m.add, **few).startswith(HEAD.format("add"))


# Overloads.


@pytest.mark.row("fn-19", "DSP-01", "fn-13")
def test_exact_matches_are_tried_before_conversions():
    assert m.over(1) == "int 1"
    assert m.over(1.5) == "float 1.5"
    assert m.over(True) == "float 1"
    assert m.revo(1) == "int 1"
    assert m.revo(1.5) == "float 1.5"
    assert m.revo(True) == "int 1"

    class Index:
        def __index__(self):
            return 3

    # Inexact for both: the first that converts takes it, in either order.
    assert m.over(Index()) == "float 3"
    assert m.revo(Index()) == "int 3"
    # One overload alone converts at once.
    assert m.double(Index()) == 6.0


@pytest.mark.row("fn-20")
def test_the_earlier_of_two_equal_overloads_wins():
    assert m.twins(1) == "first"
    assert m.twins(True) == "first"


def test_overloads_are_told_apart_by_their_number_of_arguments():
    assert (m.arity(1), m.arity(1, 2), m.arity(1, 2, 3)) == (1, 2, 3)
    assert m.arity(1, b=2) == 3


def test_overloads_share_a_docstring():
    assert m.documented.__doc__ == (
        "documented(x: int) -> int\n"
        "documented(arg: str, /) -> str\n"
        "\n"
        "Overloaded function.\n"
        "\n"
        "1. ``documented(x: int) -> int``\n"
        "\n"
        "Takes an int\n"
        "\n"
        "2. ``documented(arg: str, /) -> str``\n"
        "\n"
        "Takes a text"
    )


@pytest.mark.row("DSP-36", "fn-22")
def test_a_body_can_decline_the_call():
    assert (m.chain(5), m.chain(50), m.chain(500)) == ("small", "medium", "large")
    assert refused(m.chain, 5000) == refusal(["chain(arg: int, /) -> str"] * 3, "int")
    assert refused(m.declines, 1) == refusal(["declines(arg: int, /) -> int"], "int")
    assert refused(m.declines0) == refusal(["declines0() -> int"], "")
    assert refused(m.declines_named) == refusal(["declines_named(x: int = 1) -> int"], "")
    assert refused(m.declines_named, x=2) == refusal(["declines_named(x: int = 1) -> int"], "kwargs = { x: int }")


@pytest.mark.row("DSP-37", "api-fann-10")
def test_operators_leave_what_they_cannot_do_to_the_other_side():
    dog = m.Dog("Max")

    class Right:
        def __radd__(self, other):
            return ("right", other)

    assert dog + 2 == 3
    assert (dog + Right())[0] == "right"
    assert dog.__add__("x") is NotImplemented
    assert (dog == "x") is False
    assert (dog != "x") is True
    assert dog == m.Dog("Max")
    with pytest.raises(TypeError, match=r"^unsupported operand type\(s\) for \+: '(test_functions_ext\.)?Dog' and 'str'$"):
        dog + "x"
    with pytest.raises(TypeError, match="^'<' not supported between instances of '(test_functions_ext\\.)?Dog' and 'str'$"):
        dog < "x"
    assert (dog < m.Dog("Rex")) is False
    assert m.Dog.__add__(dog, 2) == 3
