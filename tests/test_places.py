"""Attributes, items and calls of Python objects in nanobind's words: `o["k"] += 1`, `f("a", *args, "k"_a = 1, **mapping)`."""

import gc
import operator
import sys
import types
import weakref

import pytest
import test_places_ext as m
from samples import Thing


def everything(*args, **kwargs):
    return args, kwargs


# Attributes by a Python object.


@pytest.mark.row("api-obj-7", "api-v3-10")
def test_an_attribute_is_named_by_a_python_object():
    place = types.SimpleNamespace(x=5, name="x")
    assert m.attr(place, "x") == m.attr_of_text(place, "x") == m.attr_of_place(place, place) == 5
    assert m.attr_of_string(place, "x") is True

    class Name(str):
        """A str that is not exactly one."""

    assert m.attr(place, Name("x")) == 5
    place.f = everything
    assert m.attr_call(place, "f") == ((1,), {"k": 2})
    with pytest.raises(AttributeError, match="missing"):
        m.attr(place, "missing")
    for wrong in (1, b"x", ["x"]):
        for call in (m.attr, m.attr_call, lambda o, name: m.setattr(o, name, 1), m.delattr):
            with pytest.raises(TypeError, match="attribute name must be string"):
                call(place, wrong)
    assert vars(place) == {"x": 5, "name": "x", "f": everything}


def test_the_name_is_looked_up_when_the_place_is_used():
    class Naming:
        @property
        def name(self):
            raise KeyError("no name today")

    with pytest.raises(KeyError, match="no name today"):
        m.attr_of_place(Thing(), Naming())


@pytest.mark.row("api-attr-1", "api-attr-2", "api-attr-3", "api-attr-4", "api-attr-5")
def test_functions_on_attributes_take_a_python_object_as_the_name():
    thing, other = Thing(), object()
    assert m.hasattr(thing, "x") is False and m.hasattr(thing, 1) is False
    m.setattr(thing, "x", 5)
    assert m.hasattr(thing, "x") is True and m.getattr(thing, "x") == 5 and m.getattr_or(thing, "x", other) == 5
    m.delattr(thing, "x")
    for call in (m.getattr, m.delattr):
        with pytest.raises(AttributeError, match="x"):
            call(thing, "x")
    assert m.getattr_or(thing, "x", other) is other and m.getattr_or(thing, 1, other) is other
    with pytest.raises(TypeError, match="attribute name must be string"):
        m.getattr(thing, 1)

    class Failing:
        def __getattr__(self, name):
            raise ZeroDivisionError(name)

    assert m.hasattr(Failing(), "x") is False and m.getattr_or(Failing(), "x", other) is other
    with pytest.raises(ZeroDivisionError):
        m.getattr(Failing(), "x")


@pytest.mark.row("api-wrap-42")
def test_a_module_is_named_by_a_python_object():
    assert m.import_("os.path") is sys.modules["os.path"]
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        m.import_("no_such_module_anywhere")
    with pytest.raises(TypeError):
        m.import_(1)


# Items.


@pytest.mark.row("api-obj-10", "api-obj-11", "api-obj-12")
def test_items_are_read_and_assigned_in_brackets():
    table = {"k": 1, 3: 2}
    assert m.item_text(table) == 1 and m.item(table, 3) == 2
    assert m.item_number(["a", "b"], -1) == "b"
    assert m.items({"a": {"b": [7]}}) == 7
    m.assign(table, (1, 2), 5)
    assert table[1, 2] == 5
    values = [None] * 4
    m.assign_all(values)
    assert values == [0, 1, 4, 9]
    m.assign_dog(table)
    assert type(table["dog"]) is m.Dog and table["dog"].age == 4
    m.delete(table, "dog")
    m.delete(values, -1)
    assert "dog" not in table and values == [0, 1, 4]
    for call in (m.item, m.delete):
        with pytest.raises(KeyError) as caught:
            call(table, "no key")
        assert caught.value.args == ("no key",)
        with pytest.raises(IndexError):
            call(values, 9)
    with pytest.raises(TypeError, match="does not support item assignment"):
        m.assign((), 0, 1)
    with pytest.raises(IndexError):
        m.assign(values, 9, 1)


# Operators in place.

OPERATORS = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv, "%": operator.imod, "|": operator.ior,
    "&": operator.iand, "^": operator.ixor, "<<": operator.ilshift, ">>": operator.irshift,
}  # fmt: skip


@pytest.mark.row("WRP-03", "api-obj-27", "api-handle-15")
@pytest.mark.parametrize("sign", OPERATORS)
def test_operators_in_place_store_what_they_make(sign):
    place = types.SimpleNamespace(x=13, y=14)
    own = getattr(m, sign)(place, 2)
    change = OPERATORS[sign]
    assert (place.x, place.y) == (change(13, 2), change(14, 2))
    # A variable that is an object has the result afterwards.
    assert own == change(change(13, 2), 2)


@pytest.mark.row("WRP-03", "api-obj-27")
def test_operators_in_place_that_rust_lacks():
    place = types.SimpleNamespace(x=13)
    getattr(m, "//")(place, 2)
    assert place.x == 6

    class Matrix:
        def __matmul__(self, other):
            return ("product", other)

    table = {"x": Matrix()}
    getattr(m, "@")(table, 1)
    assert table["x"] == ("product", 1)


@pytest.mark.row("WRP-03", "api-obj-27")
def test_items_and_attributes_are_changed_in_place():
    table = {"k": 1, "l": [1]}
    kept = table["l"]
    m.change_item(table, "k", 5)
    m.change_item(table, "l", [2])
    assert table == {"k": 6, "l": [1, 2]} and table["l"] is kept
    place = types.SimpleNamespace(a=types.SimpleNamespace(x=(1,)), text="text")
    m.change_attribute(place, (2,))
    m.change_text(place)
    assert place.a.x == (1, 2) and place.text == "text and more"
    assert m.count_words(["a", "b", "a"]) == {"a": 2, "b": 1}
    # As in Python, a tuple's element is changed, and then cannot be assigned.
    values = ([1],)
    with pytest.raises(TypeError, match="does not support item assignment"):
        m.change_item(values, 0, [2])
    assert values == ([1, 2],)
    with pytest.raises(KeyError):
        m.change_item({}, "k", 1)
    with pytest.raises(TypeError, match="unsupported operand"):
        m.change_item(table, "k", "x")
    assert table["k"] == 6


def test_what_leads_to_a_place_is_looked_up_once():
    log = []

    class Logging(dict):
        def __getattr__(self, name):
            log.append(name)
            return self

        def __setattr__(self, name, value):
            log.append(("set", name))

        def __iadd__(self, other):
            log.append("iadd")
            return self

    m.change_attribute(Logging(), 1)
    assert log == ["a", "x", "iadd", ("set", "x")]


@pytest.mark.row("WRP-03")
def test_an_operator_in_place_may_do_anything():
    table = {}

    class Wild:
        def __iadd__(self, other):
            table.clear()
            gc.collect()
            return "made"

        def __del__(self):
            table["died"] = True

    table["k"] = Wild()
    m.change_item(table, "k", 1)
    gc.collect()
    # The old value dies once the new one is there.
    assert table == {"k": "made", "died": True}

    class Failing:
        def __iadd__(self, other):
            raise ZeroDivisionError

    table["f"] = failing = Failing()
    with pytest.raises(ZeroDivisionError):
        m.change_item(table, "f", 1)
    assert table["f"] is failing


class Quiet:
    """Gives itself for every operator."""

    def __iadd__(self, other):
        return self

    __isub__ = __iadd__


@pytest.mark.row("WRP-04", "WRP-17", "WRP-05")
def test_places_lose_no_references():
    class Both(dict):
        """A dict with attributes."""

    value, key, other = Quiet(), ("a", "key"), Quiet()
    both = Both({key: value})
    both.x = other
    watched = (both, key, value, other, everything)
    before = [sys.getrefcount(one) for one in watched]
    m.change_often(both, key, other, 50_000)
    m.read_often(both, everything, key, 50_000)
    for _ in range(100):
        m.unused_places(both, key)
    assert [sys.getrefcount(one) for one in watched] == before
    assert both == {key: value} and vars(both) == {"x": other}


@pytest.mark.row("WRP-05")
def test_a_key_that_nobody_else_has_dies_with_its_place():
    class Key:
        def __hash__(self):
            return 1

    key, holder = Key(), {}
    watch = weakref.ref(key)
    with pytest.raises(KeyError) as caught:
        m.item(holder, key)
    caught.value.args = ()
    caught.value.__traceback__ = None
    del key, caught
    gc.collect()
    assert watch() is None


# Calls.


@pytest.mark.row("api-obj-13", "api-obj-14", "api-v3-10", "WRP-18")
def test_objects_are_called_as_in_cpp():
    assert m.call(everything) == ((1,), {}) and m.call_nothing(everything) == ((), {})
    assert m.call_result(lambda a: lambda b: (a, b)) == (1, 2)
    assert m.call_cast(lambda x: x + 1, 3) == 4

    class Mapping:
        def keys(self):
            return iter(["b", "c"])

        def __getitem__(self, key):
            return key * 2

    for mapping in ({"b": "bb", "c": "cc"}, types.MappingProxyType({"b": "bb", "c": "cc"}), Mapping()):
        for values in ((7, 8), [7, 8], iter([7, 8]), {7: 0, 8: 0}.keys(), (n for n in (7, 8))):
            assert m.call_all(everything, values, mapping) == (("a", 7, 8), {"own": 1, "b": "bb", "c": "cc"})
    # Any number of arguments, also more than a C++ call takes.
    assert m.call_many(everything, *range(100)) == ((*range(100), *range(100)), {})
    with pytest.raises(RuntimeError, match="^std::bad_cast"):
        m.call_cast(str, 3)


@pytest.mark.row("WRP-18")
def test_calls_that_cannot_be_made_raise_as_in_python():
    with pytest.raises(TypeError, match=r"argument after \* must be an iterable, not int"):
        m.call_all(everything, 1, {})
    for wrong in (1, "text", object(), [], [("b", 1)]):
        with pytest.raises(TypeError, match=rf"argument after \*\* must be a mapping, not {type(wrong).__name__}"):
            m.call_all(everything, (), wrong)
    with pytest.raises(TypeError, match="keywords must be strings, got a key of type 'int'"):
        m.call_all(everything, (), types.MappingProxyType({1: 2}))
    with pytest.raises(TypeError, match="got multiple values for keyword argument 'own'"):
        m.call_all(everything, (), types.MappingProxyType({"own": 2}))
    with pytest.raises(TypeError, match="'int' object is not callable"):
        m.call_nothing(1)

    def failing():
        yield 1
        raise KeyError("in the middle")

    class Mapping(dict):
        def keys(self):
            raise ZeroDivisionError("no keys")

    with pytest.raises(KeyError, match="in the middle"):
        m.call_all(everything, failing(), {})
    with pytest.raises(ZeroDivisionError, match="no keys"):
        m.call_all(everything, (), types.SimpleNamespace(keys=Mapping().keys))


def test_a_mapping_that_changes_while_it_is_read():
    class Changing:
        def __init__(self):
            self.table = {"a": 1, "b": 2}

        def keys(self):
            return list(self.table)

        def __getitem__(self, key):
            value = self.table.pop(key)
            gc.collect()
            return value

    assert m.call_all(everything, (), Changing()) == (("a",), {"own": 1, "a": 1, "b": 2})


@pytest.mark.row("api-disc-22")
def test_what_a_function_ends_with_is_read():
    place = types.SimpleNamespace(x={"y": types.SimpleNamespace(z=7)})
    assert m.ends_with_attr(place) is m.ends_with_object(place) is place.x
    assert m.ends_with_both(place) == 7
    assert m.ends_with_item({1: 2}, 1) == 2
    for function in m.ends_with_attr, m.ends_with_object:
        with pytest.raises(AttributeError, match="object has no attribute 'x'"):
            function(5)
    with pytest.raises(KeyError):
        m.ends_with_item({}, 1)
