"""Python objects in Rust: every wrapper as an argument and a result, references, iteration, types, namespaces."""

import gc
import re
import sys
import types
import weakref

import pytest
import test_handles_ext as m
from refusals import refusal, refused
from samples import Thing


class ListSub(list):
    """A list that is not exactly one."""


class DictSub(dict):
    """A dict that is not exactly one."""


class StrSub(str):
    """A str that is not exactly one."""


class TupleSub(tuple):
    """A tuple that is not exactly one."""


class IntSub(int):
    """An int that is not exactly one."""


# Wrappers as arguments and results.

TARGET = Thing()
SAMPLES = {
    "list": [1],
    "list_sub": ListSub(),
    "tuple": (1,),
    "tuple_sub": TupleSub(),
    "dict": {1: 2},
    "dict_sub": DictSub(),
    "set": {1},
    "frozenset": frozenset([1]),
    "str": "text",
    "str_sub": StrSub("sub"),
    "bytes": b"bytes",
    "bytearray": bytearray(b"bytes"),
    "memoryview": memoryview(b"bytes"),
    "int": 12345678901234567890,
    "int_sub": IntSub(3),
    "bool": True,
    "float": 1.5,
    "slice": slice(1, 2),
    "type": Thing,
    "module": types.ModuleType("made_up"),
    "function": len,
    "generator": (x for x in "ab"),
    "range": range(3),
    "mappingproxy": types.MappingProxyType({}),
    "capsule": m.capsule_new(1),
    "weakref": weakref.ref(TARGET),
    "ellipsis": ...,
    "not_implemented": NotImplemented,
    "plain": TARGET,
}
TEXTS = {"str", "str_sub"}
SEQUENCES = {"list", "list_sub", "tuple", "tuple_sub", "bytes", "bytearray", "memoryview", "range"} | TEXTS
MAPPINGS = SEQUENCES | {"dict", "dict_sub", "mappingproxy"}

# Kind: name in signatures, the samples it takes.
KINDS = {
    "object": ("object", set(SAMPLES)),
    "handle": ("object", set(SAMPLES)),
    "any": ("typing.Any", set(SAMPLES)),
    "fallback": ("object", set(SAMPLES)),
    "list": ("list", {"list", "list_sub"}),
    "tuple": ("tuple", {"tuple", "tuple_sub"}),
    "dict": ("dict", {"dict", "dict_sub"}),
    "set": ("set", {"set"}),
    "frozenset": ("frozenset", {"frozenset"}),
    "str": ("str", TEXTS),
    "bytes": ("bytes", {"bytes"}),
    "bytearray": ("bytearray", {"bytearray"}),
    "memoryview": ("memoryview", {"memoryview"}),
    "int": ("int", {"int", "int_sub", "bool"}),
    "float": ("float", {"float"}),
    "bool": ("bool", {"bool"}),
    "slice": ("slice", {"slice"}),
    "type": ("type", {"type"}),
    "module": ("types.ModuleType", {"module"}),
    "callable": ("collections.abc.Callable", {"type", "function", "weakref"}),
    "iterable": ("collections.abc.Iterable", MAPPINGS | {"set", "frozenset", "generator"}),
    "iterator": ("collections.abc.Iterator", {"generator"}),
    "sequence": ("collections.abc.Sequence", SEQUENCES),
    "mapping": ("collections.abc.Mapping", MAPPINGS),
    "capsule": ("types.CapsuleType", {"capsule"}),
    "weakref": ("weakref.ReferenceType", {"weakref"}),
    "ellipsis": ("types.EllipsisType", {"ellipsis"}),
    "not_implemented": ("types.NotImplementedType", {"not_implemented"}),
}
CHECKED = sorted(set(KINDS) - {"object", "handle", "any", "fallback"})


def of(name, kind):
    return getattr(m, f"{name}_{kind}")


def qualified(sample):
    """The sample's type as messages show it: types that are statics of native code without their module."""
    cls = type(sample)
    made_at_run_time = cls.__flags__ & 1 << 9
    return f"{cls.__module__}.{cls.__name__}" if made_at_run_time else cls.__name__


@pytest.mark.row("xchg-34")
@pytest.mark.parametrize("kind", KINDS)
def test_each_wrapper_shows_its_name_in_signatures(kind):
    text = KINDS[kind][0]
    assert of("id", kind).__doc__ == f"id_{kind}(arg: {text}, /) -> {text}"
    optional = f"{text} | None"
    assert of("opt", kind).__doc__ == f"opt_{kind}(arg: {optional}, /) -> {optional}"


@pytest.mark.row("WRP-16", "api-wrap-39", "api-handle-1")
@pytest.mark.row("xchg-33", "api-wrap-1", "api-wrap-7", "api-wrap-19", "api-wrap-29", "api-wrap-44", "api-wrap-69")
@pytest.mark.row("api-wrap-70", "api-wrap-71", "api-wrap-78", "api-wrap-85", "api-wrap-89", "xchg-34")
@pytest.mark.parametrize("kind", KINDS)
def test_each_wrapper_takes_its_kind_and_refuses_others(kind):
    text, taken = KINDS[kind]
    for name, sample in SAMPLES.items():
        if name in taken:
            assert of("id", kind)(sample) is sample
            assert of("opt", kind)(sample) is sample
            assert of("items", kind)([sample])[0] is sample
            assert of("cast", kind)(sample) is sample
        else:
            expected = refusal([f"id_{kind}(arg: {text}, /) -> {text}"], qualified(sample))
            assert refused(of("id", kind), sample) == expected
            refused(of("opt", kind), sample)
            refused(of("items", kind), [sample])
            with pytest.raises(RuntimeError, match=r"^std::bad_cast: this '.*' object cannot be converted to"):
                of("cast", kind)(sample)
        # `isinstance` leaves implicit conversions out, and that is the only thing `fallback` is about.
        assert of("is", kind)(sample) is (name in taken and kind != "fallback")
    assert f"id_{kind}(arg: {text}, /) -> {text}" in of("id", kind).__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_each_wrapper_takes_none_as_an_option_only(kind):
    text = KINDS[kind][0]
    assert of("opt", kind)(None) is None
    assert refused(of("id", kind), None) == refusal([f"id_{kind}(arg: {text}, /) -> {text}"], "NoneType")


@pytest.mark.parametrize("kind", CHECKED)
def test_a_checked_downcast_names_both_types(kind):
    text, taken = KINDS[kind]
    for name, sample in SAMPLES.items():
        assert of("check", kind)(sample) is (name in taken)
        if name in taken:
            assert of("down", kind)(sample) is sample
        else:
            message = f"expected an object of type '{text}', got '{qualified(sample)}'"
            with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
                of("down", kind)(sample)


def test_wrappers_take_no_copies_and_lose_no_references():
    sample = SAMPLES["list"]
    before = sys.getrefcount(sample)
    for _ in range(100):
        m.id_list(sample)
        m.opt_list(sample)
        m.items_list([sample])
        m.cast_list(sample)
        m.is_list(sample)
        m.down_list(sample)
        m.list_get([sample], 0)
        m.each([sample], lambda x: None)
        m.each_entry({1: sample}, lambda k, v: None)
        m.make_tuple(sample)
        with pytest.raises(TypeError):
            m.down_dict(sample)
        with pytest.raises(TypeError):
            m.call_0(sample)
    assert sys.getrefcount(sample) == before


@pytest.mark.row("xchg-32")
def test_wrappers_work_on_lists_of_anything():
    original = [1, "a"]
    result = m.double_all(original)
    assert result == [2, "aa"] and result is not original and original == [1, "a"]
    assert m.double_all([[3], (4,), 1.5]) == [[3, 3], (4, 4), 3.0]
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \*: 'dict' and 'int'"):
        m.double_all([1, {}])


# Objects and references.


@pytest.mark.row("port-06", "api-handle-7", "api-handle-8", "api-handle-12", "api-handle-4", "api-handle-10", "api-handle-11")
@pytest.mark.row("api-handle-14", "api-handle-16", "api-handle-17")
def test_borrow_adds_a_reference_and_steal_takes_one_over():
    sample = Thing()
    before = sys.getrefcount(sample)
    borrowed, released, stolen, cloned, moved, dropped, end, same = m.borrow_and_drop(sample)
    assert (borrowed, released, stolen, cloned, moved) == (1, 1, 1, 2, 2)
    assert (dropped, end, same) == (1, 0, True)
    assert sys.getrefcount(sample) == before
    values = []
    before = sys.getrefcount(values)
    assert m.borrow_typed(values) is values
    assert sys.getrefcount(values) == before


def test_steal_of_null_is_the_raised_exception():
    assert m.steal_null("ab") == ["a", "b"]
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        m.steal_null(1)


@pytest.mark.row("api-obj-15", "api-obj-16", "api-obj-17")
def test_identity_none_and_type_are_told():
    a, b = [1], [1]
    assert m.is_same(a, a) and not m.is_same(a, b)
    assert m.is_none([None]) and not m.is_none([0])
    assert m.is_type_object(int) and m.is_type_object(m.Dog) and not m.is_type_object(1)
    assert m.is_callable_object(len) and not m.is_callable_object(1)
    assert m.none_or(None) is True and m.none_or([]) is False


# Iteration.


@pytest.mark.row("api-obj-4", "api-wrap-74", "api-wrap-75", "api-wrap-76")
def test_iterators_give_their_values_and_their_exceptions():
    assert m.total([1, 2, 3]) == 6 and m.total({4: 0, 5: 0}) == 9 and m.total(iter(())) == 0
    assert m.total_by_iterator(x for x in (1, 2)) == 3
    values = iter("ab")
    assert [m.next(values), m.next(values), m.next(values), m.next(values)] == ["a", "b", None, None]
    assert m.iter(values) is values

    def fails():
        yield 1
        raise KeyError("in the middle")

    for call in [m.total, m.total_by_iterator]:
        with pytest.raises(KeyError, match="in the middle"):
            call(fails())
    with pytest.raises(RuntimeError, match="std::bad_cast"):
        m.total([1, "two"])
    for value in [1, Thing()]:
        with pytest.raises(TypeError, match="object is not iterable"):
            m.iter(value)

    class OldStyle:
        def __getitem__(self, index):
            return [1, 2][index]

    assert m.total(OldStyle()) == 3


def test_an_iterator_that_stops_being_one_raises():
    class Counting:
        def __iter__(self):
            return self

        def __next__(self):
            self.__class__ = Plain
            return 1

    class Plain:
        pass

    with pytest.raises(TypeError, match="^expected an object of type 'collections.abc.Iterator', got '.*Plain'$"):
        m.total_by_iterator(Counting())


@pytest.mark.row("api-wrap-18")
def test_a_list_may_change_while_it_is_read():
    for change, count in [
        (lambda values: values.clear(), 1),
        (lambda values: values.pop(), 2),
        (lambda values: values.append(0) if len(values) < 6 else None, 6),
        (lambda values: values.__setitem__(slice(None), [object() for _ in values]), 4),
        (lambda values: values.__init__(), 1),
    ]:
        values = [object(), object(), object(), object()]
        assert m.each(values, lambda _: change(values)) == count
    # What the loop holds stays alive when the list lets go of it.
    values = [Thing()]
    watch, seen = weakref.ref(values[0]), []

    def clear(value):
        values.clear()
        gc.collect()
        seen.append(watch() is value)

    m.each(values, clear)
    assert seen == [True]
    with pytest.raises(ValueError, match="stop"):
        m.each([1], lambda _: (_ for _ in ()).throw(ValueError("stop")))


def test_a_set_must_not_change_while_it_is_read():
    values = {1, 2, 3}
    with pytest.raises(RuntimeError, match="changed size during iteration"):
        m.each_of(values, lambda x: values.add(x + 10))


@pytest.mark.row("api-wrap-23")
def test_dict_entries_are_a_snapshot():
    for change in [
        lambda table: table.clear(),
        lambda table: table.update({len(table): 0}),
        lambda table: table.pop(next(iter(table))),
    ]:
        table = {"a": Thing(), "b": Thing(), "c": Thing()}
        expected, seen = list(table.items()), []

        def each(key, value, change=change, table=table, seen=seen):
            seen.append((key, value))
            change(table)

        assert m.each_entry(table, each) == 3
        assert seen == expected


@pytest.mark.row("api-wrap-5")
def test_tuple_iterators_know_how_many_are_left():
    assert m.tuple_lengths((1, 2, 3)) == (3, 2, 2)
    assert m.tuple_lengths(()) == (0, 0, 0)


# Types.


@pytest.mark.row("port-05", "api-type-3")
def test_the_class_of_a_bound_type_is_found():
    assert m.type_dog() is m.Dog
    assert m.type_hidden() is None and m.type_int() is None


@pytest.mark.row("api-obj-5")
def test_types_of_objects():
    for value in [1, "text", Thing(), m.Dog(), int]:
        assert m.type_of(value) is type(value)
    assert m.type_names(m.Dog) == ("Dog", "Dog")
    inner = type("Inner", (), {"__qualname__": "Outer.Inner"})
    assert m.type_names(inner) == ("Inner", "Outer.Inner")
    assert type(m.make(Thing)) is Thing and m.make(list) == []


@pytest.mark.row("api-undoc-1", "api-type-1", "api-type-2")
def test_isinstance_by_rust_type_and_by_class():
    class Sub(m.Dog):
        pass

    assert m.is_dog(m.Dog()) and m.is_dog(Sub()) and not m.is_dog(1)
    assert not m.is_hidden(m.Dog()) and not m.is_hidden(1)
    assert m.is_i32(1) and not m.is_i32("1") and not m.is_i32(2**40)
    # Implicit conversions do not count.
    assert m.is_floats([1.0]) and not m.is_floats(["x"]) and not m.is_floats([1])
    assert m.isinstance(True, int) and not m.isinstance(1, str) and m.isinstance(1, (str, int))
    assert m.issubclass(bool, int) and not m.issubclass(int, bool)

    class Meta(type):
        def __instancecheck__(cls, value):
            raise ZeroDivisionError("in the check")

    with pytest.raises(ZeroDivisionError, match="in the check"):
        m.isinstance(1, Meta("Odd", (), {}))
    for call in [m.isinstance, m.issubclass]:
        with pytest.raises(TypeError):
            call(int, 1)


@pytest.mark.row("api-undoc-8")
def test_the_module_typing():
    import typing

    assert m.typing() is typing


class Plain:
    name = "class"

    def __init__(self):
        self.name = "instance"


class Slotted:
    __slots__ = ("name",)


class Guarded:
    """Whose attributes cannot be reached in the usual way."""

    def __init__(self):
        object.__setattr__(self, "__hidden", 1)

    def __getattribute__(self, name):
        raise ZeroDivisionError(name)

    __setattr__ = __delattr__ = None


@pytest.mark.row("CLS-32", "api-v3-5")
def test_namespaces_without_attribute_access():
    # Of classes of all kinds.
    for cls in (int, list, types.NoneType, Plain, Guarded, m.Dog, type("Sub", (m.Dog,), {"own": 1})):
        space = m.type_dict(cls)
        assert type(space) is types.MappingProxyType and dict(space) == dict(type.__dict__["__dict__"].__get__(cls))
        assert m.type_lookup(cls, "__repr__") is next(c.__dict__["__repr__"] for c in cls.__mro__ if "__repr__" in c.__dict__)
        assert m.type_lookup(cls, "nothing of that name") is None
    assert m.type_lookup(Plain, "name") == "class" and m.type_lookup(bool, "numerator") is int.__dict__["numerator"]
    assert m.type_lookup(Guarded, "__getattribute__") is Guarded.__dict__["__getattribute__"]
    # What lies in the metaclass is none of the class.
    assert m.type_lookup(int, "mro") is None
    for call in (lambda: m.type_dict(1), lambda: m.type_lookup(1, "x")):
        with pytest.raises(TypeError, match="expected a class, got an object of type 'int'"):
            call()


@pytest.mark.row("CLS-32", "api-v3-5")
def test_dictionaries_of_instances():
    plain, guarded = Plain(), Guarded()
    found = m.inst_dict(plain)
    assert found == {"name": "instance"} and found is plain.__dict__
    found["more"] = 1
    assert plain.more == 1
    assert m.inst_dict(guarded) == {"__hidden": 1}
    assert m.inst_dict(types) is vars(types) and m.inst_dict(test_the_module_typing) is test_the_module_typing.__dict__
    number = type("Number", (int,), {})(5)
    number.x = 2
    assert m.inst_dict(number) == {"x": 2}
    thing = type("Sub", (m.Dog,), {})()
    thing.x = 3
    assert m.inst_dict(thing) == {"x": 3}
    # No exception is made, which a hook of the class could notice.
    for value in (1, "x", [], ..., Slotted(), m.Dog(), object()):
        assert m.inst_dict(value) is None
    for cls in (int, Plain, m.Dog):
        with pytest.raises(TypeError, match="the argument is a class"):
            m.inst_dict(cls)
