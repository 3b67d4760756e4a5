"""`nb::bind_map`: maps that are classes."""

import copy
import gc
import pickle
import weakref

import pytest
import test_bind_map_ext as m
from hypothesis import given, settings
from hypothesis import strategies as st


def raised(kind, function, *args):
    with pytest.raises(kind) as error:
        function(*args)
    return error.value


@pytest.mark.row("BND-01", "api-bmap-2", "api-bmap-3", "api-bmap-4", "api-bmap-8", "api-bmap-9", "api-hdr-3")
def test_construction_and_length():
    assert list(m.Ages()) == [] and not m.Ages() and len(m.Ages()) == 0
    ages = m.Ages({"b": 2, "a": 1})
    assert list(ages) == ["a", "b"] and ages and len(ages) == 2
    other = m.Ages(ages)
    other["c"] = 3
    assert (len(ages), len(other)) == (2, 3)
    for source in ([("a", 1)], 5, None, {"a": "x"}, {1: 1}, "ab"):
        raised(TypeError, m.Ages, source)
    assert m.Ages.__doc__ == "How old they are."


@pytest.mark.row("BND-01")
def test_docstrings():
    name = "test_bind_map_ext.Ages"
    assert m.Ages.__init__.__doc__.startswith(
        f"__init__(self) -> None\n__init__(self, arg: {name}, /) -> None\n__init__(self, arg: dict[str, int], /) -> None\n"
    )
    texts = {
        "__len__": "__len__(self) -> int",
        "__bool__": "__bool__(self) -> bool\n\nCheck whether the map is nonempty",
        "__repr__": "__repr__(self) -> str",
        "__contains__": "__contains__(self, arg: str, /) -> bool\n__contains__(self, arg: object | None, /) -> bool",
        "__iter__": "__iter__(self) -> collections.abc.Iterator[str]",
        "__getitem__": "__getitem__(self, arg: str, /) -> int",
        "__setitem__": "__setitem__(self, arg0: str, arg1: int, /) -> None",
        "__delitem__": "__delitem__(self, arg: str, /) -> None",
        "__eq__": "__eq__(self, arg: object, /) -> bool",
        "update": f"update(self, arg: {name}, /) -> None\n\nUpdate the map with element from ``arg``",
        "clear": "clear(self) -> None\n\nRemove all items",
        "keys": f"keys(self) -> {name}.KeyView\n\nReturns an iterable view of the map's keys.",
        "values": f"values(self) -> {name}.ValueView\n\nReturns an iterable view of the map's values.",
        "items": f"items(self) -> {name}.ItemView\n\nReturns an iterable view of the map's items.",
    }
    for method, text in texts.items():
        assert getattr(m.Ages, method).__doc__ == text, method


@pytest.mark.row("BND-18", "BND-19", "api-bmap-6", "api-bmap-7", "api-bmap-10", "api-bmap-11", "api-bmap-12", "api-bmap-13")
def test_items():
    ages = m.Ages({"a": 1})
    ages["b"] = 2
    ages["a"] = 7
    assert (ages["a"], ages["b"]) == (7, 2)
    assert "a" in ages and "z" not in ages and 3 not in ages and None not in ages and ("a",) not in ages
    for key in ("z", ""):
        assert raised(KeyError, lambda: ages[key]).args == (key,)
        assert raised(KeyError, ages.__delitem__, key).args == (key,)
    for key in (3, None, b"a"):
        raised(TypeError, lambda: ages[key])
    raised(TypeError, ages.__setitem__, "a", "x")
    del ages["a"]
    assert dict(ages.items()) == {"b": 2}
    assert ages == m.Ages({"b": 2}) and ages != m.Ages({"b": 3}) and ages != m.Ages() and ages != None  # noqa: E711
    assert ages == {"b": 2} and {"b": 2} == ages and ages != {"b": 3} and ages != {"b": "x"} and ages != [("b", 2)]
    ages.clear()
    assert len(ages) == 0
    scores = m.Scores({1: 1.0})
    scores[2] = 3
    assert scores[2] == 3.0 and True not in scores


@pytest.mark.row("BND-08", "api-bmap-14")
def test_update():
    ages = m.Ages({"a": 1})
    ages.update({"b": 2}), ages.update(m.Ages({"c": 3})), ages.update(ages)
    assert dict(ages.items()) == {"a": 1, "b": 2, "c": 3}
    for source in ({"d": 4, "e": "x"}, {"d": None}, 5, None, [("d", 4)]):
        raised(TypeError, ages.update, source)
    assert len(ages) == 3


@pytest.mark.row("api-bmap-5")
def test_repr():
    assert repr(m.Ages({"b": 2, "a'": 1})) == "test_bind_map_ext.Ages({\"a'\": 1, 'b': 2})"
    assert repr(m.Colors({m.Color.Red: "r"})) == "test_bind_map_ext.Colors({Color.Red: 'r'})"


@pytest.mark.row("BND-17", "api-bmap-15", "api-bmap-16", "api-bmap-17", "api-disc-6")
def test_views():
    ages = m.Ages({"a": 1, "b": 2})
    keys, values, items = ages.keys(), ages.values(), ages.items()
    assert [type(view) for view in (keys, values, items)] == [m.Ages.KeyView, m.Ages.ValueView, m.Ages.ItemView]
    assert (list(keys), list(values), list(items)) == (["a", "b"], [1, 2], [("a", 1), ("b", 2)])
    assert "a" in keys and "z" not in keys and 3 not in keys
    assert 2 in values and 9 not in values and ("a", 1) in items and ("a", 2) not in items
    ages["c"] = 3
    assert (len(keys), len(values), len(items)) == (3, 3, 3)
    del ages
    gc.collect()
    assert list(items) == [("a", 1), ("b", 2), ("c", 3)]
    for kind in (m.Ages.KeyView, m.Ages.ItemIterator):
        raised(TypeError, kind)


@pytest.mark.row("BND-13", "BND-04", "api-v3-12")
def test_changes_during_iteration():
    for change in (lambda ages: ages.__setitem__("z", 1), lambda ages: ages.__delitem__("c"), lambda ages: ages.clear()):
        ages = m.Ages({"a": 1, "b": 2, "c": 3})
        iterator = iter(ages.items())
        assert next(iterator) == ("a", 1)
        change(ages)
        assert str(raised(RuntimeError, next, iterator)) == "test_bind_map_ext.Ages changed size during iteration"
        assert list(iterator) == []
    ages = m.Ages({"a": 1, "b": 2})
    iterator = iter(ages)
    next(iterator)
    del ages["b"]
    ages["x"] = 1
    assert str(raised(RuntimeError, next, iterator)) == "test_bind_map_ext.Ages lost a key during iteration"
    ages = m.Ages({"a": 1})
    iterator = iter(ages)
    assert list(iterator) == ["a"]
    ages["b"] = 1
    assert list(iterator) == []
    # Values may change.
    for key in ages:
        ages[key] += 1
    assert list(ages.values()) == [2, 2]


@pytest.mark.row("BND-03", "BND-16")
def test_values_are_copies_by_default_and_live_by_reference():
    dogs = m.Dogs({"x": m.Dog(1)})
    dogs["x"].age = 9
    assert dogs["x"].age == 1 and dogs.oldest() == 1
    live = m.LiveDogs({"x": m.Dog(1)})
    dog = live["x"]
    dog.age = 9
    assert live["x"] is dog and [value.age for value in live.values()] == [9] and dict(live.items())["x"] is dog
    for number in range(1000):
        live[str(number)] = m.Dog(0)
    assert dog.age == 9
    del live["x"]
    assert "which has no such element any more" in str(raised(RuntimeError, lambda: dog.age))
    live["x"] = m.Dog(4)
    assert dog.age == 4
    live["y"] = live["x"]
    assert live["y"].age == 4


@pytest.mark.row("BND-21", "BND-22")
def test_values_that_cannot_be_copied():
    cats = m.Cats({1: m.Cat(1)})
    cats[1].lives = 8
    cat = m.Cat(2)
    cats[2] = cat
    cats[1] = m.Cat(5)
    assert {key: value.lives for key, value in cats.items()} == {1: 5, 2: 2}
    with pytest.raises(TypeError), pytest.warns(RuntimeWarning):
        cat.lives
    third = m.Cat(3)
    raised(TypeError, cats.update, {3: third, "x": third})
    raised(TypeError, cats.__setitem__, "x", third)
    assert third.lives == 3
    cats.update({3: third})
    assert len(cats) == 3 and "__eq__" not in vars(m.Cats)


@pytest.mark.row("BND-10", "BND-11")
def test_hostile_items():
    ages = m.Ages({"a": 1})

    class Evil:
        def __index__(self):
            ages.clear()
            return 7

    ages["b"] = Evil()
    assert dict(ages.items()) == {"b": 7}
    ages.update({"c": 1, "d": Evil()})
    assert dict(ages.items()) == {"c": 1, "d": 7}
    source = {"x": 1}

    class Changing:
        def __index__(self):
            source.clear()
            return 1

    source["y"] = Changing()
    ages.update(source)
    assert dict(ages.items()) == {"c": 1, "d": 7, "x": 1, "y": 1}

    class Mapping(dict):
        def items(self):
            return [("q", 1, 2)]

    raised(TypeError, ages.update, Mapping(a=1))
    assert "is being read" in str(raised(RuntimeError, m.call_with, ages, lambda: ages.clear()))
    assert m.call_with(ages, lambda: list(ages)) == 4


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-5, 5) | st.none())))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_it_agrees_with_a_dict(steps):
    ages, expected = m.Ages(), {}
    for key, value in steps:
        if value is None:
            assert (key in ages) == (key in expected)
            if expected.pop(key, None) is not None:
                del ages[key]
        else:
            ages[key] = expected[key] = value
        assert dict(ages.items()) == expected and list(ages) == sorted(expected)


def test_pickling_and_copies():
    ages = m.Ages({"a": 1})
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(ages, protocol)) == ages
    assert copy.copy(ages) == ages and copy.deepcopy(ages) is not ages


@pytest.mark.row("xchg-31", "BND-23")
def test_functions_over_maps():
    ages = m.Ages({"a": 1, "b": 2})
    m.add_all(ages, 10)
    assert dict(ages.items()) == {"a": 11, "b": 12} and m.total(ages) == 23
    assert m.total({"x": 3}) == 3 and m.sum({"x": 1.5}) == 1.5
    assert m.total.__doc__ == "total(arg: test_bind_map_ext.Ages, /) -> int"
    raised(TypeError, m.total, {"x": "y"})
    kennel = m.Kennel()
    kennel.dogs["x"] = m.Dog(1)
    assert kennel.dogs is kennel.dogs and len(kennel.dogs) == 1
    packs = m.Packs({"w": [m.Dog(1)]})
    packs["w"].append(m.Dog(2))
    packs["w"][0].age = 5
    assert [dog.age for dog in packs["w"]] == [5, 2]
    # What a value is made of may be made of something itself.
    assert m.sizes({"w": [m.Dog(1)], "x": (), "y": iter([m.Dog(1), m.Dog(2)])}) == [1, 0, 2]
    raised(TypeError, m.sizes, {"w": [1]})
    shared = m.Shared({1: m.Dog(1)})
    assert shared[1] is shared[1]


@pytest.mark.row("BND-02", "api-bmap-1")
def test_a_map_is_bound_once():
    assert not hasattr(m, "Again")


def test_a_view_that_the_collector_has_cleared():
    class Mine(m.Ages):
        pass

    refs, seen = [], []

    def look(_):
        for found in gc.get_objects():
            if type(found) in (m.Ages.KeyView, m.Ages.ValueView):
                for use in (len, list, lambda view: "x" in view):
                    try:
                        use(found)
                    except RuntimeError as error:
                        seen.append(str(error))

    def garbage():
        mine = Mine({"a": 1})
        mine.view, mine.me = mine.keys(), mine
        mine.lists = []
        for _ in range(6):
            cycle = [mine.view, m.Dog(1)]
            cycle.append(cycle)
            refs.append(weakref.ref(cycle[1], look))
            mine.lists.append(cycle)

    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        garbage()
        gc.collect()
    finally:
        if enabled:
            gc.enable()
    assert set(seen) <= {"the view has lost its map: both are garbage"}


def test_an_index_map_keeps_its_order():
    names = ["c", "a", "b", "d"]
    ordered = m.Ordered({name: m.Dog(age) for age, name in enumerate(names)})
    assert list(ordered) == names and [dog.age for dog in ordered.values()] == [0, 1, 2, 3]
    del ordered["a"]
    ordered["c"] = m.Dog(7)
    ordered["a"] = m.Dog(8)
    assert list(ordered) == ["c", "b", "d", "a"] and [dog.age for dog in ordered.values()] == [7, 2, 3, 8]
    ordered["c"].age = 9
    assert ordered["c"].age == 7 and "x" not in ordered
    assert list(pickle.loads(pickle.dumps(m.LiveOrdered()))) == []
    live = m.LiveOrdered({3: m.Dog(3), 1: m.Dog(1)})
    dog = live[1]
    dog.age = 4
    del live[3]
    live[5] = m.Dog(5)
    assert live[1].age == 4 and dog.age == 4 and list(live) == [1, 5]
    del live[1]
    with pytest.raises(RuntimeError):
        dog.age
    kennel = m.Kennel()
    kennel.in_order = {name: m.Dog(1) for name in names}
    kennel.in_order["b"].age = 5
    assert list(kennel.in_order) == names and [dog.age for dog in kennel.in_order.values()] == [1, 1, 5, 1]
