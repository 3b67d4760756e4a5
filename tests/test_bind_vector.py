"""`nb::bind_vector`: vectors that are classes."""

import copy
import gc
import pickle
import weakref

import pytest
import test_bind_vector_ext as m
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(autouse=True)
def no_value_stays():
    gc.collect()
    before = m.live()
    yield
    gc.collect()
    assert m.live() == before


def raised(kind, function, *args):
    with pytest.raises(kind) as error:
        function(*args)
    return str(error.value)


@pytest.mark.row("api-disc-3", "api-disc-5")
@pytest.mark.row("BND-01", "api-bvec-2", "api-bvec-3", "api-bvec-4", "api-bvec-5", "api-bvec-9", "api-hdr-3", "api-macro-2")
def test_construction_and_length():
    assert list(m.IntVector()) == [] and not m.IntVector() and len(m.IntVector()) == 0
    v = m.IntVector([1, 2, 3])
    assert list(v) == [1, 2, 3] and v and len(v) == 3
    other = m.IntVector(v)
    other.append(4)
    assert (list(v), list(other)) == ([1, 2, 3], [1, 2, 3, 4])
    for source in ((1, 2), {1: 0, 2: 0}, iter([1, 2]), (i for i in (1, 2)), range(1, 3)):
        assert list(m.IntVector(source)) == [1, 2]
    assert m.IntVector.__doc__ == "Some numbers."


@pytest.mark.row("BND-01")
def test_docstrings():
    name = "test_bind_vector_ext.IntVector"
    assert m.IntVector.__init__.__doc__.startswith(
        f"__init__(self) -> None\n__init__(self, arg: {name}, /) -> None\n__init__(self, arg: collections.abc.Iterable[int], /) -> None\n"
    )
    texts = {
        "__len__": "__len__(self) -> int",
        "__bool__": "__bool__(self) -> bool\n\nCheck whether the vector is nonempty",
        "__repr__": "__repr__(self) -> str",
        "__contains__": "__contains__(self, arg: int, /) -> bool\n__contains__(self, arg: object | None, /) -> bool",
        "__eq__": "__eq__(self, arg: object, /) -> bool",
        "__iter__": "__iter__(self) -> collections.abc.Iterator[int]",
        "__getitem__": f"__getitem__(self, arg: int, /) -> int\n__getitem__(self, arg: slice, /) -> {name}",
        "__setitem__": f"__setitem__(self, arg0: int, arg1: int, /) -> None\n__setitem__(self, arg0: slice, arg1: {name}, /) -> None",
        "__delitem__": "__delitem__(self, arg: int, /) -> None\n__delitem__(self, arg: slice, /) -> None",
        "clear": "clear(self) -> None\n\nRemove all items from list.",
        "append": "append(self, arg: int, /) -> None\n\nAppend ``arg`` to the end of the list.",
        "insert": "insert(self, arg0: int, arg1: int, /) -> None\n\nInsert object ``arg1`` before index ``arg0``.",
        "pop": "pop(self, index: int = -1) -> int\n\nRemove and return item at ``index`` (default last).",
        "extend": f"extend(self, arg: {name}, /) -> None\n\nExtend ``self`` by appending elements from ``arg``.",
        "count": "count(self, arg: int, /) -> int\n\nReturn number of occurrences of ``arg``.",
        "remove": "remove(self, arg: int, /) -> None\n\nRemove first occurrence of ``arg``.",
    }
    for method, text in texts.items():
        assert getattr(m.IntVector, method).__doc__ == text, method


@pytest.mark.row("BND-18", "api-bvec-11", "api-bvec-12", "api-bvec-13", "api-bvec-18", "api-bvec-19", "api-bvec-20", "api-bvec-17")
def test_single_elements():
    v = m.IntVector([1, 2, 3])
    assert (v[0], v[2], v[-1], v[-3]) == (1, 3, 3, 1)
    v[0], v[-1] = 7, 9
    assert list(v) == [7, 2, 9]
    v.append(1), v.insert(0, 5), v.insert(-1, 6), v.insert(6, 8)
    assert list(v) == [5, 7, 2, 9, 6, 1, 8]
    assert (v.pop(), v.pop(0), v.pop(-2), v.pop(index=1)) == (8, 5, 6, 2)
    del v[0], v[-1]
    assert list(v) == [9]
    text = "index {} is out of range: test_bind_vector_ext.IntVector has 1 element"
    for index in (1, -2, 2**40, -(2**40)):
        for function in (v.__getitem__, v.__delitem__, v.pop, lambda i: v.__setitem__(i, 0)):
            assert raised(IndexError, function, index) == text.format(index)
    assert raised(IndexError, v.insert, 3, 0) == text.format(3)
    assert raised(IndexError, m.IntVector().pop) == "index -1 is out of range: test_bind_vector_ext.IntVector has 0 elements"
    for index in (2**70, None, "0", 1.0):
        assert "incompatible function arguments" in raised(TypeError, v.__getitem__, index)
    v.clear()
    assert list(v) == []


@pytest.mark.row("BND-08", "BND-09", "BND-20", "api-bvec-14", "api-bvec-15", "api-bvec-16", "api-bvec-21", "api-disc-4", "api-disc-5")
def test_slices_and_self():
    v = m.IntVector(range(6))
    assert list(v[1:4]) == [1, 2, 3] and type(v[1:4]) is m.IntVector and list(v[::-2]) == [5, 3, 1]
    v[::2] = v[1::2]
    assert list(v) == [1, 1, 3, 3, 5, 5]
    v[:] = v
    v[::-1] = v
    assert list(v) == [5, 5, 3, 3, 1, 1]
    v[0:2] = [8, 9]
    assert list(v)[:2] == [8, 9]
    assert raised(IndexError, v.__setitem__, slice(0, 2), [1]) == (
        "the slice has 2 elements, and 1 is assigned: a slice of a bound container keeps its size"
    )
    assert raised(IndexError, v.__setitem__, slice(None, -1), v).startswith("the slice has 5 elements, and 6 are assigned")
    assert list(v) == [8, 9, 3, 3, 1, 1]
    v.extend(v)
    assert list(v) == [8, 9, 3, 3, 1, 1] * 2
    v.extend([7]), v.extend(i for i in (6,))
    assert list(v)[-2:] == [7, 6]
    assert "slice step cannot be zero" in raised(ValueError, v.__getitem__, slice(0, 1, 0))
    assert "slice indices must be integers" in raised(TypeError, v.__getitem__, slice(0, "1"))
    names = m.Names(["x" * 50] * 4)
    names.extend(names)
    assert list(names) == ["x" * 50] * 8


BOUND = st.none() | st.integers(-9, 9)
SLICE = st.builds(slice, BOUND, BOUND, st.sampled_from([None, -3, -2, -1, 1, 2, 3]))


@pytest.mark.row("BND-20")
@given(st.lists(st.integers(-100, 100), max_size=8), SLICE)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_slices_agree_with_lists(values, part):
    v, expected = m.IntVector(values), list(values)
    assert list(v[part]) == expected[part]
    del v[part], expected[part]
    assert list(v) == expected
    v, expected = m.IntVector(values), list(values)
    new = [7] * len(expected[part])
    v[part] = new
    expected[part] = new
    assert list(v) == expected


@pytest.mark.row("BND-19", "api-bvec-7", "api-bvec-8", "api-bvec-22", "api-bvec-23", "api-disc-2")
def test_comparison_and_search():
    v = m.IntVector([1, 2, 1])
    assert v == m.IntVector([1, 2, 1]) and not v != m.IntVector([1, 2, 1])
    assert v != m.IntVector([1, 2]) and v != None and not v == "x"  # noqa: E711
    assert v == [1, 2, 1] and (1, 2, 1) == v and v == iter([1, 2, 1]) and v != [1, 2] and v != [1, 2, "x"] and v != 1
    assert m.Names(["x"]) == ["x"] and m.Names(["x"]) != "x"
    assert 1 in v and 5 not in v and "x" not in v and None not in v and 1.0 not in v
    assert (v.count(1), v.count(9)) == (2, 0)
    v.remove(1)
    assert list(v) == [2, 1]
    assert raised(ValueError, v.remove, 9) == "remove(x): x is not in test_bind_vector_ext.IntVector"
    assert "incompatible function arguments" in raised(TypeError, v.remove, "x")
    dogs = m.Dogs([m.Dog(1), m.Dog(2)])
    assert m.Dog(2) in dogs and m.Dog(3) not in dogs and dogs[0] in dogs and dogs.count(m.Dog(2)) == 1
    dogs.remove(m.Dog(1))
    assert [dog.age for dog in dogs] == [2]


@pytest.mark.row("BND-07", "api-bvec-6")
def test_repr():
    assert repr(m.IntVector([1, 2])) == "test_bind_vector_ext.IntVector([1, 2])"
    assert repr(m.Names(["a'"])) == "test_bind_vector_ext.Names([\"a'\"])"
    assert repr(m.Dogs([m.Dog(3)])) == "test_bind_vector_ext.Dogs([Dog(3)])"
    assert repr(m.IntVector([7] * 100_000)).count("7") == 100_000
    objects = m.Objects()
    objects.append(objects)
    assert repr(objects) == "test_bind_vector_ext.Objects([test_bind_vector_ext.Objects([...])])"
    objects.clear()


@pytest.mark.row("BND-14", "api-bvec-10", "BND-04")
def test_iteration_goes_by_index():
    v = m.IntVector([1, 2, 3])
    seen = []
    for number in v:
        seen.append(number)
        if number == 1:
            v.append(4)
        if number == 4:
            v.clear()
    assert seen == [1, 2, 3, 4]
    v = m.IntVector([1])
    iterator = iter(v)
    assert type(iterator) is m.IntVector.Iterator and iter(iterator) is iterator and iterator.__length_hint__() == 1
    assert list(iterator) == [1]
    v.append(2)
    assert list(iterator) == [] and iterator.__length_hint__() == 0
    with pytest.raises(TypeError):
        m.IntVector.Iterator()
    # It keeps what it goes through.
    iterator = iter(m.Dogs([m.Dog(5)]))
    gc.collect()
    assert next(iterator).age == 5


@pytest.mark.row("BND-03", "BND-16")
def test_elements_are_copies_by_default():
    dogs = m.Dogs([m.Dog(1)])
    dogs[0].age = 9
    first = dogs[0]
    assert first.age == 1 and dogs[0] is not first
    for _ in range(10_000):
        dogs.append(m.Dog(0))
    assert first.age == 1
    first.age = 5
    dogs[0] = first
    first.age = 6
    assert dogs[0].age == 5
    for dog in dogs:
        dog.age = 3
    assert dogs[0].age == 5


def test_live_elements():
    dogs = m.LiveDogs([m.Dog(1), m.Dog(2)])
    first = dogs[0]
    first.age = 9
    assert dogs[0] is first and [dog.age for dog in dogs] == [9, 2] and next(iter(dogs)) is first
    for _ in range(1000):
        dogs.append(m.Dog(0))
    assert first.age == 9
    dogs.insert(0, m.Dog(7))
    # It is what is at its place.
    assert first.age == 7
    dogs.append(dogs[1])
    dogs.extend(dogs[:2])
    dogs[0] = dogs[1]
    assert (dogs[0].age, dogs[-1].age) == (9, 9)
    dogs.clear()
    assert "which has no such element any more" in raised(RuntimeError, lambda: first.age)


@pytest.mark.row("BND-22")
def test_elements_that_cannot_be_copied():
    cats = m.Cats([m.Cat(1)])
    cat = cats[0]
    cat.lives = 8
    assert cats[0] is cat and cats[0].lives == 8
    for name in ("__eq__", "count", "remove", "__contains__"):
        assert name not in vars(m.Cats)
    assert "slice" not in m.Cats.__getitem__.__doc__
    other = m.Cat(2)
    cats.append(other)
    with pytest.raises(TypeError), pytest.warns(RuntimeWarning):
        other.lives
    # Nothing is taken where it does not fit.
    third = m.Cat(3)
    with pytest.raises(IndexError):
        cats[5] = third
    with pytest.raises(IndexError):
        cats.insert(9, third)
    with pytest.raises(IndexError):
        cats[0:2] = [third]
    with pytest.raises(TypeError):
        cats.extend([third, 5])
    assert third.lives == 3
    cats.extend([third])
    assert [cat.lives for cat in cats] == [8, 2, 3] and cats.pop().lives == 3


@pytest.mark.row("BND-10", "BND-11")
def test_failures_leave_the_container_as_it_was():
    v = m.IntVector([1, 2])
    for source in ([3, "x"], [3, 2**40], {1: 2, None: 3}, 5, None, "12"):
        for function in (v.extend, m.IntVector, lambda source: v.__setitem__(slice(0, 2), source)):
            with pytest.raises(TypeError):
                function(source)
    with pytest.raises(TypeError):
        v.extend(i for i in (1, None))
    assert list(v) == [1, 2]
    fragile = m.Fragiles([m.Fragile(1), m.Fragile(12)])
    fragile[1:]
    bad = m.LiveFragiles([m.Fragile(1), m.Fragile(2)])
    bad[1].number = 13
    for function in (lambda: bad[:], lambda: m.LiveFragiles(bad), lambda: bad.extend(bad), lambda: bad.append(bad[1])):
        with pytest.raises(BaseException, match="not this one"):
            function()
    assert [one.number for one in bad] == [1, 13]


class Evil:
    def __init__(self, act, value=0):
        self.act, self.value = act, value

    def __index__(self):
        self.act()
        return self.value


@pytest.mark.row("LIV-01", "LIV-10")
def test_hostile_elements():
    source = []
    source += [1, Evil(source.clear), 3]
    with pytest.raises(TypeError):
        m.IntVector(source)
    v = m.IntVector([1, 2, 3])
    v.append(Evil(v.clear, 7))
    assert list(v) == [7]
    v = m.IntVector([1, 2, 3])
    with pytest.raises(IndexError):
        v[2] = Evil(v.clear, 7)
    v.extend([1, Evil(v.clear, 2)])
    assert list(v) == [1, 2]
    v[Evil(lambda: v.append(5), -1)] = 9
    assert list(v) == [1, 2, 9]
    with pytest.raises(IndexError):
        v[0 : Evil(v.clear, 2)] = [4, 4]

    class Lying:
        def __len__(self):
            return 2**60

        def __length_hint__(self):
            return 2**60

        def __iter__(self):
            return iter([1, 2])

    assert list(m.IntVector(Lying())) == [1, 2]

    class Endless(Lying):
        def __len__(self):
            return 3

        def __iter__(self):
            while True:
                yield 1

    with pytest.raises(TypeError):
        m.IntVector(Endless())


def test_iterators_are_gone_through_once():
    assert list(m.DoubleVector(number for number in [1, 2.0, 3])) == [1.0, 2.0, 3.0]
    assert m.sum(number for number in [1, 2, 3]) == 6.0 and m.sum(iter(m.IntVector([1, 2]))) == 3.0
    assert len(m.Packs(pack for pack in [[m.Dog(1)], [m.Dog(2)]])) == 2
    # An element may be made of something itself.
    assert m.sizes([[m.Dog(1)], (), iter([m.Dog(1), m.Dog(2)])]) == [1, 0, 2]
    assert m.sizes(pack for pack in [[m.Dog(1)], m.Dogs()]) == [1, 0]
    with pytest.raises(TypeError):
        m.sizes([[1]])
    for source in ([1, "x", 3], ["x"]):
        with pytest.raises(TypeError):
            m.IntVector(iter(source))

    def failing():
        yield 1
        raise KeyError("gone")

    for function in (m.IntVector, m.double_it, m.IntVector().extend):
        with pytest.raises(TypeError):
            function(failing())


def test_what_is_looked_for_stays_where_it_is():
    keys, one = m.BoxedKeys(), m.Ordered(1)
    with pytest.raises(TypeError):
        keys[one]
    assert one not in keys
    with pytest.raises(TypeError):
        keys[one] = "x"
    assert one.lives == 1
    keys[one] = 5
    assert list(keys.values()) == [5]
    assert m.Boxed([m.Cat(1)])[0].lives == 1


def test_use_while_it_is_lent():
    v = m.IntVector([1])
    assert "is being read by a call that has not finished" in raised(RuntimeError, m.call_with, v, lambda: v.append(2))
    assert m.call_with(v, lambda: list(v)) == 1
    iterator = iter(v)
    assert m.call_with(v, lambda: next(iterator)) == 1


def test_sort_and_pickling():
    v = m.IntVector([3, 1, 2])
    v.sort()
    assert list(v) == [1, 2, 3]
    v.sort(key=lambda number: -number)
    assert list(v) == [3, 2, 1]
    v.sort(reverse=True, key=lambda number: number % 2)
    assert list(v) == [3, 1, 2]
    assert raised(ValueError, lambda: v.sort(key=lambda _: v.append(1) or 0)) == (
        "test_bind_vector_ext.IntVector was modified while it was being sorted"
    )
    with pytest.raises(ZeroDivisionError):
        v.sort(key=lambda number: 1 / 0)
    cats = m.Cats([m.Cat(2), m.Cat(1)])
    cats.sort(key=lambda cat: cat.lives)
    assert [cat.lives for cat in cats] == [1, 2]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(v, protocol)) == v
    assert copy.copy(v) == v and copy.deepcopy(v) is not v

    class Mine(m.IntVector):
        pass

    mine = Mine([1])
    mine.name = "x"
    assert (type(copy.copy(mine)), copy.copy(mine).name, list(copy.copy(mine))) == (Mine, "x", [1])


@pytest.mark.row("xchg-29", "xchg-30", "xchg-31", "BND-23")
def test_functions_over_vectors():
    v = m.IntVector([1, 2, 3])
    m.double_it(v)
    assert list(v) == [2, 4, 6]
    plain = [1, 2, 3]
    m.double_it(plain)
    assert plain == [1, 2, 3]
    assert repr(m.doubled([1, 2, 3])) == "test_bind_vector_ext.IntVector([2, 4, 6])"
    name = "test_bind_vector_ext.IntVector"
    assert m.doubled.__doc__ == f"doubled(arg: {name}, /) -> {name}"
    assert m.sum([1, 2.5]) == 3.5 and m.sum(number for number in (1.0, 2.0)) == 3.0
    assert m.longest(("a", "bbb")) == "bbb"
    with pytest.raises(TypeError):
        m.sum([1, "x"])


def test_fields_and_nested_containers():
    kennel = m.Kennel()
    kennel.dogs.append(m.Dog(4))
    kennel.numbers.extend([1, 2])
    assert kennel.dogs is kennel.dogs and [dog.age for dog in kennel.dogs] == [4] and list(kennel.numbers) == [1, 2]
    kennel.plain.append(3)
    assert list(kennel.plain) == [3]
    numbers = kennel.numbers
    kennel.numbers = [5]
    assert list(numbers) == [5]
    packs = m.Packs([[m.Dog(1)], m.Dogs([m.Dog(2)])])
    packs[0].append(m.Dog(3))
    assert packs[0] is packs[0] and [[dog.age for dog in pack] for pack in packs] == [[1, 3], [2]]
    shared = m.Shared([m.Dog(1)])
    assert shared[0] is shared[0]
    iterator = iter(packs[1])
    del packs
    assert next(iterator).age == 2


@pytest.mark.row("BND-02", "api-bvec-1")
def test_a_vector_is_bound_once():
    assert not hasattr(m, "Again") and m.Dogs(m.Dogs([m.Dog(3)])).oldest() == 3


def test_subclasses_and_objects():
    class Mine(m.IntVector):
        def __len__(self):
            return 99

    mine = Mine([1, 2])
    assert len(mine) == 99 and list(mine) == [1, 2] and type(mine[:1]) is m.IntVector
    assert m.IntVector(mine) == m.IntVector([1, 2])
    objects = m.Objects([1, "x", None])
    assert list(objects) == [1, "x", None]
    objects.append(objects)
    ref = weakref.ref(mortal := Mine())
    objects.append(mortal)
    del mortal
    assert ref() is not None
    del objects
    gc.collect()
    assert ref() is None
