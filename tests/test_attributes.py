"""Attributes and items of Python objects, and calls, from Rust."""

import types

import pytest
import test_attributes_ext as m
from samples import Thing


# Attributes and items.


@pytest.mark.row("api-obj-8", "api-obj-26")
def test_attributes_are_read_assigned_and_deleted():
    thing = Thing()
    m.attr_set(thing, "x", 5)
    assert thing.x == 5 and m.attr_get(thing, "x") == 5 and m.attr_cast(thing, "x") == 5
    m.attr_del(thing, "x")
    assert not hasattr(thing, "x")
    for call in [m.attr_get, m.attr_del, m.attr_cast]:
        with pytest.raises(AttributeError, match="x"):
            call(thing, "x")
    with pytest.raises(AttributeError):
        m.attr_set(1, "x", 5)
    m.attr_set_dog(thing, 4)
    assert type(thing.dog) is m.Dog and thing.dog.age == 4
    assert m.attr_call([1, 1, 2], "count", 1) == 2
    thing.method = lambda x: x + 1
    assert m.attr_call(thing, "method", 1) == 2


@pytest.mark.row("api-obj-9")
def test_the_docstring_is_a_place():
    cls = type("Documented", (), {"__doc__": "before"})
    assert m.doc_get(cls) == "before"
    m.doc_set(cls, "after")
    assert cls.__doc__ == "after"


def test_chains_look_up_when_they_are_used():
    log = []

    class Logging:
        def __getattr__(self, name):
            log.append(name)
            return {"b": [Thing, types.SimpleNamespace(c="found")]}

    root = Logging()
    m.chain_unused(root)
    assert log == []
    assert m.chain(root) == "found" and log == ["a"]
    inner = {"b": [1]}
    root = types.SimpleNamespace(a=inner)
    m.chain_set(root, "new")
    assert inner == {"b": ["new"]}
    m.chain_del(root)
    assert inner == {}
    with pytest.raises(KeyError, match="b"):
        m.chain(root)
    with pytest.raises(AttributeError):
        m.chain(1)


class Failing:
    """Every attribute raises something unusual."""

    @property
    def x(self):
        raise ZeroDivisionError("in a property")


def test_attributes_by_function():
    thing, default = Thing(), object()
    m.setattr(thing, "x", default)
    assert m.getattr(thing, "x") is default and m.hasattr(thing, "x")
    assert m.getattr_or(thing, "x", 1) is default and m.getattr_or(thing, "y", default) is default
    m.delattr(thing, "x")
    assert not m.hasattr(thing, "x")
    for call in [m.getattr, m.delattr]:
        with pytest.raises(AttributeError):
            call(thing, "x")
    # As in nanobind, any failure counts as a missing attribute, and leaves nothing behind.
    assert m.hasattr(Failing(), "x") is False
    assert m.getattr_or(Failing(), "x", default) is default
    with pytest.raises(ZeroDivisionError, match="^in a property$"):
        m.getattr(Failing(), "x")
    with pytest.raises(AttributeError):
        m.setattr(1, "x", 1)


@pytest.mark.row("api-obj-10", "api-obj-11", "api-attr-6", "api-obj-12", "WRP-06", "WRP-13")
def test_items_are_read_assigned_and_deleted():
    key = (1, "two")
    table = {}
    m.item_set(table, key, "value")
    assert table == {key: "value"} and m.item_get(table, key) == "value"
    m.item_del(table, key)
    assert table == {}
    for call in [m.item_get, m.item_del]:
        with pytest.raises(KeyError) as caught:
            call(table, "key")
        assert caught.value.args == ("key",)
    values = [1, 2, 3]
    m.item_set(values, -1, 9)
    m.item_del(values, 0)
    assert values == [2, 9] and m.item_int(values, -2) == 2 and m.item_get(values, slice(1, None)) == [9]
    for call in [lambda: m.item_int(values, 2), lambda: m.item_del(values, 5)]:
        with pytest.raises(IndexError):
            call()
    assert m.item_text({"a": 1}, "a") == 1
    assert m.item_call({"f": lambda x: x * 2}, "f", 4) == 8
    with pytest.raises(TypeError, match="unhashable"):
        m.item_get({}, [])
    with pytest.raises(TypeError):
        m.item_set((1,), 0, 2)


def test_a_key_without_a_python_form_fails_where_the_item_is_used():
    with pytest.raises(ValueError, match="^unlucky$"):
        m.item_unlucky({})
    assert m.item_unlucky_twice({}) == ["ValueError: unlucky"] * 4


# Calls.


def everything(*args, **kwargs):
    return args, kwargs


@pytest.mark.row("api-obj-14")
def test_calls_pass_positional_and_keyword_arguments():
    assert m.call_0(everything) == ((), {})
    assert m.call_mixed(everything) == ((1, "two", [4]), {"three": 3.0, "five": True})
    assert m.call_many(everything) == (tuple(range(1, 13)), {})
    assert m.call_kw(everything) == ((1, 2), {"a": 3, "b": None})
    named = {"b": 2, "c": 3}
    for values in [(7, 8), [7, 8], iter([7, 8]), {7: 0, 8: 0}]:
        assert m.call_unpack(everything, values, named) == ((0, 7, 8, "last"), {"own": 1, "b": 2, "c": 3})
    assert m.call_unpack(everything, (), {}) == ((0, "last"), {"own": 1})
    assert m.call_method_unpack("{} {key}", "format", ["a"], {"key": "b"}) == "a b"
    assert m.call_method_unpack(types.SimpleNamespace(f=everything), "f", "ab", {}) == (("a", "b"), {})


@pytest.mark.row("api-obj-13")
def test_calls_that_cannot_be_made_raise():
    with pytest.raises(TypeError, match="^got multiple values for keyword argument 'a': pass each keyword once$"):
        m.call_twice_named(everything)
    with pytest.raises(TypeError, match="^got multiple values for keyword argument 'own'"):
        m.call_unpack(everything, (), {"own": 2})
    with pytest.raises(TypeError, match="^keywords must be strings, got a key of type 'int'$"):
        m.call_unpack(everything, (), {1: 2})
    with pytest.raises(TypeError, match=r"^argument after \* must be an iterable, not int$"):
        m.call_unpack(everything, 1, {})
    with pytest.raises(TypeError, match="'int' object is not callable"):
        m.call_0(1)
    with pytest.raises(AttributeError, match="nothing"):
        m.call_method_unpack("", "nothing", (), {})
    called = []
    for call in [m.call_unlucky, m.call_unlucky_kw]:
        with pytest.raises(ValueError, match="^unlucky$"):
            call(lambda *args, **kwargs: called.append(args))
    assert called == []


def test_a_callback_gets_a_copy_of_a_bound_value_or_the_value_itself():
    dog, seen = m.Dog(3), []
    m.call_dog(seen.append, dog)
    assert seen[0] is not dog and seen[0].age == 3
    seen[0].age = 8
    assert dog.age == 3
    m.call_boxed_dog(seen.append)
    assert type(seen[1]) is m.Dog and seen[1].age == 9


def test_a_keyword_is_passed_twice():
    assert m.call_same_keyword(lambda *args, **kwargs: (args, kwargs)) == (((1,), {"key": 5}), ((), {"key": 5}))


def spread(*args, **kwargs):
    return args, kwargs


def test_vectorcall():
    assert m.vectorcall(spread, [], None) == ((), {})
    assert m.vectorcall(spread, [1, 2, 3], None) == ((1, 2, 3), {})
    assert m.vectorcall(spread, [1, 2, 3], ("a", "b")) == ((1,), {"a": 2, "b": 3})
    assert m.vectorcall(dict, [1], ("x",)) == {"x": 1}
    many = list(range(1000))
    assert m.vectorcall(spread, many, None) == (tuple(many), {})
    assert m.vectorcall_method("join", ["-", ["a", "b"]], None) == "a-b"
    assert m.vectorcall_method("format", ["{x}", 1], ("x",)) == "1"


@pytest.mark.parametrize(
    ("args", "names", "why"),
    [
        ([1], ("a", "b"), r"more names \(2\) than arguments that could have one \(1\)"),
        ([1, 2], ("a", "a"), "multiple values for keyword argument 'a'"),
        ([1, 2], ("a", 3), "keywords must be strings"),
    ],
)
def test_vectorcall_refuses(args, names, why):
    with pytest.raises(TypeError, match=why):
        m.vectorcall(spread, args, names)


def test_vectorcall_method_refuses():
    for args, names in (([], None), (["x"], ("a",))):
        with pytest.raises(TypeError, match="the first argument is the object|more names"):
            m.vectorcall_method("upper", args, names)
    with pytest.raises(TypeError, match="attribute name must be string"):
        m.vectorcall_method(5, ["x"], None)
    with pytest.raises(AttributeError):
        m.vectorcall_method("missing", ["x"], None)
    with pytest.raises(ZeroDivisionError):
        m.vectorcall(lambda x: 1 // x, [0], None)
