"""Python objects in Rust: every wrapper as an argument and a result, and what can be done with objects."""

import builtins
import contextlib
import gc
import io
import re
import subprocess
import sys
import textwrap
import threading
import types
import weakref

import pytest
import test_handles_ext as m
from refusals import refusal, refused


class Thing:
    """A plain class."""


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


@pytest.mark.parametrize("kind", KINDS)
def test_each_wrapper_shows_its_name_in_signatures(kind):
    text = KINDS[kind][0]
    assert of("id", kind).__doc__ == f"id_{kind}(arg: {text}, /) -> {text}"
    optional = f"{text} | None"
    assert of("opt", kind).__doc__ == f"opt_{kind}(arg: {optional}, /) -> {optional}"


@pytest.mark.row("xchg-33", "api-wrap-1", "api-wrap-7", "api-wrap-19", "api-wrap-29", "api-wrap-44", "api-wrap-69")
@pytest.mark.row("api-wrap-70", "api-wrap-71", "api-wrap-78", "api-wrap-85", "api-wrap-89")
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


@pytest.mark.row("port-06", "api-handle-7", "api-handle-8", "api-handle-12")
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


@pytest.mark.row("api-obj-10", "api-obj-11", "api-attr-6")
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


def test_calls_that_cannot_be_made_raise():
    with pytest.raises(TypeError, match="^got multiple values for keyword argument 'a': pass each keyword once$"):
        m.call_twice_named(everything)
    with pytest.raises(TypeError, match="^got multiple values for keyword argument 'own'"):
        m.call_unpack(everything, (), {"own": 2})
    with pytest.raises(TypeError, match="^keywords must be strings, got a key of type 'int'$"):
        m.call_unpack(everything, (), {1: 2})
    with pytest.raises(TypeError, match="'int' object is not iterable"):
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


@pytest.mark.row("port-04", "api-err-6")
def test_an_exception_of_a_callback_can_be_matched():
    def raises(error):
        def body():
            raise error

        return body

    assert m.catch(lambda: 5) == "returned 5"
    assert m.catch(raises(KeyError("k"))) == "a lookup failed: KeyError: 'k'"
    assert m.catch(raises(IndexError())) == "a lookup failed: IndexError"
    assert m.catch(raises(FileNotFoundError(2, "gone"))) == "FileNotFoundError with (2, 'gone')"
    assert m.catch(raises(UnicodeError("u"))) == "UnicodeError with ('u',)"
    error = ZeroDivisionError("passes")
    with pytest.raises(ZeroDivisionError) as caught:
        m.catch(raises(error))
    assert caught.value is error


def test_an_exception_keeps_its_traceback_on_the_way_through():
    def innermost():
        raise LookupError("deep down")

    for call in [m.call_0, m.restore]:
        with pytest.raises(LookupError) as caught:
            call(innermost)
        names = []
        traceback = caught.value.__traceback__
        while traceback:
            names.append(traceback.tb_frame.f_code.co_name)
            traceback = traceback.tb_next
        assert names[-1] == "innermost"


def test_a_swallowed_exception_leaves_nothing_behind():
    class Error(Exception):
        pass

    watch = []

    def fails():
        error = Error()
        watch.append(weakref.ref(error))
        raise error

    assert m.call_and_swallow(fails) is True
    gc.collect()
    assert watch[0]() is None
    assert m.call_and_swallow(lambda: None) is False


@pytest.mark.row("api-err-3", "api-err-7", "api-err-22")
def test_errors_are_fetched_and_restored():
    assert m.fetch() == (True, "KeyError: 'raw'")
    assert m.restore(lambda: None) == 0
    error = KeyError("again")

    def fails():
        raise error

    with pytest.raises(KeyError) as caught:
        m.restore(fails)
    assert caught.value is error


@pytest.mark.row("api-err-15")
def test_builtin_exceptions_have_factories():
    for cls in [StopIteration, IndexError, KeyError, ValueError, TypeError, BufferError, ImportError, AttributeError]:
        for text in ["what went wrong", "", "\u00e9\0x"]:
            with pytest.raises(cls) as caught:
                m.raise_builtin(cls.__name__, text)
            assert type(caught.value) is cls and caught.value.args == (text,)


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


# Casts.


@pytest.mark.row("api-err-12")
def test_casts_to_rust_convert_or_name_both_types():
    assert m.cast_i32(5) == 5 and m.cast_text("text") == "text" and m.cast_floats([1, 2.5]) == [1.0, 2.5]
    assert m.cast_pair((1, "one")) == (1, "one") and m.cast_none([None]) is None and m.cast_none([4]) == 4
    for call, value, text in [
        (m.cast_i32, "5", "this 'str' object cannot be converted to 'int' (Rust type `i32`)"),
        (m.cast_byte, 256, "this 'int' object cannot be converted to 'int' (Rust type `u8`): out of range"),
        (m.cast_text, Thing(), f"this '{__name__}.Thing' object cannot be converted to 'str' (Rust type `String`)"),
    ]:
        with pytest.raises(RuntimeError) as caught:
            call(value)
        assert type(caught.value) is RuntimeError and str(caught.value) == "std::bad_cast: " + text
    for call, value in [(m.cast_floats, [1, "x"]), (m.cast_pair, (1,)), (m.cast_pair, (1, 2)), (m.cast_dog, 1)]:
        with pytest.raises(RuntimeError, match="^std::bad_cast"):
            call(value)


def test_try_cast_answers_without_exceptions():
    assert m.try_cast_int(5) == 5 and m.try_cast_int("5") is None and m.try_cast_int(10**30) is None
    assert m.try_cast_texts(["a"]) == ["a"] and m.try_cast_texts(["a", 1]) is None

    class Broken:
        def __len__(self):
            raise ZeroDivisionError

        def __getitem__(self, index):
            raise ZeroDivisionError

    assert m.try_cast_texts(Broken()) is None
    assert m.try_cast_int(Broken()) is None


def test_casts_of_bound_classes_copy_and_lend():
    dog = m.Dog(3)
    copy = m.cast_dog(dog)
    assert copy is not dog and copy.age == 3
    m.older(dog)
    assert dog.age == 4 and copy.age == 3
    with pytest.raises(RuntimeError, match="^std::bad_cast: this 'int' object cannot be converted to"):
        m.older(1)
    with pytest.raises(RuntimeError, match="^std::bad_cast"):
        m.cast_hidden(dog)


def test_what_is_lent_stays_marked_until_it_is_given_back():
    dog, other = m.Dog(3), m.Dog(5)
    assert m.older_than(other, dog) == 5 and dog.age == 4
    # The same object twice, once to be changed: refused, as Rust would.
    with pytest.raises(RuntimeError, match="has not finished yet$"):
        m.older_than(dog, dog)
    seen = []

    def reenter():
        with pytest.raises(RuntimeError, match="has not finished yet$"):
            m.older(dog)
        with pytest.raises(RuntimeError, match="has not finished yet$"):
            dog.age
        seen.append(m.older_than(other, m.Dog()))

    before = dog.age
    m.lend_while(dog, reenter)
    assert seen == [5] and dog.age == before + 1

    def fails():
        raise KeyError("while lent")

    with pytest.raises(KeyError):
        m.lend_while(dog, fails)
    m.older(dog)
    assert dog.age == before + 2


def test_casts_to_python():
    one, text, pairs, nothing, dog = m.to_python()
    assert (one, text, pairs, nothing) == (1, "text", [(1, 2.5)], None)
    assert type(dog) is m.Dog and dog.age == 7
    with pytest.raises(ValueError, match="^unlucky$"):
        m.to_python_unlucky()
    with pytest.raises(TypeError, match="Hidden"):
        m.cast_hidden_out()
    thing = Thing()
    assert m.make_tuple(thing) == (1, "two", thing, None)
    with pytest.raises(ValueError, match="^unlucky$"):
        m.make_tuple_unlucky()


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


# Questions, operators, texts.


@pytest.mark.row("api-size-1", "api-size-6")
def test_lengths_and_hints():
    class Hinting:
        def __length_hint__(self):
            return 7

    class Broken:
        def __length_hint__(self):
            raise ZeroDivisionError

        def __len__(self):
            raise KeyError("no length today")

        def __bool__(self):
            raise KeyError("no truth today")

        def __hash__(self):
            raise KeyError("no hash today")

        def __contains__(self, value):
            raise KeyError("no contents today")

    assert m.len([1, 2]) == 2 and m.len("abc") == 3 and m.is_empty({}) and not m.is_empty("a")
    with pytest.raises(TypeError, match=r"object of type 'int' has no len\(\)"):
        m.len(1)
    assert m.len_hint(iter([1, 2, 3])) == 3 and m.len_hint(Hinting()) == 7 and m.len_hint([1]) == 1
    assert m.len_hint(1) == 0 and m.len_hint(Broken()) == 0
    assert m.truth([1]) and not m.truth("") and m.hash("a") == hash("a") and m.hash(-1) == hash(-1)
    assert m.contains([1], 1) and not m.contains("abc", "x")
    for call, text in [(m.len, "length"), (m.truth, "truth"), (m.hash, "hash")]:
        with pytest.raises(KeyError, match=f"no {text} today"):
            call(Broken())
    with pytest.raises(KeyError, match="no contents today"):
        m.contains(Broken(), 1)
    with pytest.raises(TypeError, match="unhashable"):
        m.hash([])


COMPARISONS = ["equal", "not_equal", "less_than", "less_equal", "greater_than", "greater_equal"]


@pytest.mark.row("api-obj-19", "api-obj-20")
def test_comparisons():
    for a, b in [(1, 2), (2, 1), (2, 2), ("a", "b"), ([1], [1, 2]), (1.5, 1)]:
        results = [getattr(m, name)(a, b) for name in COMPARISONS]
        assert results == [a == b, a != b, a < b, a <= b, a > b, a >= b]
    nan = float("nan")
    # An object equals itself without being asked.
    assert m.equal(nan, nan) and not m.not_equal(nan, nan) and nan != nan
    assert not m.equal(1, "1") and m.not_equal(1, "1")
    for name in COMPARISONS[2:]:
        with pytest.raises(TypeError, match="not supported between instances of 'int' and 'str'"):
            getattr(m, name)(1, "1")

    class Broken:
        def __eq__(self, other):
            raise ZeroDivisionError("in eq")

    with pytest.raises(ZeroDivisionError, match="in eq"):
        m.equal(Broken(), 1)
    assert m.equal(broken := Broken(), broken)


@pytest.mark.row("api-obj-21", "api-obj-22", "api-obj-23", "api-obj-24", "api-undoc-7")
def test_arithmetic():
    class Matrix:
        def __matmul__(self, other):
            return ("matmul", other)

    for a, b in [(7, 2), (12, 3)]:
        expected = [a + b, a - b, a * b, a / b, a % b, a & b, a | b, a ^ b, a << b, a >> b]
        names = ["add", "sub", "mul", "div", "rem", "bit_and", "bit_or", "bit_xor", "shl", "shr"]
        assert [getattr(m, name)(a, b) for name in names] == expected
        assert m.operators(a, b) == [*expected, -a, ~a]
        assert m.floor_div(a, b) == a // b and m.pow(a, b) == a**b
        assert m.neg(a) == -a and m.invert(a) == ~a and m.abs(-a) == a
    assert m.matmul(Matrix(), 1) == ("matmul", 1) and m.add([1], [2]) == [1, 2] and m.mul("ab", 2) == "abab"
    assert m.plus_one(10**30) == 10**30 + 1


@pytest.mark.row("xchg-35")
def test_operators_raise_what_python_raises():
    with pytest.raises(ZeroDivisionError):
        m.div(1, 0)
    with pytest.raises(ZeroDivisionError):
        m.operators(1, 0)
    for call in [lambda: m.plus(1, "x"), lambda: m.add(1, "x")]:
        with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+: 'int' and 'str'"):
            call()
    for call in [m.neg, m.negative]:
        with pytest.raises(TypeError, match="bad operand type for unary -: 'str'"):
            call("x")
    for call in [m.invert, m.inverse]:
        with pytest.raises(TypeError, match="bad operand type for unary ~: 'str'"):
            call("x")
    with pytest.raises(TypeError):
        m.abs("x")

    class Odd:
        def __add__(self, other):
            raise KeyError("in add")

    for call in [m.add, m.plus]:
        with pytest.raises(KeyError, match="in add"):
            call(Odd(), 1)
    # Iteration, multiplication, append: the loop of the manual.
    assert m.double_all(["a", 2]) == ["aa", 4]


@pytest.mark.row("api-obj-25")
def test_operators_in_place_return_the_result():
    values = [1]
    assert m.iadd(values, [2]) is values and values == [1, 2]
    assert m.imul(values, 2) is values and values == [1, 2, 1, 2]
    number = 7
    for name, result in [
        ("iadd", 9), ("isub", 5), ("imul", 14), ("idiv", 3.5), ("ifloor_div", 3), ("irem", 1), ("ibit_and", 2),
        ("ibit_or", 7), ("ibit_xor", 5), ("ishl", 28), ("ishr", 1),
    ]:
        assert getattr(m, name)(number, 2) == result and number == 7
    members = {1, 2}
    assert m.ibit_or(members, {3}) is members and m.isub(members, {1}) is members and members == {2, 3}
    with pytest.raises(TypeError):
        m.imatmul(1, 2)
    with pytest.raises(TypeError):
        m.iadd(1, "x")


class Untold:
    """Has no text."""

    def __str__(self):
        raise ZeroDivisionError

    __repr__ = __str__


def test_texts_of_objects():
    assert m.repr("a'b") == '"a\'b"' and m.str("a") == "a" and m.repr([1]) == "[1]"
    assert m.texts("a") == "a 'a'      a|"
    for call in [m.repr, m.str]:
        with pytest.raises(ZeroDivisionError):
            call(Untold())
    # Rust's own formatting cannot raise.
    name = f"<{__name__}.Untold object>"
    assert m.texts(Untold()) == f"{name} {name} {name}|"


def test_printing_goes_to_the_current_stdout(capsys):
    m.print([1, "two"])
    m.print_text("h\u00e9llo")
    assert capsys.readouterr().out == "[1, 'two']\nh\u00e9llo\n"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        m.print("redirected")
    m.print_to("to a file", out)
    assert out.getvalue() == "redirected\nto a file-end"
    assert capsys.readouterr().out == ""

    class Full:
        def write(self, text):
            raise OSError("no space")

    with contextlib.redirect_stdout(Full()), pytest.raises(OSError, match="no space"):
        m.print(1)
    with pytest.raises(ZeroDivisionError):
        m.print(Untold())


# Lists.


@pytest.mark.row("api-wrap-8", "api-wrap-9", "api-wrap-10", "api-wrap-17", "api-size-3")
def test_list_elements():
    first, second = m.list_new()
    assert first == [] and second == [] and first is not second
    source = (1, 2)
    assert m.list_of(source) == [1, 2] and m.list_of(x for x in "ab") == ["a", "b"]
    with pytest.raises(TypeError, match="not iterable"):
        m.list_of(1)
    assert m.list_size([]) == (0, 0, True) and m.list_size([1, 2]) == (2, 2, False)
    values = [10, 20, 30]
    assert [m.list_get(values, i) for i in (0, 2, -1, -3)] == [10, 30, 30, 10]
    m.list_set(values, 0, "first")
    m.list_set(values, -1, "last")
    assert values == ["first", 20, "last"]
    m.list_del(values, -2)
    assert values == ["first", "last"]
    for i in [2, -3, 2**62, -(2**63), 2**63 - 1]:
        for call in [m.list_get, m.list_del, lambda values, i: m.list_set(values, i, 1)]:
            with pytest.raises(IndexError):
                call(values, i)
    with pytest.raises(IndexError, match="^index out of range$"):
        m.list_get_wide(values, 2**64 - 1)
    assert values == ["first", "last"]


@pytest.mark.row("api-wrap-11", "api-wrap-12", "api-wrap-13", "api-wrap-14", "api-wrap-15", "api-wrap-16")
def test_lists_are_changed_as_in_python():
    values = []
    m.list_append(values)
    assert values[:3] == [1, "two", [3.0]] and values[3] is values and values[4] is None
    values = []
    m.list_append_dog(values)
    assert values[0].age == 1
    with pytest.raises(ValueError, match="^unlucky$"):
        m.list_append_unlucky(values)
    assert len(values) == 1
    for i in [0, 1, -1, 5, -9]:
        values, expected = [1, 2, 3], [1, 2, 3]
        m.list_insert(values, i, "new")
        expected.insert(i, "new")
        assert values == expected
    values = [1]
    m.list_extend(values, (2, 3))
    m.list_extend(values, iter([4]))
    m.list_extend(values, values)
    m.list_extend_vec(values)
    assert values == [1, 2, 3, 4, 1, 2, 3, 4, 7, 8]
    with pytest.raises(TypeError):
        m.list_extend(values, 1)
    m.list_reverse(values)
    assert values == [8, 7, 4, 3, 2, 1, 4, 3, 2, 1]
    m.list_sort(values)
    assert values == [1, 1, 2, 2, 3, 3, 4, 4, 7, 8]
    with pytest.raises(TypeError, match="'<' not supported"):
        m.list_sort([1, "a"])
    m.list_clear(values)
    assert values == []


def test_lists_that_change_while_they_are_changed():
    values = []

    class Item:
        def __lt__(self, other):
            values.append("new")
            return True

    values.extend([Item(), Item()])
    with pytest.raises(ValueError, match="list modified during sort"):
        m.list_sort(values)

    def shrinking():
        values.clear()
        yield 1

    values[:] = [5, 6]
    m.list_extend(values, shrinking())
    assert values == [1]

    class Last:
        """Fills the list again when it dies."""

        def __del__(self):
            values.append("again")

    values[:] = [Last()]
    m.list_clear(values)
    gc.collect()
    assert values == ["again"]
    values[:] = [Last()]
    m.list_set(values, 0, 1)
    gc.collect()
    assert values == [1, "again"]


# Dicts.


@pytest.mark.row("api-wrap-20", "api-wrap-21", "api-wrap-22", "api-wrap-25", "api-wrap-26", "api-wrap-27")
@pytest.mark.row("api-wrap-28", "api-size-4")
def test_dict_entries():
    first, second = m.dict_new()
    assert first == {} and second == {} and first is not second
    table = {"key": 1}
    assert m.dict_size({}) == (0, 0, True) and m.dict_size(table) == (1, 1, False)
    default = object()
    assert m.dict_get(table, "key") == 1 and m.dict_get(table, "other") is None
    assert m.dict_get_or(table, "key", default) == 1 and m.dict_get_or(table, "other", default) is default
    assert m.dict_get_text(table, default) == 1 and m.dict_get_text({}, default) is default
    m.dict_set(table, (1,), "tuple")
    assert table == {"key": 1, (1,): "tuple"}
    assert m.dict_contains(table, (1,)) and not m.dict_contains(table, 5) and m.dict_contains_int({5: 0}, 5)
    m.dict_del(table, (1,))
    with pytest.raises(KeyError):
        m.dict_del(table, (1,))
    m.dict_update(table, {"key": 2, "more": 3})
    assert table == {"key": 2, "more": 3}
    with pytest.raises(AttributeError):
        m.dict_update(table, 1)
    m.dict_clear(table)
    assert table == {}
    calls = [m.dict_get, m.dict_contains, m.dict_del, lambda d, k: m.dict_set(d, k, 1), lambda d, k: m.dict_get_or(d, k, 1)]
    for call in calls:
        with pytest.raises(TypeError, match="unhashable"):
            call({"key": 1}, [])

    class Broken:
        def __hash__(self):
            return hash("key")

        def __eq__(self, other):
            raise ZeroDivisionError("in eq")

    for call in calls:
        with pytest.raises(ZeroDivisionError, match="in eq"):
            call({"key": 1}, Broken())

    # A subclass is read as a dict, without its `__missing__`.
    class Missing(dict):
        def __missing__(self, key):
            return "made up"

    assert m.dict_get(Missing(), "x") is None and m.item_get(Missing(), "x") == "made up"


@pytest.mark.row("api-wrap-24")
def test_dict_parts_are_new_lists():
    table = {"a": 1, "b": 2}
    keys, values, items = m.dict_parts(table)
    table.clear()
    assert (keys, values, items) == (["a", "b"], [1, 2], [("a", 1), ("b", 2)])
    assert [type(part) for part in (keys, values, items, items[0])] == [list, list, list, tuple]


# Tuples and sets.


@pytest.mark.row("api-wrap-2", "api-wrap-3", "api-wrap-4", "api-wrap-6", "api-size-2")
def test_tuples():
    assert m.tuple_new() == ((), ())
    assert m.tuple_of([1, 2]) == (1, 2) and m.tuple_of("ab") == ("a", "b")
    with pytest.raises(TypeError, match="not iterable"):
        m.tuple_of(1)
    assert m.tuple_size(()) == (0, 0, True) and m.tuple_size((1, 2)) == (2, 2, False)
    values = (1, 2, 3)
    for call in [m.tuple_get, m.tuple_item]:
        assert [call(values, i) for i in (0, 2, -1)] == [1, 3, 3]
        for i in [3, -4, 2**62, -(2**63)]:
            with pytest.raises(IndexError):
                call(values, i)
    with pytest.raises(TypeError, match="does not support item assignment"):
        m.tuple_item_set(values, 0)


@pytest.mark.row("api-wrap-30", "api-wrap-31", "api-wrap-32", "api-wrap-33", "api-wrap-34", "api-wrap-35")
@pytest.mark.row("api-wrap-36", "api-wrap-37", "api-wrap-38", "api-size-5")
def test_sets():
    made = m.set_new()
    assert [type(x) for x in made] == [set, set, frozenset, frozenset] and not any(made)
    assert m.set_of("aab") == {"a", "b"} and m.frozenset_of("aab") == frozenset("ab")
    for call in [m.set_of, m.frozenset_of]:
        with pytest.raises(TypeError, match="not iterable"):
            call(1)
        with pytest.raises(TypeError, match="unhashable"):
            call([[]])
    assert m.set_size(set()) == (0, 0, True) and m.set_size({1, 2}) == (2, 2, False)
    assert m.frozenset_size(frozenset()) == (0, 0, True) and m.frozenset_size(frozenset("ab")) == (2, 2, False)
    values = {1}
    m.set_add(values, "two")
    m.set_add_int(values, 3)
    assert values == {1, "two", 3}
    assert m.set_contains(values, 1) and not m.set_contains(values, 2)
    assert m.frozenset_contains(frozenset("ab"), "a") and not m.frozenset_contains(frozenset(), "a")
    assert m.set_discard(values, 1) is True and m.set_discard(values, 1) is False and values == {"two", 3}
    for call, empty in [
        (m.set_add, set()), (m.set_contains, set()), (m.set_discard, set()), (m.frozenset_contains, frozenset()),
    ]:
        with pytest.raises(TypeError, match="unhashable"):
            call(empty, {})
    m.set_clear(values)
    assert values == set()


# Texts, numbers, bytes.


@pytest.mark.row("api-wrap-57", "api-wrap-58", "api-wrap-60", "api-wrap-61")
def test_texts():
    for text in ["", "text", "h\u00e9\u4e16\U0001f40d", "a\0b"]:
        assert m.str_new(text) == text and m.str_read(text) == text
    with pytest.raises(UnicodeEncodeError):
        m.str_read("\ud800")
    assert m.str(5) == "5" and m.str_format("{} {!r} {key}", "x") == "1 'x' value"
    with pytest.raises(IndexError):
        m.str_format("{7}", 1)


@pytest.mark.row("api-wrap-50", "api-wrap-51", "api-wrap-52", "api-wrap-55", "api-wrap-56")
def test_numbers():
    assert m.int_of("12") == 12 and m.int_of(3.9) == 3 and m.int_of(10**40) == 10**40
    assert m.int_wide() == (-(2**127), 2**128 - 1, -1)
    assert m.float_of("1.5") == 1.5 and m.float_of(2) == 2.0
    for value in [0.1, -0.0, float("inf"), 5e-324]:
        assert repr(m.float_value(value)) == repr(value)
    assert m.bool_of([1]) is True and m.bool_of("") is False
    assert m.bool_not(True) is False and m.bool_not(False) is True
    for call in [m.int_of, m.float_of]:
        with pytest.raises(TypeError):
            call([])
        with pytest.raises(ValueError):
            call("x")

    class Broken:
        def __bool__(self):
            raise KeyError("no truth")

    with pytest.raises(KeyError, match="no truth"):
        m.bool_of(Broken())


@pytest.mark.row("api-wrap-62", "api-wrap-63", "api-wrap-64", "api-wrap-65", "api-wrap-66", "api-wrap-68", "api-wrap-82")
def test_bytes():
    assert m.bytes_new() == (b"a\0b", b"", b"text")
    assert m.bytes_of([1, 2]) == b"\1\2" and m.bytes_of(bytearray(b"x")) == b"x"
    assert m.bytes_read(b"\1\xff\0") == (256, 3, 3, False) and m.bytes_read(b"") == (0, 0, 0, True)
    made, empty = m.bytearray_new(b"a\0b")
    assert made == bytearray(b"a\0b") and type(made) is bytearray and empty == bytearray()
    assert m.bytearray_of(b"x") == bytearray(b"x") and m.bytearray_read(made) == (195, 3, 3, False)
    m.bytearray_resize(made, 1)
    assert made == bytearray(b"a")
    # What is new is zero, not what the memory held.
    m.bytearray_resize(made, 1000)
    assert made == bytearray(b"a" + bytes(999))
    view = memoryview(made)
    for size in [10, 2000]:
        with pytest.raises(BufferError):
            m.bytearray_resize(made, size)
    assert len(view) == 1000
    view = m.memoryview_of(b"xyz")
    assert type(view) is memoryview and view[1] == ord("y")
    for call in [m.memoryview_of, m.bytes_of]:
        with pytest.raises(TypeError):
            call(1.5)


# Slices, singletons, modules, protocols.


@pytest.mark.row("api-wrap-79", "api-wrap-80", "api-wrap-81")
def test_slices():
    for parts in [(None, None, None), (1, None, None), (None, 5, -1), (1, 2, 3)]:
        assert m.slice_new(*parts) == slice(*parts)
    assert m.slice_none() == slice(5)
    for s in [slice(None), slice(1, 100), slice(-3, None), slice(None, None, -1), slice(8, 2, -2), slice(5, 1)]:
        for size in [0, 1, 5, 10]:
            start, stop, step = s.indices(size)
            assert m.slice_compute(s, size) == (start, stop, step, len(range(start, stop, step)))
    with pytest.raises(ValueError, match="slice step cannot be zero"):
        m.slice_compute(slice(None, None, 0), 3)
    with pytest.raises(TypeError):
        m.slice_compute(slice("a", "b"), 3)
    with pytest.raises(OverflowError):
        m.slice_compute(slice(1), 2**63)


@pytest.mark.row("api-wrap-83", "api-wrap-84")
def test_singletons():
    assert m.singletons() == (..., ..., NotImplemented, NotImplemented)


@pytest.mark.row("api-wrap-41")
def test_modules_are_imported():
    load = getattr(m, "import")
    assert load("os.path") is sys.modules["os.path"]
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        load("no_such_module_anywhere")


@pytest.mark.row("api-wrap-73")
def test_mappings_list_their_parts():
    table = types.MappingProxyType({"a": 1})
    for mapping in [table, {"a": 1}]:
        assert m.mapping_parts(mapping) == (["a"], [1], [("a", 1)])
    with pytest.raises(AttributeError, match="keys"):
        m.mapping_parts([1])


@pytest.mark.row("api-wrap-90")
def test_fallback_gives_way_to_exact_matches_and_to_earlier_conversions():
    class Floaty:
        def __float__(self):
            return 1.5

    # Exact matches win, also those of later overloads.
    assert m.over(1.5) == "float" and m.over(1) == "int" and m.over([1.5]) == "floats"
    # Then the overloads convert, in their order.
    assert m.over(Floaty()) == "float"
    assert m.over([Floaty()]) == "fallback" and m.over("x") == "fallback"


@pytest.mark.row("api-wrap-86")
def test_weak_references():
    thing, gone = Thing(), []
    plain, watched = m.weakref_new(thing, None), m.weakref_new(thing, gone.append)
    assert type(plain) is weakref.ref and plain() is thing and m.weakref_get(plain) is thing
    del thing
    gc.collect()
    assert m.weakref_get(plain) is None and gone == [watched]
    with pytest.raises(TypeError, match="cannot create weak reference to 'int' object"):
        m.weakref_new(1, None)


# Capsules.


@pytest.mark.row("api-wrap-47")
def test_capsules_own_values_and_know_their_types():
    before = m.capsules_dropped()
    plain, named = m.capsule_new(5), m.capsule_named(6)
    assert type(plain).__name__ == "PyCapsule" and repr(named).startswith('<capsule object "a.name"')
    assert m.capsule_get(plain) == 5 and m.capsule_get(named) == 6
    assert m.capsule_get_other(plain) is None
    assert m.capsule_name(plain) is None and m.capsule_name(named) == "a.name"
    assert m.capsules_dropped() == before
    del plain, named
    gc.collect()
    assert m.capsules_dropped() == before + 2
    # Other people's capsules hold no values of ours.
    import datetime

    foreign = datetime.datetime_CAPI
    assert m.capsule_get(foreign) is None and m.capsule_name(foreign) == "datetime.datetime_CAPI"
    assert m.capsule_data(foreign) != 0


@pytest.mark.row("api-wrap-46", "api-wrap-48", "api-wrap-49")
def test_raw_capsules_keep_their_pointer():
    m.capsules_cleaned()
    plain, named = m.capsule_raw(0x1230, False), m.capsule_raw(0x4560, True)
    assert m.capsule_data(plain) == 0x1230 and m.capsule_data(m.id_capsule(named)) == 0x4560
    assert m.capsule_data_named(named) == 0x4560
    with pytest.raises(ValueError, match="incorrect name"):
        m.capsule_data_named(plain)
    assert m.capsule_get(plain) is None and m.capsule_name(named) == "raw.name"
    del plain
    assert m.capsules_cleaned() == [0x1230]
    del named
    assert m.capsules_cleaned() == [0x4560]
    with pytest.raises(ValueError):
        m.capsule_null()


# Threads and detaching.


@pytest.mark.parametrize("name", m.uses())
def test_using_an_object_after_detaching_is_an_exception(name):
    kinds = {"list": [], "tuple": (), "dict": {}, "set": set(), "str": "x", "float": 1.5}
    kinds.update({"bytearray": bytearray(), "slice": slice(1, 2, 0), "type": Thing})
    values = kinds.get(name.split("_")[0], [])
    before = repr(values)
    m.keep(values)
    try:
        with pytest.raises(RuntimeError, match="Python objects can be used only while the thread is attached"):
            m.use_detached(name)
        # The thread is attached again, and the object as good as before.
        assert m.is_attached() == (True, False)
        assert m.repr(values) == before
    finally:
        m.forget()


def test_formatting_after_detaching_shows_a_placeholder():
    m.keep([1])
    try:
        assert m.show_detached() == "<Python object, thread detached> <Python object, thread detached>"
    finally:
        m.forget()


def test_an_object_dropped_while_detached_is_released():
    died = []

    class Last:
        def __del__(self):
            died.append(threading.current_thread())

    m.keep(Last())
    assert died == []
    m.drop_detached()
    assert died == [threading.current_thread()]


def test_an_object_dropped_by_an_ending_thread_is_released():
    thing = Thing()
    before = sys.getrefcount(thing)
    builtins.test_handles_thing = thing
    try:
        assert m.drop_at_thread_end("test_handles_thing") is True
    finally:
        del builtins.test_handles_thing
    assert sys.getrefcount(thing) == before


def test_threads_of_rust_attach_to_use_objects():
    values = []
    builtins.test_handles_values = values
    try:
        assert m.append_from_threads("test_handles_values", 50) == 0
    finally:
        del builtins.test_handles_values
    assert values == [1] * 200
    # An exception in such a thread stays there.
    assert m.append_from_threads("no_such_name", 3) == 12


def test_attaching_twice_is_fine():
    values = []
    m.acquire_nested(values)
    assert values == [1] and m.is_attached() == (True, False)


def test_a_list_read_by_many_threads_while_it_shrinks():
    values, failures = list(range(200)), []

    def read():
        try:
            for _ in range(20):
                m.each(values, lambda x: None)
                m.double_all(values)
        except BaseException as error:
            failures.append(error)

    def shrink():
        while values:
            values.pop()

    threads = [threading.Thread(target=target) for target in [read, read, shrink]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and values == []


def test_an_object_may_outlive_the_interpreter():
    code = """
        import test_handles_ext as m

        class Last:
            def __del__(self):
                print("released")

        m.keep([1, 2])
        m.keep([3, 4])
        print("done")
    """
    paths = [path for path in sys.path if path]
    script = f"import sys; sys.path[:] = {paths!r}\n" + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


@pytest.mark.row("api-undoc-6")
def test_kinds_of_exceptions():
    def fail(error):
        raise error

    kinds = "RuntimeError StopIteration IndexError KeyError ValueError TypeError BufferError ImportError".split()
    for name in kinds + ["AttributeError", "OverflowError", "OSError", "UnicodeError"]:
        assert m.kind_of_raised(lambda: fail(getattr(builtins, name)())) == name
        assert m.kind_of_native(name) == name
    derived = {FileNotFoundError(): "OSError", RecursionError(): "RuntimeError", ModuleNotFoundError(): "ImportError"}
    for error, name in derived.items():
        assert m.kind_of_raised(lambda: fail(error)) == name
    for error in (KeyboardInterrupt(), ZeroDivisionError(), Exception()):
        assert m.kind_of_raised(lambda: fail(error)) == ""
    assert m.kind_of_raised(lambda: None) == "" and m.kind_of_native("next_overload") == ""


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
    assert m.inst_dict(types) is vars(types) and m.inst_dict(test_arithmetic) is test_arithmetic.__dict__
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
