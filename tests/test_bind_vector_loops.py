"""Loops over bound vectors of numbers: what goes a short way has to do what the long way does."""

import gc
import sys
import weakref

import pytest
import test_bind_vector_loops_ext as m
from samples import Index, refused

CLASSES = [m.Ints, m.Bytes, m.Longs, m.Floats, m.Flags]


@pytest.mark.parametrize("cls", CLASSES)
def test_short_and_long_way_are_one(cls):
    v = cls([True, False, True, True] if cls is m.Flags else [1, 0, 1, 1])
    everything = list(v)
    assert [v[i] for i in range(-4, 4)] == everything * 2
    # What is no plain `int` goes the long way.
    assert [v[Index(i)] for i in range(-4, 4)] == everything * 2 and v[True] == v[1]
    for index in (4, -5, 2**31, 2**62):
        for at in (index, Index(index)):
            with pytest.raises(IndexError, match="index"):
                v[at]
            with pytest.raises(IndexError, match="index"):
                v[at] = everything[0]
            with pytest.raises(IndexError, match="index"):
                del v[at]
    for index in (2**64, 1.0, "0", None):
        with pytest.raises(TypeError):
            v[index]
        with pytest.raises(TypeError):
            v[index] = everything[0]
    v[-1] = everything[1]
    v[Index(0)] = everything[1]
    v.append(everything[0])
    assert list(v) == [everything[1], everything[1], everything[2], everything[1], everything[0]]
    before = list(v)
    for value in ("x", None, [], 2**2000, -(2**2000)):
        with pytest.raises(TypeError):
            v[0] = value
        with pytest.raises(TypeError):
            v.append(value)
    assert list(v) == before and all(type(one) is type(everything[0]) for one in v)


def test_numbers_that_do_not_fit():
    for cls, least, most in ((m.Ints, -(2**31), 2**31 - 1), (m.Bytes, 0, 255), (m.Longs, -(2**127), 2**127 - 1)):
        v = cls([least, most])
        v[0], v[1] = v[1], v[0]
        v.append(most)
        assert list(v) == [most, least, most]
        for value in (least - 1, most + 1):
            refused(v.append, value)
            with pytest.raises(TypeError):
                v[0] = value
        v[0] = True
        assert v[0] is not True and v[0] == 1
    floats = m.Floats([])
    floats.append(0.1)
    floats.append(1)
    floats.append(float("inf"))
    floats[1] = 2.5
    assert floats[0] == pytest.approx(0.1) and floats[0] != 0.1 and list(floats)[1:] == [2.5, float("inf")]


def test_a_vector_that_is_used_is_not_to_be_had():
    v = m.Ints([1, 2])
    it = iter(v)
    assert next(it) == 1
    tried = []

    def trying():
        for action in (lambda: v[0], lambda: next(it), lambda: iter(v), lambda: v.__setitem__(0, 5), lambda: v.append(5)):
            try:
                tried.append(action() if action is not None else None)
            except RuntimeError as error:
                assert "has not finished yet" in str(error)
                tried.append(RuntimeError)

    assert m.changing(v, trying) == 0
    assert tried[:2] == [RuntimeError, RuntimeError] and tried[3:] == [RuntimeError, RuntimeError] and list(v) == [1, 2]
    del tried[:]
    it = iter(v)
    assert m.reading(v, trying) == 1 and tried[:2] == [1, 1] and tried[3:] == [RuntimeError, RuntimeError]
    assert list(v) == [1, 2]


def test_reading_and_writing_end_what_was_borrowed_to_be_changed():
    v = m.Ints([1, 2])
    it = iter(v)
    uses = (lambda: v[0], lambda: v[Index(0)], lambda: list(v), lambda: next(it), lambda: v.append(1), lambda: v.__setitem__(1, 3))
    for use in uses:
        slot = v.first()
        slot.value += 1
        assert slot.value == slot.value
        use()
        with pytest.raises(RuntimeError):
            slot.value
    assert v[0] == 1 + len(uses)


def test_an_iterator_goes_by_index_and_ends_once():
    v = m.Ints([1, 2])
    it = iter(v)
    assert next(it) == 1
    v.append(3)
    assert list(it) == [2, 3] and it.__length_hint__() == 0
    v.append(4)
    assert list(it) == [] and next(it, "end") == "end"
    it = iter(v)
    v.clear()
    assert it.__length_hint__() == 0 and next(it, "end") == "end"
    v = m.Ints([1, 2])
    it = iter(v)
    assert next(it) == 1 and m.take(v) == 2
    with pytest.raises(RuntimeError):
        next(it)
    with pytest.raises(TypeError):
        v[0]
    with pytest.raises(TypeError):
        v.append(1)
    home = m.Home()
    home.ints.append(1)
    inside = home.ints
    it = iter(inside)
    inside.append(2)
    assert list(it) == [1, 2] == list(home.ints) and inside[1] == 2
    inside[0] = 7
    assert home.ints[0] == 7


def test_subclasses_and_patched_classes():
    class Mine(m.Ints):
        def __getitem__(self, index):
            return "mine"

        def __iter__(self):
            return iter("mine")

        def append(self, value):
            super().append(value + 1)

    mine = Mine([1])
    mine.append(1)
    assert mine[0] == "mine" and list(mine) == list("mine") and m.Ints.__getitem__(mine, 1) == 2
    assert list(m.Ints.__iter__(mine)) == [1, 2]

    class Plain(m.Ints):
        pass

    plain = Plain([1, 2])
    plain[0] = 3
    assert plain[0] == 3 and list(plain) == [3, 2]
    it = iter(plain)
    plain.__class__ = Mine
    assert plain[0] == "mine" and list(it) == [3, 2]
    with pytest.raises(TypeError):
        plain.__class__ = m.Bytes
    v, kept = m.Ints([1, 2]), m.Ints.__getitem__
    try:
        m.Ints.__getitem__ = lambda self, index: ("patched", index)
        m.Ints.__iter__, iterate = (lambda self: iter("ab")), m.Ints.__iter__
        assert v[0] == ("patched", 0) and list(v) == ["a", "b"]
    finally:
        m.Ints.__getitem__, m.Ints.__iter__ = kept, iterate
    assert v[0] == 1 and list(v) == [1, 2]


def test_methods_are_builtins_and_can_be_called_in_any_way():
    v = m.Ints([1, 2])
    assert type(m.Ints.append) is type(list.append) is type(m.Ints.__getitem__)
    append = v.append
    append(3)
    m.Ints.append(v, 4)
    assert v.__getitem__(3) == 4 and v.__setitem__(3, 5) is None and list(v.__iter__()) == [1, 2, 3, 5]
    for call in (lambda: v.append(), lambda: v.append(1, 2), lambda: v.append(value=1), lambda: v.__getitem__()):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(TypeError):
        m.Ints.append(m.Bytes([1]), 1)
    with pytest.raises(TypeError):
        m.Ints.__getitem__([1], 0)
    with pytest.raises(TypeError):
        m.Ints.__new__(m.Ints).append(1)
    assert list(v) == [1, 2, 3, 5] and m.Ints.append.__doc__.startswith("append(self, arg: int, /) -> None")


def test_iterators_keep_vectors_and_leave_no_cycles():
    class Mine(m.Ints):
        pass

    v = Mine([1, 2])
    gone = weakref.ref(v)
    it = iter(v)
    v.it = it
    del v
    assert next(it) == 1 and gone() is not None
    del it
    gc.collect()
    assert gone() is None
    ended = []
    v = Mine([1])
    it = iter(v)
    gone = weakref.ref(v, lambda _: ended.append(next(it, "end")))
    del v
    assert next(it) == 1 and next(it, "end") == "end" and ended == ["end"] and gone() is None
    v = m.Ints(range(1000))
    before = sys.getrefcount(v)
    for _ in range(3):
        assert sum(v) == 499500
        next(iter(v))
    assert sys.getrefcount(v) == before


def test_none_among_elements():
    v = m.Maybes([1, None])
    v.append(None)
    v.insert(0, None)
    v[1] = None
    assert list(v) == [None, None, None, None] and None in v and v.count(None) == 4
    v.remove(None)
    assert len(v) == 3
    by_name = m.MaybesByName({"a": None, None: 1})
    by_name["b"] = None
    by_name[None] = 2
    assert dict(by_name.items()) == {None: 2, "a": None, "b": None} and None in by_name and by_name[None] == 2
    del by_name[None]
    assert None not in by_name


def test_a_step_that_fails_ends_the_iterator():
    class Raising(m.Ints):
        pass

    v = Raising([1, 2, 3])
    it = iter(v)

    def step():
        with pytest.raises(RuntimeError, match="has not finished yet"):
            next(it)
        assert next(it, "end") == "end"

    m.changing(v, step)
    assert list(it) == [] and list(v) == [1, 2, 3]


def test_elements_that_python_does_not_know_end_no_loop_silently():
    for made in (m.foreigners(), m.foreigners_by_number().values(), m.foreigners_by_number().items()):
        it = iter(made)
        with pytest.raises((RuntimeError, TypeError)):
            next(it)
        with pytest.raises((RuntimeError, TypeError)):
            list(made)
    assert list(m.foreigners_by_number()) == [1]
    with pytest.raises(TypeError):
        m.foreigners()[0]
