"""`nb::make_iterator` and its kin: iterators over native values."""

import gc
import itertools
import weakref

import pytest
import test_make_iterator_ext as m


def raised(kind, function, *args):
    with pytest.raises(kind) as error:
        function(*args)
    return str(error.value)


@pytest.fixture
def sketch():
    made = m.Sketch()
    for number in (1, 2, 3):
        made.add(number)
        made.add_dog(m.Dog(number))
        made.name("abc"[number - 1], number)
        made.share(m.Dog(number))
    return made


@pytest.mark.row("api-iter-1", "api-iter-2", "BND-15")
def test_iteration(sketch):
    assert list(sketch) == [1, 2, 3] and sum(sketch) == 6 and 2 in sketch
    iterator = iter(sketch)
    assert iter(iterator) is iterator and iterator.__length_hint__() == 3
    assert type(iterator) is m.Sketch.Iterator and (type(iterator).__module__, type(iterator).__qualname__) == (m.__name__, "Sketch.Iterator")
    assert (next(iterator), iterator.__length_hint__(), list(iterator)) == (1, 2, [2, 3])
    for _ in range(2):
        with pytest.raises(StopIteration):
            next(iterator)
    assert next(iterator, "end") == "end" and iterator.__length_hint__() == 0
    assert m.Sketch.__iter__.__doc__ == "__iter__(self) -> collections.abc.Iterator[int]"
    with pytest.raises(TypeError):
        m.Sketch.Iterator()


@pytest.mark.row("api-iter-3", "api-iter-4", "xchg-31")
def test_keys_and_values(sketch):
    assert (list(sketch.keys()), list(sketch.values())) == (["a", "b", "c"], [1, 2, 3])
    assert dict(sketch.items()) == {"a": 1, "b": 2, "c": 3}
    assert m.Sketch.items.__doc__ == "items(self) -> collections.abc.Iterator[tuple[str, int]]"


@pytest.mark.row("BND-05")
def test_the_object_is_kept():
    sketch = m.Sketch()
    for number in (1, 2, 3):
        sketch.add(number)
    ref = weakref.ref(sketch)
    iterator = iter(sketch)
    del sketch
    gc.collect()
    assert ref() is not None and list(iterator) == [1, 2, 3]
    gc.collect()
    assert ref() is None


def test_the_object_is_read_until_the_iterator_has_ended(sketch):
    iterator = iter(sketch)
    text = "add(): self (of class test_make_iterator_ext.Sketch) is being read by a call that has not finished yet"
    assert next(iterator) == 1 and raised(RuntimeError, sketch.add, 4) == text
    assert list(sketch) == [1, 2, 3]
    assert list(iterator) == [2, 3]
    sketch.add(4)
    iterator = iter(sketch)
    assert raised(RuntimeError, sketch.add, 5) == text
    del iterator
    sketch.add(5)
    assert list(sketch) == [1, 2, 3, 4, 5]
    # A loop that is left lets go as well.
    for number in sketch:
        break
    sketch.add(6)


@pytest.mark.row("BND-16")
def test_policies(sketch):
    for dog in sketch.copies():
        dog.age = 99
    assert [dog.age for dog in sketch.copies()] == [1, 2, 3]
    kept = list(sketch.dogs())
    assert [dog.age for dog in kept] == [1, 2, 3] and kept[0] is next(sketch.dogs()) and [d.age for d in m.of_dogs(sketch)] == [1, 2, 3]
    with pytest.raises(RuntimeError):
        kept[0].age = 5
    sketch.add_dog(m.Dog(4))
    assert "fetch it again" in raised(RuntimeError, lambda: kept[0].age)
    shared = list(sketch.all_shared())
    assert shared[0] is next(sketch.all_shared())


def test_iterators_that_own_what_they_go_through():
    assert list(m.squares(4)) == [0, 1, 4, 9]
    evens = m.evens()
    assert evens.__length_hint__() is NotImplemented and list(evens) == [0, 2, 4, 6, 8]
    assert list(m.calls(lambda n: -n)) == [0, -1, -2]
    assert m.squares.__doc__ == "squares(arg: int, /) -> collections.abc.Iterator[int]"


def test_what_a_step_runs():
    iterator = m.calls(lambda n: next(iterator))
    assert raised(ValueError, next, iterator) == "the iterator is already asked for its next element"
    assert list(iterator) == []
    iterator = m.calls(lambda n: iterator.__length_hint__())
    assert "already asked" in raised(ValueError, next, iterator)
    iterator = m.calls(lambda n: 1 / (1 - n))
    assert next(iterator) == 1
    with pytest.raises(ZeroDivisionError):
        next(iterator)
    assert list(iterator) == []


def test_a_panic_ends_the_iterator_before_its_object(sketch):
    before = m.ended()
    sketch.add(13)
    iterator = sketch.counting()
    assert [next(iterator) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(BaseException, match="not this one"):
        next(iterator)
    assert m.ended() == before + 1 and list(iterator) == []
    other = m.Sketch()
    other.add(1), other.add(2)
    iterator = other.counting()
    del other
    gc.collect()
    assert next(iterator) == 1
    del iterator
    assert m.ended() == before + 2


def test_cycles_end(sketch):
    class Mine(m.Sketch):
        pass

    mine = Mine()
    mine.add(1)
    mine.iterator = iter(mine)
    ref = weakref.ref(mine)
    del mine
    gc.collect()
    assert ref() is None


def test_refusals(sketch):
    assert raised(RuntimeError, m.lost) == "the iterator type 'Lost' has no scope: the class that was named is not bound"
    m.lock(sketch)
    assert "which native code shares behind a lock" in raised(RuntimeError, iter, sketch)


def test_nobody_converts_a_borrowing_iterator_elsewhere():
    text = raised(RuntimeError, m.cast, 1000)
    assert text == (
        "an iterator that may borrow can be the result of a bound function only: return it under `rv_policy::reference_internal`"
    )


@pytest.mark.skipif(not hasattr(itertools.chain, "__setstate__"), reason="CPython 3.14 has no way to replace what chain goes through")
def test_callers_that_own_nothing():
    # `chain` does not hold the iterator that it asks.
    chain = itertools.chain()

    def replace(n):
        chain.__setstate__((iter([]), iter([])))
        return n

    chain.__setstate__((iter([]), m.calls(replace)))
    assert list(chain) == [0]


def test_long_chains_of_iterators():
    iterator = m.calls(print)
    for _ in range(30_000):
        iterator = m.calls(iterator)
    del iterator


def test_keep_alive_beside_functions_with_such_names():
    for name in ("named", "called"):
        bag = m.Bag()
        ref = weakref.ref(bag)
        made = getattr(bag, name)()
        del bag
        gc.collect()
        assert ref() is not None, name
        del made
        gc.collect()
        assert ref() is None


def test_iterators_beside_other_arguments():
    bag = m.Bag()
    assert raised(RuntimeError, bag.beside) == (
        "beside(): an iterator cannot be returned by a function that takes an object of class test_make_iterator_ext.Bag to modify it: "
        "take it as `&`, or return a list"
    )
    assert list(getattr(bag, "with")(m.Dog(1))) == [1]
    assert m.endless().__length_hint__() is NotImplemented
