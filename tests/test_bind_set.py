"""`nb::bind_set`: sets that are classes."""

import copy
import gc
import itertools
import pickle
import sys
import weakref

import pytest
import test_bind_set_ext as m
from hypothesis import given
from hypothesis import strategies as st
from samples import refused

OPERATORS = ["__or__", "__and__", "__sub__", "__xor__"]
IN_PLACE = {"__ior__": "update", "__iand__": "intersection_update", "__isub__": "difference_update", "__ixor__": "symmetric_difference_update"}
METHODS = ["union", "intersection", "difference", "symmetric_difference"]
RELATIONS = ["__le__", "__lt__", "__ge__", "__gt__", "__eq__", "__ne__", "issubset", "issuperset", "isdisjoint"]
SETS = st.sets(st.integers(-5, 5))


@given(SETS, SETS)
def test_sets_behave_as_python_s(left, right):
    one, other = m.Ints(left), m.Ints(right)
    for name in OPERATORS + METHODS:
        made = getattr(one, name)(other)
        assert type(made) is m.Ints and set(made) == getattr(left, name)(right)
        assert set(getattr(one, name)(right)) == set(made)
    for name in METHODS:
        assert set(getattr(one, name)(iter(right))) == getattr(left, name)(right)
    for name in OPERATORS:
        plain = name.replace("__", "")
        made = getattr(one, f"__r{plain}__")(right)
        assert type(made) is m.Ints and set(made) == getattr(right, name)(left)
    for name, method in IN_PLACE.items():
        for taken in (right, frozenset(right), other):
            changed = m.Ints(left)
            assert getattr(changed, name)(taken) is changed and set(changed) == getattr(set(left), name)(right)
            changed = m.Ints(left)
            assert getattr(changed, method)(taken) is None and getattr(changed, name.replace("__i", "__"))(taken) is not changed
            assert set(changed) == getattr(set(left), name)(right)
        changed = m.Ints(left)
        getattr(changed, method)(iter(right))
        assert set(changed) == getattr(set(left), name)(right)
        itself = m.Ints(left)
        getattr(itself, name)(itself)
        assert set(itself) == getattr(set(left), name)(set(left))
    for name in RELATIONS:
        expected = getattr(left, name)(right)
        assert getattr(one, name)(other) is expected and getattr(one, name)(right) is expected
    assert (one | other) == left | right and one == left and (one != right) is (left != right)
    assert len(one) == len(left) and bool(one) is bool(left) and sorted(left) == list(one)
    assert [number in one for number in range(-6, 7)] == [number in left for number in range(-6, 7)]
    one.update(right)
    other.update(iter(left))
    assert one == other == left | right
    one.update(one)
    assert one == left | right


def test_operators_beside_python_s_sets_and_in_place():
    s = m.Ints([1, 2])
    also, home = s, m.Home()
    assert ({1, 3} | s, {1, 3} & s, {1, 3} - s, {1, 3} ^ s) == ({1, 2, 3}, {1}, {3}, {2, 3})
    assert type({1} | s) is m.Ints and type(frozenset([5]) - s) is m.Ints
    s |= {7}
    s -= {1}
    s ^= frozenset([2, 9])
    s &= m.Ints([7, 9, 11])
    assert s is also and s == {7, 9}
    home.ints |= {4}
    home.ints |= m.Ints([5])
    assert home.ints == {4, 5}
    with pytest.raises(TypeError):
        s |= [1]
    with pytest.raises(TypeError):
        s |= {"x"}
    with pytest.raises(TypeError):
        [1] | s
    plain = {1}
    plain |= s
    assert type(plain) in (set, m.Ints) and plain == {1, 7, 9}


def test_elements_come_and_go():
    s = m.Ints()
    assert s.add(2) is None and s.add(1) is None and s.add(2) is None
    assert list(s) == [1, 2] and s.remove(1) is None and s.discard(1) is None and s.discard(2) is None
    assert not s and len(s) == 0
    with pytest.raises(KeyError) as error:
        s.remove(7)
    assert error.value.args == (7,)
    with pytest.raises(KeyError, match="pop from an empty test_bind_set_ext.Ints"):
        s.pop()
    s.update([3, 4])
    assert {s.pop(), s.pop()} == {3, 4}
    s.update(range(4))
    s.clear()
    assert s == set()
    for value in ("x", None, 1.5, 2**40):
        assert value not in s
        refused(s.add, value)
    for values in ([1, "x"], "12", 5, None, [2**40]):
        refused(s.update, values)
    assert s == set()


def test_what_is_no_set():
    s = m.Ints([1])
    for other in ([1], (1,), "1", 1, None, {1: 2}):
        assert s != other and not s == other
        for operator in OPERATORS + ["__le__", "__lt__", "__ge__", "__gt__"]:
            assert getattr(s, operator)(other) is NotImplemented
        with pytest.raises(TypeError):
            s | other
    assert s == frozenset([1]) and s | frozenset([2]) == {1, 2}
    assert s != {"x"} and s != {2**40}
    with pytest.raises(TypeError):
        s | {"x"}
    with pytest.raises(TypeError):
        hash(s)
    assert m.Ints([1]) != m.Names(["1"])


def test_text_and_conversion():
    assert repr(m.Ints([2, 1])) == "test_bind_set_ext.Ints({1, 2})" and repr(m.Ints()) == "test_bind_set_ext.Ints([])"
    assert m.Ints.__doc__ == "Some numbers." and repr(m.Names(["a"])) == "test_bind_set_ext.Names({'a'})"
    assert m.Ints.add.__doc__ == "add(self, arg: int, /) -> None\n\nAdd `arg`, if it is no element yet."
    assert m.Ints.update.__doc__.startswith("update(self, arg: collections.abc.Iterable[int], /) -> None")
    assert m.Ints.union.__doc__.startswith(
        "union(self, arg: collections.abc.Iterable[int], /) -> test_bind_set_ext.Ints"
    )
    assert m.Ints.pop.__doc__.startswith("pop(self) -> int")
    assert m.sum({1, 2}) == m.sum([1, 2, 2]) == m.sum(iter([2, 1])) == m.sum(m.Ints([1, 2])) == 3
    refused(m.sum, "12")
    assert m.Names(["a", "bcd"]).longest() == "bcd" and m.Bytes([1, 255]) == {1, 255}
    home = m.Home()
    home.ints.add(3)
    home.ints = home.ints | {4}
    assert home.ints == {3, 4}
    home.ints = [5]
    assert home.ints == {5} and m.Maybes([None, 1]) == {None, 1} and None in m.Maybes([None])
    maybes = m.Maybes()
    maybes.add(None)
    maybes.discard(None)
    assert not maybes


def test_copies_and_pickles():
    class Mine(m.Ints):
        pass

    mine = Mine([1, 2])
    mine.name = "mine"
    for again in (pickle.loads(pickle.dumps(m.Ints([1, 2]))), copy.copy(mine), copy.deepcopy(mine), m.Ints(mine)):
        assert again == {1, 2} and again is not mine
    assert type(copy.copy(mine)) is Mine and copy.copy(mine).name == "mine"


def test_a_set_that_changes_while_it_is_gone_through():
    s = m.Ints(range(10))
    it = iter(s)
    assert next(it) == 0 and it.__length_hint__() == 9
    s.add(100)
    with pytest.raises(RuntimeError, match="changed"):
        next(it)
    assert list(it) == []
    it = iter(s)
    s.remove(0)
    s.add(50)
    with pytest.raises(RuntimeError):
        next(it)
    it = iter(s)
    kept = weakref.ref(s) if hasattr(s, "__weakref__") else None
    del s
    gc.collect()
    assert len(list(it)) == 11 and (kept is None or kept() is None)


def test_a_set_that_is_used_cannot_be_changed():
    s = m.Ints([1])

    def change(action):
        with pytest.raises(RuntimeError, match="has not finished yet"):
            action()

    for action in (lambda: s.add(2), s.clear, s.pop, lambda: s.discard(1), lambda: s.update([3])):
        assert m.reading(s, lambda action=action: change(action)) == 1
    assert m.reading(s, lambda: 1 in s and s == {1} and s | s) == 1 and s == {1}


def test_elements_of_a_bound_class():
    dogs = m.Dogs([m.Dog(1, "Rex"), m.Dog(1, "Bello"), m.Dog(2, "Susi")])
    assert [(dog.age, dog.name) for dog in dogs] == [(1, "Rex"), (2, "Susi")]
    dogs.add(m.Dog(1, "Bello"))
    assert [dog.name for dog in dogs] == ["Rex", "Susi"] and m.Dog(2, "") in dogs and m.Dog(3, "") not in dogs
    assert [dog.name for dog in dogs | m.Dogs([m.Dog(1, "Other"), m.Dog(0, "New")])] == ["New", "Rex", "Susi"]
    assert dogs.pop().name == "Rex" and len(dogs) == 1 and repr(dogs).startswith("test_bind_set_ext.Dogs(")
    # A comparison that panics leaves the set as it is.
    for action in (lambda: dogs.add(m.Dog(13, "")), lambda: m.Dog(13, "") in dogs, lambda: dogs.discard(m.Dog(13, ""))):
        with pytest.raises(RuntimeError, match="not this one"):
            action()
    assert [dog.name for dog in dogs] == ["Susi"]
    dogs.add(m.Dog(3, "More"))
    assert len(dogs) == 2


def test_hostile_elements():
    s = m.Ints([1, 2])

    class Index:
        def __init__(self, action):
            self.action = action

        def __index__(self):
            self.action()
            return 5

    s.add(Index(s.clear))
    assert s == {5}
    s.update([Index(lambda: s.add(9)), 7])
    assert s == {5, 7, 9} and Index(s.clear) not in m.Ints()

    def fails(_):
        raise LookupError("on purpose")

    assert isinstance(refused(s.update, map(fails, [1])).__cause__, LookupError)
    before = sys.getrefcount(s)
    for _ in range(10):
        s.update(itertools.chain([1], [2]))
        s | s
        s == {1}
        list(s)
    assert sys.getrefcount(s) == before
