"""Ownership: moves of values into native code."""

import re
import sys

import pytest
import test_ownership_ext as m
from refusals import raised, refusal, relinquished

pytestmark = pytest.mark.usefixtures("counts")


@pytest.mark.row("own-21", "own-22", "port-18")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.make, type("Sub", (m.Counted,), {})])
def test_consumed_object_warns_and_raises(make, counts):
    value = make(5)
    name = "test_ownership_ext.Counted" if type(value) is m.Counted else f"{type(value).__module__}.Sub"
    assert m.consume(value) == 5
    assert counts() == (1, 1, 0)
    with pytest.warns(RuntimeWarning) as seen:
        text = raised(TypeError, m.consume, value)
    assert {str(w.message) for w in seen} == {
        f"nanobind: attempted to access a relinquished instance of type '{name}'!\n"
    }
    assert text == refusal(["consume(c: test_ownership_ext.Counted) -> int"], name)
    assert relinquished(lambda: value.value).startswith("(): incompatible function arguments.")
    for use in [lambda: value.value, lambda: setattr(value, "value", 3), lambda: m.consume_value(value)]:
        relinquished(use)
    assert re.match(r"<.* object at 0x", repr(value)) and sys.getrefcount(value) >= 2
    with pytest.warns(RuntimeWarning, match="relinquished"):
        raised(TypeError, value.__init__, 3)


def test_copyable_values_stay_when_passed_by_value(counts):
    value = m.Counted(4)
    assert m.consume_value(value) == 4 and value.value == 4
    assert counts() == (2, 1, 1)


def test_values_that_cannot_be_copied_move(counts):
    unique = m.Unique(4)
    assert m.consume_unique(unique) == 4
    assert counts() == (3, 3, 0)
    relinquished(m.consume_unique, unique)


@pytest.mark.row("own-25", "OWN-04", "why-15")
def test_failed_transfers_leave_every_argument_usable(counts):
    value, other = m.Counted(1), m.Counted.boxed(2)
    for call, *bad in [(m.consume_two, value, value), (m.consume_list, [value, other, value])]:
        with pytest.warns(RuntimeWarning, match="multiple std::unique_ptrs"):
            raised(TypeError, call, *bad)
    raised(RuntimeError, m.consume_and_read, value, value)
    raised(RuntimeError, m.read_and_consume, value, value)
    raised(TypeError, m.consume_list, [value, other, 3])
    raised(TypeError, m.consume_two, value, 3)
    raised(TypeError, m.consume_two, other, None)
    raised(TypeError, m.consume_with, value, "x")
    assert (value.value, other.value) == (1, 2)
    assert counts() == (2, 0, 0)
    assert m.consume_list([value, other]) == 3
    assert counts() == (2, 2, 0)


@pytest.mark.row("OWN-10", "OWN-11")
def test_lists_by_value_leave_the_callers_objects_alone(counts):
    values = [m.Counted(1), m.Counted.boxed(2)]
    assert m.sum_list(values) == 3 and [v.value for v in values] == [1, 2]
    assert counts() == (4, 2, 2)
    many = values * 1000
    assert m.sum_list(many) == 3000 and [v.value for v in values] == [1, 2]
    assert counts() == (2004, 2002, 2002)


def test_references_into_other_objects_cannot_be_moved_out():
    unique = m.Unique(1)
    for get in [lambda: unique.inner, unique.get_inner, lambda: unique.part_mut(0), lambda: unique.inner_ro]:
        child = get()
        before = child.value
        text = raised(RuntimeError, m.consume, child)
        assert "is a reference into another object: its value cannot be moved out" in text
        assert child.value == before
    origin = m.origin()
    assert "cannot be moved out" in raised(RuntimeError, m.take_leaf, origin)
    assert origin.value == 100


@pytest.mark.filterwarnings("ignore:nanobind. attempted to access a relinquished instance")
def test_object_is_not_moved_while_its_children_are_lent():
    unique = m.Unique(1)
    raised(RuntimeError, m.consume_owner_and_read, unique, unique.inner)
    raised(RuntimeError, m.consume_owner_and_read, unique, unique.part(0))
    assert unique.look() == 2


@pytest.mark.row("own-23")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed])
def test_moved_value_can_come_back(make, counts):
    value = make(3)
    value.value = 4
    address = value.address()
    back = m.pass_back(value)
    assert type(back) is m.Counted and back.value == 4
    assert counts() == (1, 0, 0)
    if make is not m.Counted:
        assert back.address() == address
    back.value = 3
    del value
    assert back.value == 3


@pytest.mark.row("CLS-39")
def test_moving_into_a_field(counts):
    first, second = m.Unique(1), m.Unique(10)
    holder = m.Holder(first)
    relinquished(first.look)
    child = holder.unique.inner
    holder.unique = second
    relinquished(second.look)
    assert child.value == 10
    assert counts() == (6, 3, 0)
    raised(RuntimeError, setattr, holder, "unique", holder.unique)
    assert child.value == 10
    third = m.Unique(20)
    holder.while_read(lambda: raised(RuntimeError, setattr, holder, "unique", third))
    assert third.inner.value == 20 and child.value == 10
