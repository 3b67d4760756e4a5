"""Iterators as arguments: read once, for all overloads, alternatives and conversions that look at them."""

import gc
import itertools
import sys
import weakref

import pytest
import test_iterators_given_ext as t
from samples import refused

INTS, TEXTS = ["int 1", "int 2", "int 3"], ["text a", "text b", "text c"]
FUNCTIONS = [t.variant, t.overloaded, t.rest, t.vector, t.chosen]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_candidate_sees_all_elements(function):
    for make in (iter, lambda all: (one for one in all), lambda all: map(lambda one: one, all)):
        assert function(make([1, 2, 3])) == INTS
        assert function(make("abc")) == TEXTS
        assert function(make([])) == []
        # The second of them is what the first candidate stumbles over.
        refused(function, make([1, "b"]))
        refused(function, make(["a", 2]))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_was_read_when_an_iterator_raised_is_not_all(function):
    def fails():
        yield "a"
        raise LookupError("lost")

    def stops():
        yield "a"
        raise KeyboardInterrupt("stop")

    error = refused(function, fails())
    assert isinstance(error.__cause__, LookupError)
    with pytest.raises(KeyboardInterrupt, match="^stop$"):
        function(stops())


def test_an_iterator_in_another_place_of_another_overload():
    assert t.moved(all=iter("abc"), n=1) == TEXTS
    assert t.moved(iter([1, 2, 3]), 1) == INTS
    assert t.moved(1, iter("abc")) == TEXTS


def test_a_later_overload_that_takes_the_iterator_itself_finds_all():
    for make in (iter, lambda all: (one for one in all)):
        assert list(t.or_whole(make("abc"), 1)) == ["a", "b", "c"] == list(t.or_whole(make("abc"), 1.0))
        assert t.or_whole(make([1, 2, 3]), 1) == INTS
        whole, rest, named = t.or_any(make("abc"), 1, _x=2)
        assert list(whole) == ["a", "b", "c"] and rest == (1,) and named == {"_x": 2}
        # The class tries the set first to see whether it fits.
        assert t.from_iterator(make("abc")) == ["a", "b", "c"]

    def fails():
        yield 1
        raise LookupError("lost")

    # What it gives after it has raised is not all, and nobody's.
    error = refused(t.or_whole, fails(), 1)
    assert isinstance(error.__cause__, LookupError) and "Invoked with types: generator, int" in str(error)
    error = refused(t.overloaded, (one for one in [1, "b"]))
    assert "Invoked with types: generator" in str(error)


def test_iterators_inside_of_containers():
    assert t.nested([iter([1, 2, 3]), iter([])]) == [INTS, []]
    assert t.nested([iter("abc"), iter("a")]) == [TEXTS, ["text a"]]
    assert t.variants([iter("abc"), iter([1, 2, 3])]) == [TEXTS, INTS]

    class Makes:
        """Makes iterators anew for each candidate, at the addresses of those that are gone."""

        def __len__(self):
            return 2

        def __getitem__(self, index):
            if index > 1:
                raise IndexError
            return iter("abc" if index else "a")

    assert t.nested(Makes()) == [["text a"], TEXTS]


def test_one_iterator_for_two_arguments_gives_both_the_same():
    one = iter([1, 2, 3])
    assert t.twice(one, one) == (INTS, INTS) and list(one) == []


def test_a_class_made_of_an_iterator_gets_the_iterator():
    assert t.lazy(iter([1, 2, 3])) is None and t.lazy({1, 2, 3}) == INTS


def test_elements_live_as_long_as_the_call_and_the_iterator_is_kept_alive():
    class Index:
        def __index__(self):
            return 1

    class Iterator:
        def __init__(self, *all):
            self.all = iter(all)

        def __iter__(self):
            return self

        def __next__(self):
            return next(self.all)

    element, iterator = Index(), Iterator(1, 2)
    gone, kept = weakref.ref(element), weakref.ref(iterator)
    assert t.overloaded(Iterator(element)) == ["int 1"]
    nurse = t.kept(iterator)
    refused(t.overloaded, Iterator(element, "a"))
    before = sys.getrefcount(element)
    for _ in range(10):
        t.variant(Iterator(element))
    assert sys.getrefcount(element) == before
    del element, iterator
    gc.collect()
    assert gone() is None and kept() is not None
    del nurse
    gc.collect()
    assert kept() is None


def test_the_pass_without_conversions_leaves_an_iterator_alone():
    one = itertools.chain([1, 2, 3])
    refused(t.moved, one, "no number")
    # The second pass has looked at it.
    assert list(one) == []
    one = iter([1, 2, 3])
    with pytest.raises(TypeError):
        t.moved(one)
    assert list(one) == [1, 2, 3]
