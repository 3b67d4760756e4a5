"""Boxed iterators as results: Python iterators."""

import collections.abc
import gc
import itertools
import threading
import weakref

import pytest

import test_boxed_iterators_ext as t


def test_a_boxed_iterator_is_an_iterator():
    made = t.squares(4)
    assert isinstance(made, collections.abc.Iterator) and iter(made) is made
    assert next(made) == 0 and list(made) == [1, 4, 9]
    assert list(made) == [] and next(made, None) is None
    assert list(t.shared(3)) == ["0", "1", "2"]
    assert list(itertools.chain(t.squares(2), t.evens(5))) == [0, 1, 0, 2, 4]
    assert list(t.squares(0)) == []


def test_all_have_one_type_which_nobody_makes():
    kind = type(t.squares(1))
    assert type(t.shared(1)) is kind and type(t.counts()) is kind
    assert (kind.__module__, kind.__qualname__) == ("nanobind", "iterator")
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind.extra = 1


def test_signatures():
    assert t.squares.__doc__ == "squares(arg: int, /) -> collections.abc.Iterator[int]"
    assert t.shared.__doc__ == "shared(arg: int, /) -> collections.abc.Iterator[str]"
    assert t.maybe.__doc__ == "maybe(arg: bool, /) -> collections.abc.Iterator[int] | None"
    assert t.several.__doc__ == "several(arg: int, /) -> list[collections.abc.Iterator[int]]"


def test_inside_of_containers():
    assert t.maybe(False) is None and list(t.maybe(True)) == [0, 1, 4]
    assert [list(one) for one in t.several(3)] == [[], [0], [0, 1]]


def test_the_length_where_it_is_known():
    made = t.squares(3)
    assert made.__length_hint__() == 3 and next(made) == 0 and made.__length_hint__() == 2
    assert t.evens(3).__length_hint__() is NotImplemented


def test_an_error_ends_the_iteration():
    assert list(t.attempts(False)) == [0, 1, 2]
    made = t.attempts(True)
    assert next(made) == 0
    with pytest.raises(RuntimeError, match="^one is bad$"):
        next(made)
    assert list(made) == []


def test_a_panic_ends_the_iteration_and_drops_the_iterator():
    before = t.dropped()
    made = t.counts()
    assert [next(made) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(RuntimeError, match="three is too many"):
        next(made)
    assert t.dropped() == before + 1 and list(made) == []


def test_an_iterator_that_is_not_finished_is_dropped_with_its_object():
    before = t.dropped()
    made = t.counts()
    next(made)
    del made
    gc.collect()
    assert t.dropped() == before + 1


def test_elements_of_a_bound_class():
    dogs = t.dogs(["Rex", "Spot"])
    first = next(dogs)
    assert type(first) is t.Dog and [dog.name for dog in (first, *dogs)] == ["Rex", "Spot"]
    assert list(first) == ["R", "e", "x"]


def test_an_iterator_is_lazy():
    t.pour([3, 2, 1])
    made = t.drink()
    assert next(made) == 1
    t.pour([9, 8])
    assert list(made) == [8, 9]


def test_an_iterator_that_calls_python():
    def length(text):
        if text == "bad":
            raise LookupError("on purpose")
        return len(text)

    made = t.lengths(length, ["a", "bc", "bad", "d"])
    assert [next(made), next(made)] == [1, 2]
    with pytest.raises(LookupError, match="^on purpose$"):
        next(made)
    assert list(made) == []

    # What it calls finds it busy.
    again = t.lengths(lambda text: next(again), ["a"])
    with pytest.raises(ValueError, match="already asked"):
        next(again)


def test_another_thread_goes_on():
    made, seen = t.squares(1000), []
    next(made)
    threads = [threading.Thread(target=lambda: seen.extend(itertools.islice(made, 10))) for _ in range(1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [n * n for n in range(1, 11)] and next(made) == 121


def test_the_method_is_a_protocol():
    (dog,) = t.dogs(["ab"])
    assert list(dog) == ["a", "b"] and "b" in dog
    kept = iter(dog)
    del dog
    assert list(kept) == ["a", "b"]


def test_an_iterator_is_no_cycle():
    class Function:
        def __call__(self, text):
            return text

    function = Function()
    watch = weakref.ref(function)
    made = t.lengths(function, ["a"])
    del function
    assert watch() is not None
    del made
    gc.collect()
    assert watch() is None
