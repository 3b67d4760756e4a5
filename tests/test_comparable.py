"""Python objects in containers of Rust's: compared, hashed and shown by Python."""

import collections
import gc
import sys
import weakref

import pytest
import test_comparable_ext as m
from hypothesis import given
from hypothesis import strategies as st

MIXED = st.lists(st.integers(-4, 4) | st.floats(-4, 4) | st.booleans())
KEYS = st.lists(st.integers(-4, 4) | st.text(max_size=2) | st.tuples(st.integers(0, 2), st.text(max_size=1)) | st.none())


class Fails:
    """Does what Python's objects may do, until it does not."""

    def __init__(self, value, error=None, left=0):
        self.value, self.error, self.left = value, error, left

    def step(self):
        if self.error:
            self.left -= 1
            if self.left < 0:
                raise self.error

    def __lt__(self, other):
        self.step()
        return self.value < other.value

    def __eq__(self, other):
        self.step()
        return self.value == other.value

    def __hash__(self):
        self.step()
        return hash(self.value)

    def __repr__(self):
        self.step()
        return f"Fails({self.value})"


@given(MIXED)
def test_order_is_python_s(values):
    assert m.sorted(values) == sorted(values) and m.heap(values) == sorted(values)
    assert all(one is other for one, other in zip(m.sorted(values), sorted(values)))
    assert m.unique(values) == len(set(values))
    assert list(m.Ordered(values)) == sorted(set(values))
    assert [pair for pair in m.tree(values)] == [(key, values.count(key)) for key in sorted(set(values))]


@given(KEYS)
def test_equality_and_hash_are_python_s(values):
    assert m.Hashed(values) == set(values) and len(m.Hashed(values)) == len(set(values))
    counts = collections.Counter(values)
    table = m.Table(dict(counts))
    assert {key: table[key] for key in counts} == counts and table == dict(counts)
    assert m.table(dict.fromkeys(values, 1)) == dict.fromkeys(values, 1)
    assert list(m.List(values)) == values and m.List(values) == values


def test_a_native_core_of_objects():
    sketch = m.Sketch()
    for item in "abracadabra":
        sketch.add(item)
    sketch.add((1, 2))
    assert len(sketch) == 6
    with pytest.raises(TypeError, match="'<' not supported between instances of"):
        sketch.top()
    for item in "b" * 9:
        sketch.add(item)
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        sketch.add([])
    with pytest.raises(TypeError):
        sketch.top()
    other = m.Sketch()
    for item in "abracadabra":
        other.add(item)
    assert other.top() == ["a", "b", "r", "c", "d"]


@pytest.mark.parametrize("left", range(6))
@pytest.mark.parametrize("kind", [KeyError, KeyboardInterrupt, RecursionError, SystemExit])
def test_what_python_raises_leaves_the_function(kind, left):
    error = kind("on purpose")
    items = [Fails(value, error if value == 3 else None, left) for value in (5, 3, 4, 1, 3)]
    for function in (m.sorted, m.heap, m.unique, m.tree, m.Ordered, m.Hashed, m.shown):
        try:
            function(items if function is not m.shown else items[1])
        except type(error) as raised:
            assert raised is error
    again = [Fails(value) for value in (2, 1)]
    assert [item.value for item in m.sorted(again)] == [1, 2]


def test_a_container_after_an_exception():
    hashed = m.Hashed([1, 2])
    bad = Fails(1, ValueError("no"), 0)
    for use in (hashed.add, hashed.discard, hashed.remove, hashed.__contains__, lambda x: hashed | {1}):
        try:
            use(bad)
        except ValueError as error:
            assert str(error) == "no"
    assert hashed == {1, 2} and sorted(hashed) == [1, 2]
    ordered = m.Ordered([1, 2])
    with pytest.raises(TypeError):
        ordered.add("text")
    ordered.add(3)
    assert list(ordered) == [1, 2, 3]


def test_code_that_comes_back_finds_the_container_in_use():
    class Returns(int):
        __hash__ = int.__hash__

        def __eq__(self, other):
            seen.append(1)
            with pytest.raises(RuntimeError, match="is being (read|modified) by a call"):
                hashed.add(7)
            return int.__eq__(self, other)

    seen = []
    hashed = m.Hashed()
    hashed.add(Returns(1))
    hashed.add(Returns(1))
    assert seen and len(hashed) == 1


@pytest.mark.parametrize("kind", ["List", "Hashed", "Ordered", "Table", "Keeps"])
def test_the_collector_sees_through_containers(kind):
    class Item:
        def __lt__(self, other):
            return False

    item = Item()
    gone = weakref.ref(item)
    if kind == "Keeps":
        item.keeps = m.Keeps()
        item.keeps.best, item.keeps.all = item, [item]
    else:
        item.container = getattr(m, kind)({item: 1} if kind == "Table" else [item])
    del item
    gc.collect()
    assert gone() is None


def test_one_object_equals_itself():
    nan = float("nan")
    assert m.equal(nan, nan) and not m.equal(nan, float("nan")) and m.unique([nan, nan]) == 1
    assert m.equal(1, True) and not m.equal(1, "1")

    class NoBool:
        def __bool__(self):
            raise LookupError("no truth")

    class Odd:
        def __eq__(self, other):
            return NoBool()

    with pytest.raises(LookupError, match="no truth"):
        m.equal(Odd(), 1)


def test_it_is_the_object():
    one = object()
    assert m.same(one) is one and m.upper("a") == "A" and m.same(None) is None
    assert m.shown("x") == ("x", "'x'", "       x|") and m.shown(1.5)[0] == "1.5"
    with pytest.raises(UnicodeEncodeError):
        m.shown("\ud800")
    keeps = m.Keeps()
    assert keeps.best is None
    keeps.best = one
    keeps.all = [one, 2]
    assert keeps.best is one and keeps.all[0] is one and keeps.all == [one, 2]
    assert m.same.__doc__.startswith("same(arg: object | None, /) -> object")


def test_raising_runs_destructors():
    def fails():
        raise LookupError("mine")

    m.dropped()
    for _ in range(3):
        with pytest.raises(LookupError, match="^mine$"):
            m.raises(fails)
    assert m.dropped() == 3
    with pytest.raises(ValueError, match="nothing was raised"):
        m.raises(lambda: 1)
    assert m.caught(fails) == 2 and m.caught(lambda: 1) == 1


def test_without_the_interpreter_it_panics(capfd):
    assert m.detached(1, 2)
    capfd.readouterr()


def test_references():
    class Item:
        pass

    item = Item()
    gone = weakref.ref(item)
    before = sys.getrefcount(item)
    keeps, listed = m.Keeps(), m.List([item, item])
    keeps.best, keeps.all = item, [item] * 3
    assert sys.getrefcount(item) == before + 6
    m.sorted([1, 2]), m.unique([item, item]), m.equal(item, item)
    del keeps, listed
    gc.collect()
    assert sys.getrefcount(item) == before
    del item
    gc.collect()
    assert gone() is None
