"""C++'s ways of writing a binding that are no Rust."""

import importlib
import os

import pytest
import test_spellings_ext as m

pytestmark = pytest.mark.finding(15)


# String literals side by side.


@pytest.mark.row("api-wrap-59")
def test_literals_side_by_side_are_one():
    assert m.__doc__ == "Ways of writing."
    assert m.plain == "one two"
    assert m.bytes == b"a\xff\\x"
    assert m.text == "text"
    assert getattr(m, "in a list") == ("xy", ["a", "b"])
    assert m.Sketch.__name__ == "Sketch"
    assert m.Sketch.__doc__ == "A sketch."
    assert m.joined_name_of_function(1) == 1
    assert m.joined_name_of_function.__doc__ == "joined_name_of_function(a: int) -> int"


def test_escapes_and_raw_literals_keep_their_meaning():
    text = m.add.__doc__.split("\n", 1)[1].strip()
    assert text == 'Adds two numbers \\n "raw"\ttab \u00e9Acontinued  blank'
    assert m.add.__doc__.startswith("add(a: int, bb: int = 1) -> int")
    assert m.add(1, bb=2) == 3


def test_literals_of_another_macro_are_its_own():
    assert m.counted == 3
    assert m.documented.__doc__.endswith("Adds. more")


# Casts before a path.


def test_casts_before_a_function_are_left_out():
    sketch = m.Sketch()
    assert sketch.get_size() == 8
    assert sketch.size_of(a=2) == 10
    sketch.set_size(v=5)
    assert sketch.get_size() == 5
    assert sketch.scaled(factor=3) == 15
    sketch.update_int(12)
    assert sketch.label == "12"
    sketch.update_float(0.5)
    assert sketch.label == "0.5"
    assert m.Sketch.parse("abc").size == 3
    sketch.size = 7
    assert sketch.size == 7
    sketch.label = "x"
    assert sketch.label == "x"
    assert m.cast(a=1, b=2) == 3
    assert m.chosen(5, 2) == 3
    assert m.run_time(a=5, b=2) == 10


def test_overload_cast_keeps_what_follows():
    assert m.Sketch.set_size.__doc__ == "set_size(self, v: int) -> None\n\nSets it."


def test_functions_that_are_variables():
    assert m.local(a=1) == 2
    assert m.first(a=3, b=2) == 5 and m.second(a=3, b=2) == 1
    assert m.given(a=3, b=2) == 6 and m.matched(a=3, b=2) == 1
    assert m.of_a_macro(a=3) == 2
    assert m.triple() == 3


# Classes.


def test_attributes_of_a_class_variable():
    assert m.Sketch.DEFAULT_SIZE == 8
    assert m.Sketch().DEFAULT_SIZE == 8
    assert m.Sketch.kinds == ("a", "b")
    assert m.Sized2.unit == "cm"


def test_an_attribute_of_a_class_that_could_not_be_made():
    messages = []
    for name in "test_fail_pooled_counter_ext", "test_fail_attribute_of_no_class_ext":
        with pytest.raises(ImportError) as failed:
            importlib.import_module(name)
        messages.append(str(failed.value))
    assert messages[0] == messages[1]
    assert "Counted" in messages[0]


def test_constructors_with_braces():
    assert m.Sized2().size == 3
    assert m.Sized2(size=4).size == 4


# Objects made as in C++.


@pytest.mark.row("api-wrap-53", "STL-11")
def test_objects_of_values():
    made = m.made
    assert made["list"] == [] and made["braces"] == []
    assert made["tuple"] == () and made["dict"] == {}
    assert made["set"] == set() and type(made["set"]) is set
    assert made["frozenset"] == frozenset() and type(made["frozenset"]) is frozenset
    assert made["int"] == 1 and made["big"] == 2**64 - 1
    assert made["truncated"] == -2 and type(made["truncated"]) is int
    assert made["float"] == 1.0 and type(made["float"]) is float
    assert made["half"] == 0.5
    assert made["bool"] is True
    assert made["str"] == "text" and made["str_"] == "owned"
    assert made["bytes"] == b"data"
    assert made["bytearray"] == bytearray() and type(made["bytearray"]) is bytearray
    assert made["slices"] == (slice(3), slice(1, 2), slice(1, 9, 2))
    assert made["ellipsis"] is ...


def test_objects_of_objects_are_converted():
    assert m.list_of((1, 2)) == [1, 2]
    assert m.text_of(12) == "12"
    assert m.int_of(2.5) == 2
    assert m.int_of("12") == 12
    assert m.float_of("1.5") == 1.5
    assert m.bytes_of([1, 2]) == b"\x01\x02"

    class Named:
        name = 5

    assert m.attribute(Named()) == "5"
    assert m.rest(1, 2, a=3) == ([1, 2], {"a": 3})
    assert m.with_default() == []


def test_an_object_of_its_own_kind_is_shared_as_by_the_copy_constructor():
    values, table = [1], {}
    assert m.same_list(values) is values
    assert m.same_dict(table) is table
    copy = m.list_of(values)
    assert copy == values and copy is not values


def test_a_conversion_that_fails_raises_as_in_python():
    with pytest.raises(TypeError, match="not iterable"):
        m.list_of(5)
    with pytest.raises(ValueError, match="could not convert string to float"):
        m.float_of("x")
    with pytest.raises(OverflowError):
        m.int_of_float(float("inf"))
    with pytest.raises(TypeError):
        m.bytes_of("text")
    with pytest.raises(AttributeError):
        m.attribute(object())


def test_exceptions_without_a_text():
    with pytest.raises(StopIteration) as stop:
        m.stop()
    assert str(stop.value) == ""
    with pytest.raises(IndexError) as index:
        m.index()
    assert str(index.value) == ""


def test_functions_that_never_return():
    assert m.never.__doc__ == "never() -> None"
    with pytest.raises(Exception, match="never") as failed:
        m.never()
    assert type(failed.value).__name__ == "panic_error"
    assert m.never_fails.__doc__ == "never_fails() -> None"
    with pytest.raises(ValueError, match="fails"):
        m.never_fails()


# Imports and calls.


def test_imports():
    assert m.joined == os.path.join("a", "b")
    assert m.power(3) == 9.0
    assert m.missing("os") is os
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        m.missing("no_such_module")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        m.missing_or("no_such_module")


@pytest.mark.row("api-obj-13")
def test_named_arguments_of_calls():
    def seen(*args, **kwargs):
        return args, kwargs

    assert m.named(seen, 1) == ((1,), {"key": "vw", "other": 2})
    assert m.named_only(seen) == ((), {"key": 5})
    assert m.untupled(seen) == ((1,), {"key": 5})
    assert m.formatted("{} {key}") == "1 5"

    class Holder:
        f = staticmethod(seen)

    assert m.method(Holder(), 3) == ((3,), {"key": 4})
    assert m.unpacked(Holder(), 1, 2, a=3) == ((0, 1, 2), {"a": 3, "last": 1})
    with pytest.raises(TypeError, match="last"):
        m.unpacked(Holder(), last=3)
    with pytest.raises(ZeroDivisionError):
        m.named(lambda *_, **__: 1 / 0, 1)


@pytest.mark.finding(15)
def test_what_only_looks_like_c_plus_plus_is_left_alone():
    assert (m.kind_of_literals(), m.kind_of_two_literals(), m.automatic(7)) == ("one literal", "two literals", 3)
