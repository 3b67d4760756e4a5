"""Iterables that a function goes through: one element at a time, without a list."""

import array
import collections
import gc
import itertools
import weakref

import pytest

import test_iter_of_ext as t
from samples import Index, Sequence, refused


def test_whatever_a_loop_takes_is_taken():
    for value in ([1, 2], (1, 2), {1, 2}, {1: "a", 2: "b"}, range(1, 3), iter([1, 2]), (x for x in (1, 2)), map(int, "12"),
                  collections.deque([1, 2]), array.array("i", [1, 2]), bytearray(b"\x01\x02"), Sequence(lambda i: i + 1, 2)):  # fmt: skip
        assert t.ints(value) == [1, 2]
    for function in (t.ints, t.floats, t.texts, t.lists, t.objects):
        assert function([]) == function(iter([])) == []
    assert t.texts(["a", "é"]) == ["a", "é"] and t.lists(iter([[1], (2, 3)])) == [[1], [2, 3]]
    thing = object()
    assert t.objects(x for x in [thing, None])[0] is thing


def test_texts_bytes_and_what_is_no_iterable_are_refused():
    for value in ("12", "", b"12", 1, 1.5, None, object(), int):
        assert refused(t.ints, value).__cause__ is None
    refused(t.nested, [[1], "2"])
    assert t.maybe(None) is None and t.maybe(iter([1])) == [1]
    assert t.nested(([1], iter([2]))) == [[1], [2]]


def test_signatures():
    assert t.ints.__doc__ == "ints(arg: collections.abc.Iterable[int], /) -> list[int]"
    assert t.floats.__doc__ == "floats(values: collections.abc.Iterable[float]) -> list[float]"
    assert t.maybe.__doc__ == "maybe(arg: collections.abc.Iterable[int] | None, /) -> list[int] | None"


def test_elements_are_read_when_they_are_asked_for():
    seen = []

    def numbers():
        for number in itertools.count():
            seen.append(number)
            yield number

    endless = numbers()
    t.unused(endless)
    assert seen == []
    assert t.first(endless) == 0 and seen == [0]
    assert t.steps(endless, 3) == ["1", "2", "3"] and next(endless) == 4

    class Iterable:
        def __iter__(self):
            seen.append("iter")
            return iter([7])

    seen.clear()
    t.unused(Iterable())
    assert seen == [] and t.ints(Iterable()) == [7] and seen == ["iter"]
    assert t.together([1, 2, 3], iter([4, 5])) == [(1, 4), (2, 5)]
    shared = iter([1, 2, 3, 4])
    assert t.together(shared, shared) == [(1, 2), (3, 4)]


def test_an_element_that_does_not_fit_is_named():
    with pytest.raises(TypeError, match="^element 1 of the iterable: this 'str' object cannot be converted to 'int'$") as info:
        t.ints([1, "a", 2])
    assert info.value.__cause__ is None
    with pytest.raises(TypeError, match="^element 2 of the iterable: this 'int' object cannot be converted to 'int': out of range$"):
        t.ints(x for x in (1, 2, 2**31))
    with pytest.raises(TypeError, match=r"^element 0 of the iterable: .* 'collections.abc.Sequence\[int\]', element 1: out of range$"):
        t.lists([[1, 256]])
    assert t.ints([True, Index(2)]) == [1, 2]
    with pytest.raises(TypeError, match="^element 0 "):
        t.strict([Index(2)])
    assert t.strict([1]) == [1]


def test_an_exception_comes_out_and_ends_the_iteration():
    def fails():
        yield 1
        raise LookupError("on purpose")

    assert t.steps(fails(), 4) == ["1", "error: LookupError: on purpose", "end", "end"]
    with pytest.raises(LookupError, match="^on purpose$"):
        t.ints(fails())
    steps = t.steps(iter([1, "a", 2]), 4)
    assert steps[0] == "1" and "element 1 of the iterable" in steps[1] and steps[2:] == ["end", "end"]
    rest = iter([1, "a", 2])
    t.steps(rest, 9)
    assert list(rest) == [2]

    class Again:
        """An iterator that goes on after its end."""

        def __init__(self):
            self.all = [1, None, 2]

        def __iter__(self):
            return self

        def __next__(self):
            one = self.all.pop(0)
            if one is None:
                raise StopIteration
            return one

    assert t.steps(Again(), 4) == ["1", "end", "end", "end"]

    def fail():
        raise LookupError("on purpose")

    with pytest.raises(TypeError, match="^element 1 ") as info:
        t.ints([1, Index(1, fail)])
    assert isinstance(info.value.__cause__, LookupError)

    def stop():
        raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="^stop$"):
        t.ints([1, Index(1, stop)])


def test_what_is_no_iterable_after_all_raises_at_the_first_element():
    class Broken:
        def __iter__(self):
            raise LookupError("on purpose")

    class Wrong:
        def __iter__(self):
            return 5

    t.unused(Broken())
    with pytest.raises(LookupError, match="^on purpose$"):
        t.ints(Broken())
    with pytest.raises(TypeError):
        t.ints(Wrong())


def test_a_value_that_is_lent_stays_so_while_python_runs():
    purse = t.Purse(1)

    def looks():
        yield 1
        yield purse.coins

    with pytest.raises(RuntimeError, match="Purse"):
        purse.fill(looks())
    assert purse.coins == 2

    caught = []

    def changes():
        yield 1
        for attempt in (lambda: purse.coins, lambda: setattr(purse, "coins", 0), lambda: purse.fill([1])):
            try:
                attempt()
            except RuntimeError as error:
                caught.append(error)
        yield 1

    assert purse.fill(changes()) == 4 and len(caught) == 3
    # Nothing is marked any more.
    purse.coins = 0
    assert purse.fill([1, 2]) == 3


def test_an_element_that_is_lent_to_the_call_is_refused():
    purse, other = t.Purse(1), t.Purse(5)
    assert purse.pour([other, other]) == 11
    with pytest.raises(RuntimeError, match="Purse"):
        purse.pour([other, purse])
    assert purse.coins == 16 and other.coins == 5
    assert t.purses(iter([purse, other, purse])) == [16, 5, 16]
    with pytest.raises(TypeError, match=r"^element 1 of the iterable: this 'int' .*Purse'$"):
        t.purses([purse, 1])


def test_the_iterable_may_change_or_go_while_it_is_read():
    numbers = [1, 2, 3]

    def empties():
        yield 1
        numbers.clear()
        yield 2

    assert t.together(empties(), numbers) == [(1, 1)]

    holder = [[1001, 1002]]

    class Last:
        def __iter__(self):
            holder.clear()
            gc.collect()
            return iter([1, 2])

    assert t.together(Last(), holder[0]) == [(1, 1001), (2, 1002)]
    changing = {1, 2, 3}

    class Adds:
        def __index__(self):
            changing.add(len(changing) + 10)
            return 1

    assert t.together([Adds(), 1], [1, 2]) == [(1, 1), (1, 2)]
    with pytest.raises(RuntimeError, match="changed size"):
        t.together(iter([1, Adds(), Adds(), 1]), changing)


def test_implicit_conversion_of_elements():
    assert t.coins([1, 2]) == [1, 2]
    with pytest.raises(TypeError, match="^element 1 "):
        t.coins([1, "a"])


def test_an_iterator_that_another_overload_has_read():
    assert t.overloaded(iter([1, 2]), 1) == "set of 2"
    assert t.overloaded(iter(["a", "b"]), 1) == t.overloaded(iter(["a", "b"]), 1.0) == t.overloaded(["a", "b"], 1) == "a+b"

    def fails():
        yield "a"
        raise LookupError("lost")

    assert isinstance(refused(t.overloaded, fails(), 1).__cause__, LookupError)


def test_a_call_lets_the_iterable_go():
    class Numbers(list):
        pass

    for function in (t.ints, t.first, t.unused, lambda x: t.steps(x, 1)):
        numbers = Numbers([1, 2])
        watch = weakref.ref(numbers)
        function(numbers)
        del numbers
        assert watch() is None


def test_it_may_be_kept():
    class Numbers(list):
        pass

    numbers = Numbers([1, 2])
    watch = weakref.ref(numbers)
    t.keep(numbers)
    del numbers
    assert watch() is not None and t.kept() == 1 and t.kept() == 2 and t.kept() is None
    assert watch() is None
    t.keep(iter(["a"]))
    with pytest.raises(TypeError, match="^element 0 "):
        t.kept()
    t.forget()
