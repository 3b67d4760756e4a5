"""The conversions of sequences, tuples, sets and mappings, also of bound classes."""

import array
import collections
import gc
import sys
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import test_casters_ext as t
from samples import Bytes, Dict, Index, List, Mapping, Sequence, Text, Tuple, refused


# Sequences

SEQUENCES = ["vec", "deque", "array"]


@pytest.mark.row("xchg-08", "xchg-09", "api-hdr-8")
@pytest.mark.parametrize("name", SEQUENCES)
def test_a_sequence_accepts_every_kind_of_sequence_and_returns_a_list(name):
    function = getattr(t, name)
    for value in (
        [1, 2, 3], (1, 2, 3), range(1, 4), array.array("i", [1, 2, 3]), List([1, 2, 3]), Tuple((1, 2, 3)),
        collections.deque([1, 2, 3]), bytearray(b"\1\2\3"), memoryview(b"\1\2\3"), Sequence(lambda i: i + 1, 3),
    ):  # fmt: skip
        assert function(value) == [1, 2, 3] and type(function(value)) is list
    for value in (
        "123", b"123", {1, 2, 3}, frozenset([1, 2, 3]), {1: 1, 2: 2, 3: 3}, (i for i in (1, 2, 3)), iter([1, 2, 3]),
        {1: 1}.keys(), {1: 1}.values(), 3, None, list, [1, 2, "3"], [1, 2, 3.0], [1, 2, None], Dict({1: 1, 2: 2}),
    ):  # fmt: skip
        assert refused(function, value).__cause__ is None


@pytest.mark.row("STL-13")
@pytest.mark.parametrize("name", ["vec_String", "vec_u8", "pair_String", "array_String", "hash_set", "set_String"])
def test_texts_and_bytes_are_not_unpacked(name):
    for value in ("ab", Text("ab"), b"ab", Bytes(b"ab")):
        refused(getattr(t, name), value)


@pytest.mark.row("xchg-09", "STL-21", "api-hdr-10")
def test_an_array_has_exactly_its_length():
    for value in ([], [1], [1, 2], [1, 2, 3, 4], (1, 2), range(4)):
        refused(t.array, value)
    assert t.array0([]) == [] and t.array0(()) == []
    refused(t.array0, [1])
    assert t.array_String(["a", "b"]) == ["a", "b"]


@pytest.mark.row("STL-21")
def test_a_wrong_length_is_refused_before_any_element_is_looked_at():
    looked = []
    refused(t.array, [Index(1, lambda: looked.append(1))] * 4)
    refused(t.array, Sequence(looked.append, 10**7))
    refused(t.pair, [Index(1, lambda: looked.append(1))] * 3)
    refused(t.pair, Sequence(looked.append, 10**7))
    refused(t.array, range(10**7))
    assert looked == []
    for stated, real in ((3, 2), (3, 4), (2, 3), (4, 3)):
        refused(t.array, Sequence(lambda i: i, real, stated))
        refused(t.vec_array, [Sequence(lambda i: i, real, stated)])


@pytest.mark.row("STL-20")
def test_arrays_and_tuples_leak_no_reference():
    good, short, bad = [1000, 2000, 3000], [1000, 2000], [1000, 2000, "x"]
    pair, words = (1000, 2000), ["one", "two"]
    held = (good, short, bad, pair, words, good[0], words[0], bad[2])
    before = [sys.getrefcount(x) for x in held]
    for _ in range(34_000):
        t.array(good)
        t.pair(pair)
        t.join(words)
        for wrong in (short, bad):
            try:
                t.array(wrong)
            except TypeError:
                pass
    del wrong
    assert [sys.getrefcount(x) for x in held] == before


@pytest.mark.row("xchg-02", "DSP-50")
def test_slices_are_read_like_lists():
    assert t.slice([1, 2, 3]) == t.slice((1, 2, 3)) == t.slice(range(1, 4)) == 6
    assert t.slice_f64([0.5, 1]) == 1.5 and t.slice_String(["a", "b"]) == "ab" and t.slice([]) == 0
    refused(t.slice, [1, "2"])
    refused(t.slice_String, "ab")
    assert t.Holder([1, 2, 3]).first_two() == [1, 2]


# Tuples


@pytest.mark.row("xchg-12", "api-hdr-11")
def test_a_tuple_comes_from_a_sequence_of_its_length():
    for value in ((1, 2), [1, 2], range(1, 3), Sequence(lambda i: i + 1, 2), List([1, 2]), Tuple((1, 2))):
        assert t.pair(value) == (1, 2) and type(t.pair(value)) is tuple
    for value in ((), (1,), (1, 2, 3), [1], "12", b"12", {1, 2}, {1: 1, 2: 2}, iter([1, 2]), 1, None, (1, None)):
        refused(t.pair, value)
    a, b = t.Item(1), t.Item(2)
    first, second = t.same_pair((a, b))
    assert first is a and second is b
    first, second = t.same_pair([a, a])
    assert first is a and second is a


@pytest.mark.row("api-hdr-11")
def test_tuples_have_up_to_twelve_elements():
    assert t.twelve(tuple(range(12))) == tuple(range(12))
    refused(t.twelve, tuple(range(11)))
    refused(t.twelve, tuple(range(13)))
    assert t.single((1,)) == (1,) and t.triple([1, "a", 2]) == (1, "a", 2.0)
    refused(t.single, 1)


# Sets


@pytest.mark.row("xchg-10", "api-hdr-13")
@pytest.mark.parametrize("name", ["hash_set", "btree_set"])
def test_a_set_accepts_any_collection_and_drops_duplicates(name):
    function = getattr(t, name)
    for value in (
        {1, 2}, frozenset([1, 2]), [1, 2, 2, 1], (1, 1, 2), range(1, 3), {1: 0, 2: 0}, {1: 0, 2: 0}.keys(),
        (i for i in (1, 2, 1)), iter([1, 2]), collections.deque([2, 1]),
    ):  # fmt: skip
        assert function(value) == {1, 2} and type(function(value)) is set
    for value in ("12", b"12", 1, None, {1, "2"}, {1, None}, [1.5]):
        assert refused(function, value).__cause__ is None


def test_an_iterator_is_left_alone_where_conversion_is_off():
    source = iter([1, 2])
    refused(t.hash_set_strict, source)
    assert list(source) == [1, 2]
    assert t.set_tuple({(1, "a")}) == {(1, "a")} and t.set_tuple([(1, "a"), [1, "a"]]) == {(1, "a")}


def test_a_set_that_python_cannot_hash_raises_what_python_says():
    with pytest.raises(TypeError, match="unhashable type"):
        t.set_of_lists()


# Mappings


@pytest.mark.row("xchg-11", "api-hdr-12")
@pytest.mark.parametrize("name", ["hash_map", "btree_map"])
def test_a_map_accepts_mappings_and_returns_a_dict(name):
    function = getattr(t, name)
    for value in (
        {"a": 1}, Dict(a=1), collections.OrderedDict(a=1), collections.defaultdict(int, a=1),
        types.MappingProxyType({"a": 1}), collections.ChainMap({"a": 1}), Mapping([("a", 1)]), collections.UserDict(a=1),
    ):  # fmt: skip
        assert function(value) == {"a": 1} and type(function(value)) is dict
    assert function({}) == {}
    for value in ([("a", 1)], "a", None, 1, {"a"}, {1: 1}, {"a": "x"}, {"a": None}, {None: 1}, {b"a": 1}):
        assert refused(function, value).__cause__ is None


@pytest.mark.row("xchg-11")
def test_a_bad_key_and_a_bad_value_each_refuse_the_map():
    refused(t.map_int, {"1": "a"})
    refused(t.map_int, {1: 2})
    refused(t.map_int, {1: "a", 2: 3})
    assert t.map_int({1: "a", True: "b", 2: "c"}) == {1: "b", 2: "c"}


@pytest.mark.row("STL-38")
def test_a_mapping_whose_items_lie_is_refused():
    for made in ([("a", 1, 2)], [("a",)], [["a", 1]], ["ab"], [None], [1]):
        refused(t.hash_map, Mapping(made))
    assert isinstance(refused(t.hash_map, Mapping(None)).__cause__, TypeError)
    assert isinstance(refused(t.hash_map, Mapping(ZeroDivisionError())).__cause__, ZeroDivisionError)

    class Items:
        def items(self):
            return [("a", 1)]

    refused(t.hash_map, Items())


@pytest.mark.row("STL-38", "LIV-01")
@pytest.mark.parametrize("change", ["clear", "grow", "replace"])
def test_a_dict_that_changes_while_it_converts_is_read_as_it_was(change):
    d = {}
    actions = {
        "clear": d.clear,
        "grow": lambda: d.update((str(i), i) for i in range(1000)),
        "replace": lambda: d.update(a=7, b=8),
    }
    d.update(a=Index(1, actions[change]), b=Index(2), c=3)
    assert t.hash_map(d) == {"a": 1, "b": 2, "c": 3}


@pytest.mark.row("STL-24", "STL-39")
def test_a_refused_container_leaves_no_exception_and_the_next_overload_runs():
    def broken(index):
        raise ZeroDivisionError("broken item")

    assert t.shape([1]) == "ints" and t.shape(["a"]) == "texts" and t.shape({"a": 1}) == "map"
    for value in (Sequence(broken, 3), Mapping(ZeroDivisionError()), 5, {1: 1}, "text", {1}, object()):
        assert t.shape(value) == "other"
    cause = refused(t.vec, Sequence(broken, 3)).__cause__
    assert isinstance(cause, ZeroDivisionError) and str(cause) == "broken item"


def test_an_exact_match_of_elements_wins_over_a_conversion():
    assert t.exact([1]) == "ints" and t.exact([1.0]) == "floats" and t.exact([True]) == "floats"


# Bound classes in containers


@pytest.mark.row("STL-27", "xchg-37")
def test_reference_elements_are_the_originals_and_value_elements_copies():
    items = [t.Item(i) for i in range(3)]
    t.refs_add(items, 10)
    assert [i.value for i in items] == [10, 11, 12]
    assert t.refs_sum(items) == t.refs_deque(items) == t.refs_map(dict(zip("abc", items))) == 33
    copies = t.values_add(items, 5)
    assert [i.value for i in items] == [10, 11, 12] and [c.value for c in copies] == [15, 16, 17]
    assert all(c is not i for c, i in zip(copies, items))
    same = t.same_list(items)
    assert all(a is b for a, b in zip(same, items))
    made = t.values_map({"a": items[0]})
    assert made["a"] is not items[0] and made["a"].value == 10
    t.refs_array(items[:2])
    assert [i.value for i in items[:2]] == [11, 10]


def busy(function, *args):
    with pytest.raises(RuntimeError) as info:
        function(*args)
    return str(info.value)


def test_one_object_twice_in_a_container_of_mutable_references_is_refused():
    item, other = t.Item(1), t.Item(2)
    for function, args in (
        (t.refs_add, ([item, item], 1)), (t.refs_array, ([item, item],)), (t.refs_pair, ((item, item),)),
        (t.refs_map_mut, ({"a": item, "b": other, "c": item},)), (t.ref_and_refs, (item, [other, item])),
    ):  # fmt: skip
        text = busy(function, *args)
        assert function.__name__ in text
    assert (item.value, other.value) == (1, 2)
    # Nothing stays marked.
    t.refs_add([item, other], 1)
    assert (item.value, other.value) == (2, 3)
    assert t.refs_sum([item, item]) == 4


@pytest.mark.row("STL-22", "STL-23", "api-hdr-6", "STL-26")
def test_fresh_items_live_as_long_as_the_call():
    def text(index):
        return "".join(["fresh", str(index)])

    items = Sequence(text, 3)
    assert t.join(items) == t.join_array(items) == "fresh0+fresh1+fresh2"
    assert t.join_pair(Sequence(text, 2)) == "fresh0+fresh1"
    assert t.join_set(text(i) for i in range(3)) == "fresh0+fresh1+fresh2"
    assert t.join_set(items) == "fresh0+fresh1+fresh2"
    assert t.join_map(Mapping((text(i), text(i)) for i in range(2))) == "fresh0=fresh0+fresh1=fresh1"
    assert t.join_deep(Sequence(lambda i: (i, Sequence(text, 2)), 2)) == "0fresh0fresh1+1fresh0fresh1"
    gc.collect()
    before = t.alive()
    assert t.refs_sum(Sequence(t.Item, 100)) == t.refs_deque(Sequence(t.Item, 100)) == 4950
    assert [i.value for i in t.values_add(Sequence(t.Item, 100), 1)] == list(range(1, 101))
    assert t.moved(Sequence(t.Unique, 100)) == 4950
    assert t.refs_map(Mapping((str(i), t.Item(i)) for i in range(10))) == 45
    t.refs_pair(Sequence(t.Item, 2))
    assert [x.value for x in t.values_pair(Sequence(t.Item, 2))] == [0, 1]
    gc.collect()
    assert t.alive() == before


@pytest.mark.row("LIV-01", "STL-22")
def test_an_element_whose_only_reference_goes_away_during_conversion_stays_alive():
    before = t.alive()

    source = []
    source.append((t.Unique(40), Index(2, lambda: (source.clear(), gc.collect()))))
    refused(t.moved_deep, source)
    inner = [t.Unique(40)]
    inner.append(Index(2, lambda: (inner.clear(), gc.collect())))
    assert t.moved_deep([inner]) == 42
    couple = [t.Item(40)]
    couple.append(Index(2, lambda: (couple.clear(), gc.collect())))
    assert t.ref_and_number(couple) == 42
    nested = []
    nested.append([t.Item(1), Index(5, lambda: (nested[0].clear(), gc.collect()))])
    assert t.refs_numbers(nested) == 6
    del nested
    text = ["".join(["te", "xt"])]
    pair = [Index(1, lambda: (pair.clear(), text.clear())), text]
    assert t.join_deep([pair]) == "1"
    assert t.alive() == before


@pytest.mark.row("port-31")
def test_values_that_are_moved_out_of_a_container_leave_it_or_stay():
    before = t.alive()
    good = [t.Unique(1), t.Unique(2)]
    assert t.moved(good) == 3 and t.alive() == before
    with pytest.warns(RuntimeWarning):
        refused(t.moved, good)
    # A call that cannot be made moves nothing.
    kept = t.Unique(5)
    busy(t.moved, [kept, kept])
    refused(t.moved, [kept, "x"])
    refused(t.moved_deep, [(kept, 1), (kept, "x")])
    assert kept.value() == 5
    made = t.moved_list([kept], 1)
    assert [m.value() for m in made] == [6]
    del made, good, kept
    gc.collect()
    assert t.alive() == before


# Round trips

INTS = st.integers(-(2**31), 2**31 - 1)
TEXT = st.text(max_size=8)


@pytest.mark.row("xchg-02")
@settings(max_examples=50, deadline=None)
@given(
    st.lists(INTS), st.dictionaries(TEXT, INTS), st.sets(INTS), st.tuples(INTS, TEXT, st.floats(allow_nan=False)),
    st.lists(st.dictionaries(TEXT, st.lists(INTS, max_size=4), max_size=3), max_size=3),
    st.lists(st.none() | INTS), st.sets(st.tuples(INTS, TEXT), max_size=4),
    st.dictionaries(
        TEXT,
        st.tuples(
            st.none() | st.lists(st.lists(st.floats(allow_nan=False), min_size=2, max_size=2), max_size=2),
            st.lists(st.sets(TEXT, max_size=3), max_size=2),
        ),
        max_size=3,
    ),
)  # fmt: skip
def test_any_container_round_trips(numbers, mapping, elements, triple, deep, options, pairs, deeper):
    assert t.vec(numbers) == t.deque(tuple(numbers)) == numbers
    assert t.hash_map(mapping) == t.btree_map(mapping) == mapping
    assert t.hash_set(elements) == t.btree_set(elements) == elements
    assert t.triple(triple) == triple and t.deep(deep) == deep and t.deeper(deeper) == deeper
    assert t.vec_option(options) == options and t.set_tuple(pairs) == pairs
    assert t.map_vec({k: [v] for k, v in mapping.items()}) == {k: [v] for k, v in mapping.items()}


def test_nesting_composes_to_any_depth():
    value = {"a": (None, [{"x", "y"}, set()]), "b": ([[1.0, 2.0]], [])}
    assert t.deeper(value) == value
    for wrong in ({"a": (None, ["x"])}, {"a": ([[1.0]], [])}, {"a": (None,)}, {1: (None, [])}):
        refused(t.deeper, wrong)
