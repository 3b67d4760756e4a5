"""Wrappers made of Rust's values and read as them: builders, collecting iterators, loops, operators, `none`, addresses."""

import gc
import sys
import types
import weakref

import pytest
import test_wrapper_values_ext as m
from refusals import refusal, refused
from samples import Thing


@pytest.mark.row("api-obj-1", "api-obj-6")
def test_every_wrapper_has_what_an_object_has():
    assert m.asked([1, 2], {}, "abc", 5, Thing) == [
        ("list", 2, True), ("dict", 0, True), ("str", 3, True), ("int", 0, True), ("type", 0, True),
    ]  # fmt: skip


# Operators.


@pytest.mark.row("api-obj-22", "api-obj-24", "api-obj-21")
def test_operators_between_wrappers():
    assert m.int(3, 4) == [7, 6, 7, 12]
    assert m.float(1.5, 2) == [3.5, 3.0, 3.5, 3.0]
    assert m.object(2, 5) == m.any(2, 5) == [7, 4, 7, 10]
    assert m.list_plus([1], [2]) == [1, 2]
    assert m.sum_of_products(3, 0.5) == 3 * 0.5 + 3 * 2 + 0.5
    assert m.text_times("ab", 2) == "abab" and m.percent("%s-%s", (1, 2)) == "1-2"
    union = getattr(m, "or")({1}, frozenset({2}))
    assert union == {1, 2} and type(union) is set
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+: 'int' and 'str'"):
        m.int(1, "x")
    with pytest.raises(TypeError, match="not enough arguments for format string"):
        m.percent("%s-%s", (1,))


# Builders.


@pytest.mark.row("api-v3-1")
def test_builders_make_what_they_were_made_for():
    for build, kind in ((m.build_tuple, tuple), (m.build_list, list)):
        for count in (0, 1, 5, 1000, 70_000):
            values = [object() for _ in range(count)]
            made = build(values, count)
            assert type(made) is kind and list(made) == values and gc.is_tracked(made) == (count > 0 or kind is list)
        with pytest.raises(RuntimeError, match=r"^the builder has 1 of its 3 elements: put\(\) the others before commit\(\)$"):
            build([1], 3)
        with pytest.raises(IndexError, match="^the builder was made for 1 elements and has them all$"):
            build([1, 2], 1)
        with pytest.raises(IndexError):
            build([1], 0)
        # Nothing is reserved for elements that may never come.
        with pytest.raises(RuntimeError, match="has 1 of its"):
            build([1], sys.maxsize)
    assert m.build_mixed() == (1, "two", [3.0], None)
    assert m.put_too_many("x") == ["x"]


@pytest.mark.row("api-v3-1")
def test_builders_release_what_they_do_not_give():
    value = Thing()
    before = sys.getrefcount(value)
    for _ in range(100):
        m.drop_builder(value)
        m.put_too_many(value)
        for build in (m.build_tuple, m.build_list):
            for others, size, error in (([], 3, RuntimeError), ([value], 1, IndexError), (["unlucky"], 2, RuntimeError)):
                with pytest.raises(error):
                    build([value, *others], size)
    del others
    assert sys.getrefcount(value) == before


def test_nobody_sees_what_a_builder_has_so_far():
    seen = []

    class Looks:
        def __eq__(self, other):
            seen.extend(type(o) for o in gc.get_objects() if type(o) in (tuple, list) and len(o) == 4321)
            return False

    for build in (m.build_tuple, m.build_list):
        with pytest.raises(RuntimeError, match="has 2 of its"):
            build([Looks(), Looks()], 4321)
    assert seen == []


# Collecting.


@pytest.mark.row("api-wrap-9", "api-wrap-20", "api-wrap-30", "api-wrap-36")
def test_iterators_are_collected():
    values = ["a", "b", "c", "a"]
    assert m.collect_list(values) == values and m.collect_tuple(values) == tuple(values)
    assert m.collect_set(values) == set(values) and m.collect_frozenset(values) == frozenset(values)
    assert m.collect_dict(values) == {"a": 3, "b": 1, "c": 2}
    kinds = (m.collect_list, list), (m.collect_tuple, tuple), (m.collect_set, set), (m.collect_frozenset, frozenset)
    for collect, kind in kinds:
        assert type(collect([])) is kind and len(collect([])) == 0
    for collect in (m.collect_list, m.collect_tuple, m.collect_set, m.collect_frozenset, m.collect_dict):
        with pytest.raises(RuntimeError, match="^unlucky$"):
            collect(["a", "unlucky"])
    for collect in (m.collect_set, m.collect_frozenset, m.collect_dict):
        with pytest.raises(TypeError, match="unhashable"):
            collect([[]])
    a, b, c = [0], {"x"}, {}
    m.extend(a, b, c)
    assert (a, b, c) == ([0, 1, 2], {"x", "a", "b"}, {"k": 1.5})


# Loops.


@pytest.mark.row("api-obj-4", "WRP-15")
def test_loops_over_any_iterable():
    loop = getattr(m, "loop")
    assert loop([1, 2]) == [1, 2] and loop("ab") == ["a", "b"] and loop({1: 2}) == [1] and loop(x for x in (1,)) == [1]
    assert sorted(m.loop_wrappers({1}, frozenset([2]), iter([3]), [4], {5: 0})) == [1, 2, 3, 4, 5]
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        loop(1)

    def failing():
        yield 1
        raise KeyError("in the middle")

    with pytest.raises(KeyError, match="in the middle"):
        loop(failing())
    values = {1, 2}

    class Growing:
        def __iter__(self):
            for value in values:
                values.add(value + 10)
                yield value

    with pytest.raises(RuntimeError, match="changed size during iteration"):
        loop(Growing())


@pytest.mark.row("WRP-15")
def test_iterators_over_lists_and_tuples_start_anew():
    pairs, rest, all_of_list, all_of_tuple = m.nested_loops([1, 2], ("x", "y", "z"))
    assert pairs == [(a, b, c) for a in (1, 2) for b in (1, 2) for c in "xyz"]
    assert (rest, all_of_list, all_of_tuple) == (1, 2, 3)
    assert m.nested_loops([1], ()) == ([], 0, 1, 0)


# None.


@pytest.mark.row("api-v3-2", "WRP-10")
def test_none_is_a_type():
    assert m.nothing.__doc__ == "nothing(arg: None, /) -> None"
    assert m.nothing(None) is None and m.none_object() is None and m.to_none.__doc__ == "to_none(arg: object, /) -> None"
    for other in (0, False, "", [], ..., NotImplemented):
        assert refused(m.nothing, other) == refusal(["nothing(arg: None, /) -> None"], type(other).__name__)
        with pytest.raises(TypeError, match=f"^expected an object of type 'None', got '{type(other).__name__}'$"):
            m.to_none(other)
        assert m.is_none([other]) is False
    assert m.is_none([None]) is True
    # An overload for None alone.
    assert m.which(None) == "none" and m.which(1) == "number"
    assert m.none_in([None, None]) == 2
    refused(m.none_in, [None, 1])


# Numbers.


@pytest.mark.row("api-wrap-54", "api-wrap-51", "api-wrap-56", "api-disc-23")
def test_wrapped_numbers_are_read():
    assert m.as_i8(-128) == -128 and m.as_u64(2**64 - 1) == 2**64 - 1 and m.as_i128(-(2**127)) == -(2**127)
    assert m.as_f64(3) == 3.0 and type(m.as_f64(3)) is float
    assert m.as_bool(True, 0.1) == (True, 0.1) and m.as_bool(False, -0.0)[0] is False
    for call, value in ((m.as_i8, 128), (m.as_u64, -1), (m.as_u64, 2**64), (m.as_i128, 2**127)):
        with pytest.raises(RuntimeError, match="^std::bad_cast: this 'int' object cannot be converted to .*out of range$"):
            call(value)
    with pytest.raises(OverflowError, match="int too large to convert to float"):
        m.as_f64(10**400)


# Mappings.


class Keyed:
    """A mapping with a lookup and nothing else."""

    def __init__(self, table):
        self.table = table

    def __getitem__(self, key):
        return self.table[key]


@pytest.mark.row("api-wrap-72", "WRP-08", "api-disc-26")
def test_a_mapping_is_asked_for_its_key():
    for table in ({"a": 1}, types.MappingProxyType({"a": 1}), Keyed({"a": 1})):
        assert m.mapping_contains(table, "a") is True and m.mapping_contains(table, "b") is False

    class Unhashable:
        def __hash__(self):
            raise ZeroDivisionError("no hash")

    class Broken:
        def __hash__(self):
            return hash("a")

        def __eq__(self, other):
            raise ZeroDivisionError("in eq")

    class Failing:
        def __getitem__(self, key):
            raise ZeroDivisionError("no lookup")

    for table in ({"a": 1}, Keyed({"a": 1})):
        with pytest.raises(ZeroDivisionError, match="no hash"):
            m.mapping_contains(table, Unhashable())
        with pytest.raises(ZeroDivisionError, match="in eq"):
            m.mapping_contains(table, Broken())
        with pytest.raises(TypeError, match="unhashable"):
            m.mapping_contains(table, [])
    with pytest.raises(ZeroDivisionError, match="no lookup"):
        m.mapping_contains(Failing(), "a")

    class LookupFailed(KeyError):
        """A KeyError by another name."""

    class Missing:
        def __getitem__(self, key):
            raise LookupFailed(key)

    assert m.mapping_contains(Missing(), "a") is False


def test_a_dict_is_emptied():
    class Last:
        def __del__(self):
            table["again"] = 1

    table = {"last": Last()}
    m.dict_clear(table)
    gc.collect()
    assert table == {"again": 1}


# Casts that answer.


@pytest.mark.row("STL-28")
def test_try_cast_to_a_bound_class():
    dog = m.Dog(3)
    assert m.try_dog(dog) == 3
    for other in (None, 1, "dog", m.Dog, Thing()):
        assert m.try_dog(other) is None
    with pytest.warns(RuntimeWarning, match="uninitialized instance"):
        assert m.try_dog(m.Dog.__new__(m.Dog)) is None
    # A copy was taken, and no mark is left.
    dog.age = 4
    assert m.try_dog(dog) == 4


# Addresses.


@pytest.mark.row("api-hdr-25")
def test_an_address_is_a_capsule():
    assert m.address.__doc__ == "address(arg: types.CapsuleType | None, /) -> int"
    capsule = m.pointer(0x1230)
    assert type(capsule).__name__ == "PyCapsule" and '"nb_handle"' in repr(capsule)
    assert m.address(capsule) == 0x1230 and m.address(m.const_pointer(capsule)) == 0x1230
    assert m.pointer(0) is None and m.address(None) == 0 and m.const_pointer(None) is None
    assert m.pointers([capsule, None, capsule]) == 3
    for other in (m.capsule(1, False), m.capsule(1, True), 1, "x", m.Dog(1)):
        refused(m.address, other)
    del other
    gc.collect()
    m.cleaned()


@pytest.mark.row("api-wrap-45", "api-wrap-47", "api-wrap-48", "api-disc-25")
def test_a_capsule_cleans_up_its_pointer():
    m.cleaned()
    plain, named = m.capsule(0x1230, False), m.capsule(0x4560, True)
    assert m.cleaned() == []
    del plain
    assert m.cleaned() == [0x1230]
    del named
    assert m.cleaned() == [0x4560]
    # Of null there is no capsule.
    assert m.capsule(0, True) is None
    assert m.capsule_of_null() == (True, 0, None, True, True)
    assert m.cleaned() == []


def test_a_capsule_of_a_cycle_is_cleaned_once():
    m.cleaned()
    thing = Thing()
    thing.capsule, thing.self = m.capsule(0x7890, True), thing
    watch = weakref.ref(thing)
    del thing
    gc.collect()
    assert watch() is None and m.cleaned() == [0x7890]
