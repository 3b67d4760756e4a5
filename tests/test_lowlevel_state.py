"""The low-level interface: what destroys a value, and the two flags of an instance."""

import warnings

import pytest
import test_lowlevel_ext as m
from lowlevel import refused, relinquished, uninitialized
from refusals import raised

pytestmark = pytest.mark.usefixtures("counts")


@pytest.mark.row("low-10", "api-low-19", "api-low-26")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.shared, lambda n: m.own(m.Counted, n)])
def test_destruct(make, counts):
    value = make(1)
    m.inst_destruct(value)
    assert counts() == (1, 1) and m.inst_state(value) == (False, False)
    m.inst_destruct(value)
    assert counts() == (1, 1)
    refused(uninitialized("Counted"), lambda: value.value)
    value.__init__(2)
    assert value.value == 2 and m.inst_state(value) == (True, True)
    m.inst_destruct(value)
    m.fill(value, 3)
    assert value.value == 3 and counts() == (3, 2)


@pytest.mark.row("api-low-19")
def test_destruct_raises_where_nanobind_ends_the_process():
    value = m.Counted(1)
    m.take(value)
    text = "nb::inst_destruct(): the value of this instance of class test_lowlevel_ext.Counted was moved away"
    assert raised(RuntimeError, m.inst_destruct, value) == text


@pytest.mark.row("low-19")
def test_a_value_that_is_not_destructed(counts):
    counts.leaked = 1
    value = m.Counted(1)
    m.inst_set_state(value, True, False)
    assert value.value == 1 and m.inst_state(value) == (True, False)
    # Nor can it leave, since its new owner would drop it.
    assert "its value cannot be moved out" in raised(RuntimeError, m.take, value)
    assert "cannot be moved out" in raised(RuntimeError, m.inst_move, m.inst_alloc(m.Counted), value)
    assert "native code cannot share its value" in raised(RuntimeError, m.stash, value)
    del value
    assert counts() == (1, 0)


def test_a_value_that_native_code_shares(counts):
    value = m.Counted(1)
    m.stash(value)
    assert m.inst_state(value) == (True, True) and m.stashed() is value
    # It may be read, but neither modified nor moved.
    other = m.Counted(2)
    for function in m.inst_replace_copy, m.inst_replace_move:
        assert "is shared with native code" in raised(RuntimeError, function, value, other)
    for function in m.inst_move, m.inst_replace_move:
        target = m.inst_alloc(m.Counted) if function is m.inst_move else other
        assert "is shared with native code" in raised(RuntimeError, function, target, value)
    assert (value.value, other.value) == (1, 2)
    m.inst_replace_copy(other, value)
    assert other.value == 1
    # Without a value for a time, and then again the object of the shared value.
    m.inst_set_state(value, False, True)
    assert m.stashed() is not value
    m.inst_set_state(value, True, True)
    assert m.stashed() is value
    # The object lets go; native code keeps its share.
    m.inst_destruct(value)
    assert m.inst_state(value) == (False, False) and m.stashed().value == 1
    value.__init__(3)
    assert value.value == 3 and m.stashed().value == 1
    assert m.empty_the_stash() == [1]


def test_a_shared_value_moves_with_its_identity(counts):
    value = m.shared(1)
    address = value.address()
    made = m.inst_alloc(m.Counted)
    m.inst_move(made, value)
    assert m.inst_state(value) == (False, False) and made.address() == address
    m.stash(made)
    assert m.stashed() is made
    assert m.empty_the_stash() == [1]
    made.value = 5
    assert made.value == 5 and counts() == (1, 0)


@pytest.mark.row("low-20", "low-21", "api-low-16")
def test_who_sets_the_flags():
    assert m.inst_state(m.Pt(1, 2)) == (True, True)
    assert m.inst_state(m.origin()) == (True, False)
    made = m.inst_alloc(m.Pt)
    assert m.inst_state(made) == (False, False)
    m.inst_zero(made)
    assert m.inst_state(made) == (True, True)
    m.inst_destruct(made)
    assert m.inst_state(made) == (False, False)
    m.inst_copy(made, m.Pt(1, 2))
    assert m.inst_state(made) == (True, True)
    other = m.inst_alloc(m.Pt)
    m.inst_move(other, made)
    assert m.inst_state(other) == (True, True) and m.inst_state(made) == (False, False)
    m.inst_set_state(other, False, False)
    m.inst_mark_ready(other)
    assert m.inst_state(other) == (True, True) and other.x == 1


@pytest.mark.row("low-22", "api-low-18")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.shared])
def test_both_flags_can_be_written(make, counts):
    value = make(1)
    for flags in [(True, False), (False, True), (True, True), (False, False), (False, True), (True, True)]:
        m.inst_set_state(value, *flags)
        assert m.inst_state(value) == flags
        if flags[0]:
            assert value.value == 1
        else:
            text = uninitialized("Counted") if flags == (False, False) and make is m.Counted else relinquished("Counted")
            refused(text, lambda: value.value)
    # Not ready, but destructed: nothing may be written over the value before.
    m.inst_set_state(value, False, True)
    with pytest.warns(RuntimeWarning, match="relinquished"):
        raised(TypeError, value.__init__, 5)
    assert counts() == (1, 0)
    del value
    assert counts() == (1, 1)


def test_an_object_whose_value_was_moved_away_cannot_be_emptied():
    """Native code may still hold the value where it was: nothing may be written over it."""
    value = m.Counted(1)
    assert m.take(value) == 1
    m.inst_set_state(value, False, False)
    refused(relinquished("Counted"), lambda: value.value)
    with pytest.warns(RuntimeWarning, match="relinquished"):
        raised(TypeError, value.__init__, 5)


@pytest.mark.row("low-22")
def test_a_part_of_another_object_does_not_destruct(counts):
    car = m.Car(1)
    for part, value in ((car.engine, 1), (car.wheel(), 2)):
        assert m.inst_state(part) == (True, False)
        assert "is a reference into another object" in raised(RuntimeError, m.inst_set_state, part, True, True)
        m.inst_mark_ready(part)
        assert m.inst_state(part) == (True, False)
        m.inst_destruct(part)
        m.inst_destruct(part)
        assert m.inst_state(part) == (False, False) and counts() == (2, 0)
        refused(relinquished("Counted"), lambda: part.value)
        with pytest.warns(RuntimeWarning, match="relinquished"):
            raised(TypeError, part.__init__, 5)
        m.inst_set_state(part, True, False)
        assert part.value == value
    assert car.engine.value == 1
    del car, part
    assert counts() == (2, 2)


def test_references_into_a_value_end_with_it():
    car = m.Car(1)
    engine, wheel = car.engine, car.wheel()
    m.inst_destruct(car)
    for part in (engine, wheel):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raised(RuntimeError, lambda: part.value)
            raised(RuntimeError, m.address, part)
    car.__init__(10)
    # A field is found anew, a reference into the heap is gone for good.
    assert engine.value == 10
    assert "fetch it again" in raised(RuntimeError, lambda: wheel.value)
    m.inst_set_state(car, False, False)
    m.inst_set_state(car, True, True)
    assert car.wheel().value == 11


@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.shared])
def test_a_value_in_use_is_left_alone(make):
    value, other = make(1), m.Counted(2)
    attempts = [
        (m.inst_destruct, value),
        (m.inst_zero, value),
        (m.inst_mark_ready, value),
        (m.inst_set_state, value, False, False),
        (m.inst_move, m.inst_alloc(m.Counted), value),
        (m.inst_replace_copy, value, other),
        (m.inst_replace_move, value, other),
        (m.inst_replace_move, other, value),
    ]
    for call, *args in attempts:
        for use, how in [(value.while_used, "read"), (value.while_changed, "modified")]:
            text = raised(RuntimeError, use, lambda: call(*args))
            assert f"is being {how} by a call that has not finished yet" in text
    assert value.value == 1 and other.value == 2
    # Reading is allowed while it is read.
    made = m.inst_alloc(m.Counted)
    value.while_used(lambda: m.inst_copy(made, value))
    assert made.value == 1


def test_a_part_in_use_is_left_alone():
    car = m.Car(1)
    engine = car.engine
    for call, *args in [
        (m.inst_destruct, engine),
        (m.inst_destruct, car),
        (m.inst_set_state, engine, False, False),
        (m.inst_move, m.inst_alloc(m.Car), car),
    ]:
        assert "has not finished yet" in raised(RuntimeError, engine.while_changed, lambda: call(*args))
    assert engine.value == 1


def test_a_constructor_that_runs_is_not_disturbed():
    class Sly:
        def __index__(self):
            seen.append(m.inst_state(made))
            m.inst_copy(made, m.Pt(7, 8))
            return 1

    seen = []
    made = m.inst_alloc(m.Pt)
    # Conversion comes before construction: what it has put there wins, and the constructor refuses.
    with pytest.warns(RuntimeWarning, match="already-initialized"):
        raised(TypeError, made.__init__, Sly(), 2)
    assert seen == [(False, False)] and made.x == 7


def test_code_that_a_destructor_runs_finds_no_value(counts):
    def hook(what):
        seen.append((what, m.inst_state(value)))
        for call in (m.inst_destruct, m.inst_mark_ready, m.inst_zero):
            seen.append(raised(RuntimeError, call, value))
        with pytest.warns(RuntimeWarning):
            raised(TypeError, value.__init__, 1)
            raised(TypeError, lambda: value.value)

    seen = []
    value = m.Counted(1, hook)
    m.inst_destruct(value)
    assert seen[0] == ("drop", (False, False))
    assert all("is being made or destroyed" in text for text in seen[1:])
    value.__init__(2)
    assert value.value == 2 and counts() == (2, 1)
