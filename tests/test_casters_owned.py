"""`Box`, `Arc` and `Rc` of converted values, beside those of bound classes."""

import datetime
import pathlib

import pytest

import test_casters_owned_ext as t
from samples import Index, refused

NUMBERS = ["box_i32", "arc_i32", "rc_i32"]
TEXTS = ["box_string", "arc_string", "rc_string"]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_behind_a_pointer_is_a_number(name):
    function, strict = getattr(t, name), getattr(t, name + "_strict")
    for value in (0, -1, 2**31 - 1, -(2**31)):
        assert function(value) == strict(value) == value and type(function(value)) is int
    assert function(True) == 1 and function(Index(5)) == 5
    for value in (2**31, 1.0, "1", None, [1], t.Dog("x")):
        assert refused(function, value).__cause__ is None
    for value in (True, Index(5)):
        refused(strict, value)
    assert function.__doc__ == f"{name}(arg: int, /) -> int"


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_behind_a_pointer_is_a_text(name):
    function = getattr(t, name)
    for value in ("", "a\0b", "𝄞"):
        assert function(value) == value and type(function(value)) is str
    for value in (b"a", 1, None, ["a"]):
        refused(function, value)
    assert isinstance(refused(function, "\ud800").__cause__, UnicodeEncodeError)
    assert function.__doc__ == f"{name}(arg: str, /) -> str"


def test_what_a_conversion_raises_is_the_cause():
    def fail():
        raise LookupError("on purpose")

    for name in NUMBERS:
        assert isinstance(refused(getattr(t, name), Index(1, fail)).__cause__, LookupError)


def test_other_values():
    assert t.box_f64(1) == 1.0 and t.box_bool(True) is True and t.box_char("é") == "é"
    refused(t.box_f64_strict, 1)
    refused(t.box_char, "ab")
    assert t.arc_path("a/b") == pathlib.Path("a/b")
    assert t.arc_duration(1.5) == datetime.timedelta(seconds=1.5)
    assert t.own_box(1) == t.own_arc(1.0) == 1.0
    refused(t.own_box, "1")


def test_inside_of_containers():
    assert t.maybe(None) is None and t.maybe(3) == 3
    assert t.list(["a", "b"]) == ["a", "b"] and t.counted_list((1, 2)) == [1, 2] and t.by_name({"a": 1}) == {"a": 1}
    assert t.pair((1, "a")) == (1, "a")
    refused(t.maybe, "a")
    refused(t.counted_list, [1, 256])
    assert t.maybe.__doc__ == "maybe(arg: int | None, /) -> int | None"
    assert t.list.__doc__ == "list(arg: collections.abc.Sequence[str], /) -> list[str]"


def test_enumerations():
    assert t.box_colour(t.Colour.Red) is t.Colour.Red
    assert t.arc_colours([t.Colour.Green]) == [t.Colour.Green]
    refused(t.box_colour, "Red")
    assert t.box_colour.__doc__ == f"box_colour(arg: {t.__name__}.Colour, /) -> {t.__name__}.Colour"


def test_a_bound_class_is_still_taken_and_shared():
    dog = t.Dog("Rex")
    assert t.arc_dog(dog) is dog
    assert t.box_dog(t.Dog("Fido")) == "Fido"
    other, bag = t.Dog("Spot"), t.Bag([1, 2])
    assert t.box_dog(other) == "Spot" and t.take_bag(bag) == 2
    for use in (lambda: other.name, lambda: t.box_dog(other), lambda: t.take_bag(bag)):
        with pytest.warns(RuntimeWarning, match="relinquished instance"), pytest.raises(TypeError):
            use()
    refused(t.take_bag, [1, 2])


def test_overloads():
    assert t.kind(1) == "a number, 1" and t.kind(t.Dog("Rex")) == "a dog, Rex" and t.kind("x") == "a text, x"
    refused(t.kind, 1.5)


def test_fields():
    sample = t.Sample()
    assert (sample.count, sample.name, sample.limit) == (1, "a", None)
    sample.count, sample.name, sample.limit = 7, "b", 2.5
    assert (sample.count, sample.name, sample.limit) == (7, "b", 2.5)
    for name, value in (("count", 256), ("name", 1), ("limit", "x")):
        with pytest.raises(TypeError):
            setattr(sample, name, value)
    assert (sample.count, sample.name, sample.limit) == (7, "b", 2.5)


def test_nobody_else_has_the_value():
    assert t.sole_owner("a", 1) == (True, True)
    assert t.shared_result() == ("text", "text")
