"""Ownership: what return value policies do with the value."""

import gc
import time

import pytest
import test_ownership_ext as m
from refusals import raised

pytestmark = pytest.mark.usefixtures("counts")


@pytest.mark.row("own-01", "own-11")
def test_reference_to_a_static_is_never_freed():
    origin = m.origin()
    assert m.origin() is origin and origin.value == 100
    raised(RuntimeError, setattr, origin, "value", 3)
    del origin
    gc.collect()
    assert m.origin().value == 100
    assert m.origin_of(m.Leaf(1)).value == 100
    held = m.origin()
    assert m.origin_of(held) is held and m.origin_of(m.Leaf(1)) is held
    del held
    copy = m.origin_copy()
    copy.value = 3
    assert m.origin_copy().value == 100 and m.origin_copy() is not m.origin_copy()


@pytest.mark.row("own-05", "own-06", "own-20")
@pytest.mark.parametrize("make", [m.Counted.boxed, m.make_box_with_take, m.make_box_with_move])
def test_boxes_pass_ownership(make, counts):
    value = make(4)
    assert value.value == 4 and (make is m.make_box_with_move or value.address() == m.last_box())
    assert counts() == (1, 0, 0)
    del value
    assert counts() == (1, 1, 0)
    assert m.Counted.maybe(False) is None and m.Counted.maybe(True).value == 1


@pytest.mark.row("own-07", "own-08")
def test_references_are_copied_by_default(counts):
    unique = m.Unique(1)
    for get in [unique.copy_inner, unique.copy_inner_explicitly, lambda: unique.inner_copy]:
        first, second = get(), get()
        assert first is not second
        first.value = 50
        assert (second.value, unique.inner.value) == (1, 1)
    assert counts()[2] == 6


@pytest.mark.row("own-04", "own-17")
def test_default_policy_takes_boxes_moves_values_and_copies_references(counts):
    unique = m.Unique(1)
    boxed, value, copied = m.Counted.boxed(1), m.make(2), unique.copy_inner()
    assert counts() == (6, 0, 1)
    assert boxed.address() == m.last_box()
    copied.value = 8
    assert unique.inner.value == 1
    del boxed, value, copied
    assert counts() == (6, 3, 1)


@pytest.mark.row("own-03")
def test_policy_governs_the_elements_of_a_list():
    assert m.int_with_policy() == 4
    unique = m.Unique(1)
    parts = unique.parts()
    assert [p.value for p in parts] == [2, 3] and unique.parts()[0] is parts[0] and unique.part(1) is parts[1]
    copies = unique.copied_parts()
    copies[0].value = 9
    assert unique.part(0).value == 2 and copies[0] is not unique.copied_parts()[0]
    unique.shrink()
    raised(RuntimeError, lambda: parts[0].value)
    assert copies[0].value == 9


@pytest.mark.row("port-15")
def test_values_from_elsewhere_get_a_wrapper_that_does_not_copy(counts):
    inside, boxed = m.Counted(1), m.Counted.boxed(1)
    assert 0 < inside.address() - id(inside) < m.Counted.__basicsize__
    assert boxed.address() == m.last_box()
    unique = m.Unique(1)
    field = unique.inner
    assert 0 < field.address() - id(unique) < m.Unique.__basicsize__
    assert unique.get_inner().address() == field.address()
    assert counts() == (5, 0, 0)


@pytest.mark.row("own-09", "own-10")
@pytest.mark.parametrize("policy", ["", "_with_move", "_with_copy", "_with_reference", "_with_internal", "_with_take"])
def test_values_move_whatever_the_policy_says(policy, counts):
    value = getattr(m, "make" + policy)(3)
    assert value.value == 3 and counts() == (1, 0, 0)
    del value
    assert counts() == (1, 1, 0)


@pytest.mark.row("own-13", "own-15")
@pytest.mark.parametrize("make", [m.Unique, m.Unique.boxed])
def test_reference_internal_writes_through_and_keeps_the_owner(make):
    child = make(1).inner
    gc.collect()
    child.value = 3
    assert child.value == 3
    unique = make(1)
    unique.inner.value = 7
    assert unique.inner.value == 7 and unique.inner is unique.inner
    child = unique.inner
    unique.inner = m.Counted(20)
    assert child.value == 20
    assert unique.inner_prop.value == 20
    part = make(5).part_mut(0)
    gc.collect()
    part.value = 9
    assert part.value == 9


@pytest.mark.row("own-14", "OWN-21")
def test_reference_internal_without_self_is_an_error():
    assert raised(TypeError, m.free_internal, m.Unique(1)) == (
        "Unable to convert function return value to a Python type! The signature was\n"
        "    free_internal(arg: test_ownership_ext.Unique, /) -> test_ownership_ext.Counted"
    )


@pytest.mark.row("own-16", "why-26")
def test_none_policy_returns_only_known_objects():
    value = m.Counted(1)
    assert m.same(value) is value
    unique = m.Unique(1)
    failed = (
        "Unable to convert function return value to a Python type! The signature was\n"
        "    known_inner(self) -> test_ownership_ext.Counted"
    )
    # `inner` has no object yet; its address may be that of `unique` itself.
    assert raised(TypeError, unique.known_inner) == failed
    child = unique.get_inner()
    assert unique.known_inner() is child
    del child
    assert raised(TypeError, unique.known_inner) == failed
    assert "make_with_none(arg: int, /)" in raised(TypeError, m.make_with_none, 1)


@pytest.mark.row("own-31")
def test_wrappers_are_reused_while_they_live():
    unique = m.Unique(1)
    for get in [unique.get_inner, lambda: unique.inner, lambda: unique.part(1)]:
        first = get()
        assert get() is first
        identity = id(first)
        del first
        assert get().value in (1, 3) and isinstance(identity, int)
    assert m.Tree().this() is not None
    tree = m.Tree()
    assert tree.this() is tree


@pytest.mark.row("why-05")
def test_as_many_wrappers_as_there_are_cost_each_what_few_do():
    """The table from addresses to objects does not get slower as it grows."""

    def for_each(number):
        owners = [m.Unique(i) for i in range(number)]
        start = time.perf_counter()
        children = [owner.get_inner() for owner in owners]
        again = [owner.get_inner() for owner in owners]
        del children, again
        return (time.perf_counter() - start) / number

    few = min(for_each(500) for _ in range(5))
    many = min(for_each(25_000) for _ in range(2))
    # Caches make some difference. A walk along all that is there would make one of 50.
    assert many < 15 * few


@pytest.mark.row("own-32")
def test_missing_references_are_none():
    unique = m.Unique(1)
    assert unique.part(9) is None and unique.part_mut(9) is None and m.Counted.maybe(False) is None
    assert m.maybe_value(None) is None and m.maybe_value(m.Counted(3)) == 3


@pytest.mark.row("own-33")
def test_unregistered_result_type():
    assert raised(TypeError, m.unbound) == (
        "Unable to convert function return value to a Python type! The signature was\n    unbound() -> Unknown"
    )


@pytest.mark.row("CLS-37")
def test_value_and_its_first_field_are_two_objects():
    for make in [m.Tree, m.Tree.boxed]:
        tree = make()
        for _ in range(3):
            branch, leaf = tree.branch, tree.branch.leaf
            assert (type(tree.this()), type(branch), type(leaf)) == (m.Tree, m.Branch, m.Leaf)
            assert tree.this() is tree and tree.branch is branch and branch.leaf is leaf
            del branch
            assert leaf.value == 1
            del leaf
