"""Python's own types in Rust: lists, dicts, tuples, sets, texts, numbers, bytes, slices, capsules."""

import gc
import sys
import types
import weakref

import pytest
import test_builtin_types_ext as m
from samples import Thing


# Lists.


@pytest.mark.row("api-wrap-8", "api-wrap-9", "api-wrap-10", "api-wrap-17", "api-size-3", "WRP-02")
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


@pytest.mark.row("api-wrap-20", "api-wrap-21", "api-wrap-22", "api-wrap-25", "api-wrap-26", "api-wrap-27", "WRP-06", "WRP-07")
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


@pytest.mark.row("api-wrap-2", "api-wrap-3", "api-wrap-4", "api-wrap-6", "api-size-2", "WRP-02")
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


@pytest.mark.row("api-wrap-30", "api-wrap-31", "api-wrap-32", "api-wrap-33", "api-wrap-34", "api-wrap-35", "WRP-16")
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


@pytest.mark.row("api-wrap-50", "api-wrap-51", "api-wrap-52", "api-wrap-55", "api-wrap-56", "WRP-16")
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


@pytest.mark.row("WRP-16")
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


@pytest.mark.row("api-wrap-90", "api-disc-13")
def test_fallback_gives_way_to_exact_matches_and_to_earlier_conversions():
    class Floaty:
        def __float__(self):
            return 1.5

    # Exact matches win, also those of later overloads.
    assert m.over(1.5) == "float" and m.over(1) == "int" and m.over([1.5]) == "floats"
    # Then the overloads convert, in their order.
    assert m.over(Floaty()) == "float"
    assert m.over([Floaty()]) == "fallback" and m.over("x") == "fallback"


@pytest.mark.row("api-wrap-86", "WRP-16")
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


@pytest.mark.row("api-wrap-47", "xchg-06", "STL-34")
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
