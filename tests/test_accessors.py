"""References that methods return live as long as their place does."""

import gc
import sys

import pytest
import test_accessors_ext as m
from refusals import raised

STALE = "is a reference into an object of class test_accessors_ext.Kennel that was"


@pytest.fixture
def k():
    return m.Kennel(3)


def test_the_same_reference_comes_back_and_is_good_again(k):
    a = k.first()
    b = k.first()
    a.age = 3
    assert a is b and b.age == 3
    assert k.first() is k.first()
    k.name = "x"
    assert STALE in raised(RuntimeError, lambda: a.age)
    assert k.first() is a and a.age == 3
    a.age = 4


def test_an_accessor_is_asked_again(k):
    a, b = k.dog(0), k.dog(1)
    assert a is not b
    a.age, b.age = 5, 6
    assert (a.age, b.age) == (5, 6) and k.dog(0) is a and k.dog(1) is b
    k.name = "other"
    a.grow()
    assert m.take(a) == 6 and m.borrow(b) == 6 and m.sum([b]) == 6
    first = k.first_found()
    k.name = "third"
    first.age += 7
    assert first.age == 7


@pytest.mark.parametrize("get", [lambda k: k.first_ref(), lambda k: k.first_prop, lambda k: k.dog_ref(1), lambda k: k.dog_ref(),
                                 lambda k: k.dog_ref(index=2), lambda k: k.maybe(1), lambda k: k.all()[2], lambda k: k.all_mut()[1]])  # fmt: skip
def test_ways_that_are_asked_again(k, get):
    dog = get(k)
    before = dog.age
    k.name = "other"
    assert dog.age == before
    k.name = "another"
    assert get(k) is dog and dog.age == before


@pytest.mark.parametrize("get", [lambda k: k.first(), lambda k: k.dog_plain(1), lambda k: k.first_once(), lambda k: k.first_prop_once])
def test_ways_that_are_not(k, get):
    dog = get(k)
    assert dog.age >= 0
    visits = k.visits
    k.name = "other"
    assert STALE in raised(RuntimeError, lambda: dog.age)
    assert k.visits == visits


def test_what_has_effects_is_not_repeated(k):
    a = k.add()
    b = k.add()
    b.age = 2
    assert STALE in raised(RuntimeError, setattr, a, "age", 1)
    assert k.count() == 5


def test_another_value_at_the_place_is_no_answer(k):
    a, b = k.dog(0), k.dog(1)
    k.swap(0, 1)
    # The address is another one now, that of the other reference.
    assert STALE in raised(RuntimeError, lambda: a.age)
    assert k.dog(1).age == 0
    k.swap(0, 1)
    assert (a.age, b.age) == (0, 1)
    c = k.dog(2)
    k.remove(2)
    with pytest.raises(RuntimeError, match="is a reference into an object") as error:
        c.age
    # What the accessor has raised is not hidden.
    assert error.value.__cause__ is not None


def test_an_accessor_that_raises(k):
    dog = k.failing()
    k.name = "other"
    m.fail(True)
    with pytest.raises(RuntimeError, match=STALE) as error:
        dog.age
    assert isinstance(error.value.__cause__, ValueError) and str(error.value.__cause__) == "no dog today"
    m.fail(False)
    assert dog.age == 0


def test_references_of_references(k):
    tail = k.dog(0).tail_mut()
    k.name = "other"
    tail.length = 5
    assert k.dog(0).tail().length == 5
    other = k.dog(1).tail()
    k.name = "another"
    assert other.length == 0 and tail.length == 5


def test_two_in_one_call(k):
    a, b = k.dog(0), k.dog(1)
    assert STALE in raised(RuntimeError, m.both, a, b)
    assert "refer to the same" in raised(RuntimeError, m.both, a, a)
    assert STALE in raised(RuntimeError, k.with_dog, a)
    assert m.sum([k.dog_ref(0), k.dog_ref(1)]) == 1


def test_it_keeps_what_it_needs():
    k = m.Kennel(2)
    dog = k.dog(1)
    count = sys.getrefcount(k)
    tail = dog.tail()
    del dog
    gc.collect()
    k.name = "other"
    assert tail.length == 0
    del tail
    gc.collect()
    assert sys.getrefcount(k) == count - 1
    dog = k.dog(0)
    del k
    gc.collect()
    assert dog.age == 0


def test_a_receiver_in_a_cycle_is_collected():
    class Mine(m.Kennel):
        pass

    k = Mine(2)
    k.fav = k.dog(0).tail()
    k.other = k.dog(1)
    import weakref

    ref = weakref.ref(k)
    del k
    gc.collect()
    assert ref() is None
