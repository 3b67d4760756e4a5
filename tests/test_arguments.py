"""Arguments: their number, default values, conversions, None."""

import gc
import itertools
import re

import pytest
from stubs import signatures
import test_functions_ext as m
from refusals import HEAD, refusal, refused


# The same table for every number of arguments.


TABLE = [(getattr(m, f"n{count}"), count, False) for count in range(10)]
TABLE += [(getattr(m, f"k{count}"), count, True) for count in range(1, 10)]


@pytest.mark.row("DSP-05", "DSP-06", "fn-41")
@pytest.mark.parametrize("function, count, named", TABLE, ids=[row[0].__name__ for row in TABLE])
def test_arguments_are_handled_alike_whatever_their_number(function, count, named):
    values = list(range(1, count + 1))
    assert function(*values) == values
    if named:
        for split in range(count + 1):
            names = dict(zip("abcdefghi"[split:count], values[split:]))
            assert function(*values[:split], **names) == values
            assert function(*values[:split], **dict(reversed(names.items()))) == values
        shown = ", ".join(f"{name}: int" for name in "abcdefghi"[:count])
    elif count == 0:
        shown = ""
    else:
        numbers = [""] if count == 1 else range(count)
        shown = ", ".join(f"arg{number}: int" for number in numbers) + ", /"
    signature = [f"{function.__name__}({shown}) -> list[int]"]
    assert function.__doc__ == signature[0]
    ints = ["int"] * count
    # Too many, too few, an unknown keyword.
    assert refused(function, *values, 99) == refusal(signature, ", ".join([*ints, "int"]))
    if count:
        assert refused(function, *values[1:]) == refusal(signature, ", ".join(ints[1:]))
    assert refused(function, *values, zzz=1) == refusal(signature, ", ".join([*ints, "kwargs = { zzz: int }"]))
    # None, and a wrong type, in each place.
    for place in range(count):
        for wrong, name in [(None, "NoneType"), ("x", "str"), (1.5, "float"), (object(), "object")]:
            given = [*values[:place], wrong, *values[place + 1 :]]
            shown = [*ints[:place], name, *ints[place + 1 :]]
            assert refused(function, *given) == refusal(signature, ", ".join(shown))
    assert function(*values) == values


ENDS = [(m.e1, 1), (m.e2, 2), (m.e3, 3), (m.e5, 5), (m.e8, 8), (m.e9, 9), (m.ek1, 1), (m.ek2, 2), (m.ek2, 1), (m.eo, 1)]


@pytest.mark.parametrize("function, count", ENDS)
def test_a_body_can_end_in_every_way_whatever_its_number_of_arguments(function, count):
    rest = [0] * (count - 1)
    assert function(0, *rest) == 7
    with pytest.raises(ValueError, match="^the body raised$"):
        function(1, *rest)
    with pytest.raises(RuntimeError, match=r"^the body panicked \(Rust panic at .*functions\.rs:\d+:\d+\)$"):
        function(2, *rest)
    assert refused(function, 3, *rest) == refusal(
        function.__doc__.split("\n")[:2], ", ".join(["int"] * count)
    )
    text = "Unable to convert function return value to a Python type! The signature was\n    "
    assert refused(function, 4, *rest) == text + function.__doc__.split("\n")[0]
    assert function(0, *rest) == 7


@pytest.mark.row("DSP-05", "DSP-06")
def test_a_body_without_arguments_ends_like_the_others():
    assert m.e0_fine() == 7
    with pytest.raises(ValueError, match="^the body raised$"):
        m.e0_raise()
    with pytest.raises(RuntimeError, match="^the body panicked "):
        m.e0_panic()
    assert refused(m.e0_decline) == refusal(["e0_decline() -> Outcome"], "")
    assert refused(m.e0_unconvertible).endswith("\n    e0_unconvertible() -> Outcome")
    # The table above at one and two arguments, with a `self`.
    dog = m.Dog("Max")
    assert dog.older(1) == m.Dog.older(dog, 1) == 2
    signature = ["older(self, arg: int, /) -> int"]
    for args, shown in [((), ""), ((1, 2), ", int, int"), ((None,), ", NoneType"), (("x",), ", str")]:
        assert refused(dog.older, *args) == refusal(signature, "test_functions_ext.Dog" + shown)
    assert refused(dog.older, arg=1) == refusal(signature, "test_functions_ext.Dog, kwargs = { arg: int }")
    assert dog.itself() is dog
    assert refused(dog.itself, 1) == refusal(
        ["itself(self) -> test_functions_ext.Dog"], "test_functions_ext.Dog, int"
    )


def test_named_and_defaulted_arguments_give_the_same_result_in_every_way_of_calling():
    assert m.many_defaults() == [1, 2, 3, 4]
    assert m.many_defaults(9) == [9, 2, 3, 4]
    assert m.many_defaults(9, 8, 7, 6) == [9, 8, 7, 6]
    assert m.many_defaults(d=0) == [1, 2, 3, 0]
    assert m.many_defaults(9, c=0) == [9, 2, 0, 4]
    assert m.many_defaults(d=6, b=8, a=9, c=7) == [9, 8, 7, 6]
    # Every way to give some of the arguments by position and some by keyword.
    for count in range(5):
        for named in itertools.product([False, True], repeat=4):
            keywords = {name: 50 + place for place, name in enumerate("abcd") if named[place]}
            values = [20 + place for place in range(count)]
            if any(named[:count]):
                assert refused(m.many_defaults, *values, **keywords).startswith(HEAD.format("many_defaults"))
                continue
            expected = [*values, *(keywords.get(name, place + 1) for place, name in list(enumerate("abcd"))[count:])]
            assert m.many_defaults(*values, **keywords) == expected
    assert m.default_first(b=2) == 12
    assert m.default_first(3, 4) == m.default_first(b=4, a=3) == 34
    dog = m.Dog("Max")
    assert dog.named(1) == dog.named(by=1) == 2
    assert dog.named(1, 3) == dog.named(1, factor=3) == dog.named(factor=3, by=1) == 6


# Default values.


@pytest.mark.row("fn-03", "api-fann-4")
def test_a_default_value_is_made_once_and_shared():
    dog = m.rename_default.__nb_signature__[0][2][0]
    assert m.rename_default() == "Rex!"
    assert m.rename_default() == "Rex!!"
    assert dog.name == "Rex!!"
    assert m.rename_default(m.Dog("Max")) == "Max!"
    made = m.counts()[0]
    assert [m.probe_default() for _ in range(50)] == [5] * 50
    assert m.counts()[0] == made
    # Another function's equal default is another object.
    assert m.with_dog() == "Rex"


@pytest.mark.row("fn-05")
def test_default_values_are_shown_by_their_repr():
    assert m.add.__doc__.startswith("add(a: int, b: int = 1) -> int")
    assert m.with_str.__doc__ == "with_str(s: str = 'x') -> str"
    assert m.with_list.__doc__ == "with_list(v: collections.abc.Sequence[int] = [1, 2]) -> list[int]"
    assert m.with_dog.__doc__ == "with_dog(d: test_functions_ext.Dog = Dog('Rex')) -> str"
    assert re.fullmatch(
        r"with_plain\(p: test_functions_ext\.Plain = <test_functions_ext\.Plain object at 0x[0-9a-fA-F]+>\) -> int",
        m.with_plain.__doc__,
    )
    # A repr that raises leaves the value out, and nothing else behind.
    assert m.with_raising.__doc__ == "with_raising(a: test_functions_ext.Raising, b: int = 5) -> int"
    assert m.with_raising() == 5


@pytest.mark.row("fn-06", "api-fann-7")
def test_the_text_of_a_default_value_can_be_replaced():
    assert m.shown.__doc__ == "shown(d: test_functions_ext.Dog = Dog(...)) -> str"
    assert signatures("test_functions_ext", "shown")[0][0][2] == ("Dog(...)",)
    assert m.shown() == "Max"


def test_default_values_follow_the_borrow_rules():
    assert m.exchange() is None
    first, second = m.exchange.__nb_signature__[0][2]
    assert (first.name, second.name) == ("B", "A")
    with pytest.raises(RuntimeError, match="^exchange\\(\\): argument 'a' and argument 'b' refer to the same"):
        m.exchange(second)
    with pytest.raises(RuntimeError, match="^exchange\\(\\): argument 'a' and argument 'b' refer to the same"):
        m.exchange(b=first)
    m.exchange()
    assert (first.name, second.name) == ("A", "B")


def test_default_values_are_visible_to_the_collector():
    assert gc.is_tracked(m.add)
    assert any(type(value) is m.Dog for value in gc.get_referents(m.with_dog))


# Conversions.


@pytest.mark.row("fn-07")
def test_numbers_convert_to_float():
    assert m.double(2) == 4.0
    assert type(m.double(2)) is float
    assert m.double(True) == 2.0
    assert m.double(1.5) == 3.0
    assert refused(m.double, "2") == refusal(["double(x: float) -> float"], "str")


@pytest.mark.row("fn-08")
def test_noconvert_refuses_implicit_conversion():
    assert m.strict(1.5) == 3.0
    assert refused(m.strict, 2) == refusal(["strict(x: float) -> float"], "int")
    assert refused(m.strict, True) == refusal(["strict(x: float) -> float"], "bool")
    assert refused(m.strict, x=2) == refusal(["strict(x: float) -> float"], "kwargs = { x: int }")
    assert m.strict_list([1.0, 2.0]) == 2
    assert refused(m.strict_list, [1.0, 2]).startswith(HEAD.format("strict_list"))


def test_noconvert_works_without_a_name():
    assert m.strict_unnamed.__doc__ == "strict_unnamed(arg: float, /) -> float"
    assert m.strict_unnamed(1.5) == 3.0
    assert refused(m.strict_unnamed, 2) == refusal(["strict_unnamed(arg: float, /) -> float"], "int")


class Raises:
    """Raises from whatever a conversion asks for."""

    def __init__(self, error):
        self.error = error

    def __float__(self):
        raise self.error

    __index__ = __float__


@pytest.mark.row("LIV-04")
def test_what_a_conversion_raises_is_not_lost():
    for error in [KeyboardInterrupt("stop"), SystemExit(3), MemoryError("full"), RecursionError("deep")]:
        for function in [m.double, m.small_closure, m.over]:
            with pytest.raises(type(error)) as caught:
                function(Raises(error))
            assert caught.value is error
    for error in [ValueError("no number"), ZeroDivisionError(), KeyError("k")]:
        with pytest.raises(TypeError) as caught:
            m.double(Raises(error))
        assert str(caught.value).startswith(HEAD.format("double"))
        assert caught.value.__cause__ is error
        with pytest.raises(TypeError) as caught:
            m.over(Raises(error))
        assert caught.value.__cause__ is error
    # A conversion that raises does not keep another overload from being chosen.
    assert m.arity(1, 2) == 2
    assert m.double(1) == 2.0


# None.


@pytest.mark.row("fn-14", "port-11")
def test_none_is_refused_by_default():
    signature = ["no_none(arg: test_functions_ext.Dog, /) -> str"]
    assert refused(m.no_none, None) == refusal(signature, "NoneType")
    assert refused(m.add, None) == refusal(["add(a: int, b: int = 1) -> int"], "NoneType")
    assert refused(m.strict_list, None).endswith("Invoked with types: NoneType")
    assert refused(m.object_id, None) == refusal(["object_id(arg: object, /) -> object"], "NoneType")


@pytest.mark.row("fn-15", "port-12")
def test_none_is_accepted_where_it_is_marked():
    assert m.maybe_marked.__doc__ == "maybe_marked(d: test_functions_ext.Dog | None) -> bool"
    assert m.maybe_marked(None) is False
    assert m.maybe_marked(d=None) is False
    assert m.maybe_marked(m.Dog("Max")) is True
    assert refused(m.maybe_marked) == refusal(["maybe_marked(d: test_functions_ext.Dog | None) -> bool"], "")


@pytest.mark.row("fn-16", "port-13")
def test_a_default_of_none_accepts_none():
    assert m.maybe_default.__doc__ == "maybe_default(d: test_functions_ext.Dog | None = None) -> bool"
    assert m.maybe_default() is False
    assert m.maybe_default(None) is False
    assert m.maybe_default(m.Dog("Max")) is True


@pytest.mark.row("fn-18")
def test_an_optional_value_is_a_copy_or_none():
    dog = m.Dog("Max")
    assert m.maybe_copy(dog) == "Max?"
    assert dog.name == "Max"
    assert m.maybe_copy(None) is None
    assert m.maybe_copy() is None
    assert m.maybe_copy.__doc__ == "maybe_copy(d: test_functions_ext.Dog | None = None) -> str | None"


@pytest.mark.row("DSP-17")
def test_an_optional_type_accepts_none_without_a_mark():
    assert m.maybe(None) == "nobody"
    assert m.maybe(m.Dog("Max")) == "Max"
    assert m.maybe_int(None) is None
    assert m.maybe_int(v=None) is None
    assert m.maybe_int(v=3) == 3


@pytest.mark.row("DSP-16")
def test_none_is_accepted_in_nullable_places_only():
    assert m.slots(1, None, "c") == "1 None c"
    assert m.slots(1, 2, "c") == "1 Some(2) c"
    assert m.slots(1, c="c", b=None) == "1 None c"
    signature = ["slots(a: int, b: int | None, c: str) -> str"]
    assert refused(m.slots, None, None, "c") == refusal(signature, "NoneType, NoneType, str")
    assert refused(m.slots, 1, None, None) == refusal(signature, "int, NoneType, NoneType")
    assert refused(m.slots, 1, None, c=None) == refusal(signature, "int, NoneType, kwargs = { c: NoneType }")
    assert refused(m.Dog.__init__, None, 1) == refusal(["__init__(self, name: str) -> None"], "NoneType, int")
    assert refused(m.Dog.itself, None) == "descriptor 'itself' for 'Dog' objects doesn't apply to a 'NoneType' object"
    # Every place of every number of arguments is in the table further up.


@pytest.mark.row("DSP-18")
def test_the_implied_mark_is_on_the_right_argument_of_a_method():
    a, b = m.Dog("a"), m.Dog("b")
    assert a.meet(b, None) == "a b -"
    assert a.meet(b, b) == "a b b"
    assert a.meet(c=None, b=b) == "a b -"
    signature = (
        "meet(self, b: test_functions_ext.Dog, c: test_functions_ext.Dog | None) -> str"
    )
    assert m.Dog.meet.__doc__ == signature
    assert refused(a.meet, None, b) == refusal(
        [signature], "test_functions_ext.Dog, NoneType, test_functions_ext.Dog"
    )
    assert m.Picky(1, None).sum == 101
    assert m.Picky(1, 2).sum == 3
    assert m.Picky(None, "abc").sum == 3
    assert m.Picky(b="abc", a=None).sum == 3
    for args in [(None, 1), (None, None), (1, "x"), ("x", None)]:
        assert refused(m.Picky, *args) == refusal(
            ["__init__(self, arg0: int, arg1: int | None, /) -> None", "__init__(self, a: str | None, b: str) -> None"],
            ", ".join(["test_functions_ext.Picky", *(type(arg).__name__ for arg in args)]),
        )
    host = m.Host()
    assert host.both(1, 2) == 3
    assert host.both(m.Tally(1), None) == 1
    assert host.both(1, None) == 1
    assert refused(host.both, None, 2).startswith(HEAD.format("both"))
