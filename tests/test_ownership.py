"""Ownership: who frees a value, return value policies, moves into native code, references into objects."""

import gc
import random
import re
import sys
import weakref

import pytest
import test_ownership_ext as m
from refusals import raised


def mismatch(function, line, given):
    return (
        f"{function}(): incompatible function arguments. The following argument types are supported:\n"
        f"    1. {line}\n\nInvoked with types: {given}"
    )


@pytest.fixture(autouse=True)
def counts():
    """A function that says how many `Counted` values were made, dropped and cloned since the test began.

    When the test has ended, as many must have been dropped as were made.
    """
    gc.collect()
    start = m.counts()

    def now():
        gc.collect()
        return tuple(a - b for a, b in zip(m.counts(), start))

    yield now
    made, dropped, _ = now()
    assert made == dropped, f"{made} values made, {dropped} dropped"


class Index:
    """A number that runs code while it is converted."""

    def __init__(self, act, value=1):
        self.act, self.value = act, value

    def __index__(self):
        self.act()
        return self.value


def relinquished(use, *args):
    with pytest.warns(RuntimeWarning) as seen:
        text = raised(TypeError, use, *args)
    assert any("nanobind: attempted to access a relinquished instance of type" in str(w.message) for w in seen)
    return text


# Storage and drop counts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: m.Counted(1),
        lambda: m.Counted.boxed(1),
        lambda: m.make(1),
        lambda: type("Sub", (m.Counted,), {})(1),
        lambda: type("Slots", (m.Counted,), {"__slots__": ("a",)})(1),
    ],
    ids=["inline", "boxed", "returned", "subclass", "slots"],
)
def test_every_kind_of_owner_drops_its_value_once(make, counts):
    value = make()
    assert counts() == (1, 0, 0)
    assert value.value == 1
    del value
    assert counts() == (1, 1, 0)


def test_values_of_uninitialised_and_failed_objects_are_not_dropped(counts):
    m.Counted.__new__(m.Counted)
    raised(TypeError, m.Counted, "x")
    assert counts() == (0, 0, 0)


def test_references_never_drop_the_value(counts):
    unique = m.Unique(1)
    refs = [unique.inner, unique.inner_ro, unique.get_inner(), unique.part(0), unique.inner_prop]
    del refs
    assert counts() == (3, 0, 0)
    child = unique.get_inner_mut()
    del unique
    assert counts() == (3, 0, 0) and child.value == 1
    del child
    assert counts() == (3, 3, 0)


def test_assigning_a_field_drops_the_old_value_once(counts):
    unique = m.Unique(1)
    fresh = m.Counted(9)
    unique.inner = fresh
    assert counts() == (5, 1, 1)
    assert unique.inner.value == 9 and fresh.value == 9
    unique.inner = unique.inner
    assert counts() == (6, 2, 2)
    child = unique.inner
    unique.inner = m.Counted(5)
    assert child.value == 5 and unique.inner is child


def test_fields_are_dropped_with_their_object_in_order():
    a, b, c = m.Logged(1), m.Logged(2), m.Logged(3)
    m.take_log()
    del b
    del a
    del c
    assert m.take_log() == [2, 1, 3]


def test_panic_in_drop_goes_to_the_unraisable_hook(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: seen.append((type(info.exc_value), str(info.exc_value))))
    for make in [m.Bomb, m.Bomb.boxed, type("Sub", (m.Bomb,), {})]:
        bomb = make(7)
        del bomb
        gc.collect()
        assert len(seen) == 1
        kind, text = seen.pop()
        assert issubclass(kind, RuntimeError) and text.startswith("bomb 7 went off")
    try:
        raise KeyError("kept")
    except KeyError as error:
        bomb = m.Bomb(8)
        del bomb
        assert sys.exc_info()[1] is error


@pytest.mark.row("OWN-23")
def test_panic_in_clone_keeps_the_source_and_leaks_nothing(counts):
    shy = m.Shy()
    assert "not twice" in str(pytest.raises(RuntimeError, m.shy, shy).value)
    assert shy.counted.value == 0
    assert counts() == (1, 0, 0)
    with pytest.raises(RuntimeError, match="not twice"):
        m.shy_twice(m.Counted(1), shy)


def test_drop_may_run_python_code():
    log = []
    farewell = m.Farewell(lambda: log.append("a"))
    del farewell
    assert log == ["a"]
    m.end(m.Farewell(lambda: log.append("b")))
    assert log == ["a", "b"]
    inner = m.Farewell(lambda: log.append("inner"))
    outer = m.Farewell(lambda: m.end(inner))
    del outer
    assert log[-1] == "inner"
    relinquished(m.end, inner)


def test_deep_chains_are_freed_without_exhausting_the_stack():
    link = m.Link()
    for _ in range(200_000):
        outer = m.Link()
        outer.keep(link)
        link = outer
    del outer, link
    ended = []
    nested = m.Farewell(lambda: ended.append(1))
    for _ in range(200_000):
        nested = m.Farewell(nested)
    del nested
    assert ended == [1]


# Return value policies ----------------------------------------------------------------------------------------------


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


@pytest.mark.row("own-16")
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


# Moving values into native code -------------------------------------------------------------------------------------


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
    assert text == mismatch("consume", "consume(c: test_ownership_ext.Counted) -> int", name)
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


@pytest.mark.row("own-25", "OWN-04")
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


# References into objects --------------------------------------------------------------------------------------------


def test_derived_reference_ends_when_its_owner_changes():
    unique = m.Unique(1)
    part = unique.part(0)
    assert part.value == 2
    unique.look()
    assert part.value == 2
    unique.shrink()
    text = raised(RuntimeError, lambda: part.value)
    assert "a reference into an object of class test_ownership_ext.Unique that was modified after the reference was taken" in text
    for use in [part.address, lambda: m.copy(part), lambda: m.Counted(part), lambda: setattr(part, "value", 1)]:
        raised(RuntimeError, use)
    assert unique.part(0) is None


def test_field_references_survive_changes_of_their_owner():
    unique = m.Unique(1)
    child = unique.inner
    unique.shrink()
    unique.touch()
    assert child.value == 1


def test_mutable_reference_stays_good_after_changes_through_itself():
    unique = m.Unique(1)
    part = unique.part_mut(0)
    for n in range(3):
        part.value = n
        part.value += 1
        assert part.value == n + 1
    other = unique.part_mut(1)
    raised(RuntimeError, lambda: part.value)
    other.value = 3
    assert unique.part(0).value == 3


def test_references_through_shared_references_are_read_only():
    unique = m.Unique(1)
    for child in [unique.get_inner(), unique.part(0), unique.inner_ro, unique.inner_prop]:
        text = raised(RuntimeError, setattr, child, "value", 3)
        assert "was obtained through a shared reference and cannot be modified" in text
        raised(RuntimeError, m.change_with, child, 1)
    assert unique.inner.value == 1 and unique.part(0).value == 2


@pytest.mark.filterwarnings("ignore:nanobind. attempted to access a relinquished instance")
def test_references_into_a_consumed_owner_raise():
    for make in [m.Unique, m.Unique.boxed]:
        unique = make(1)
        field, derived, part = unique.inner, unique.get_inner(), unique.part_mut(0)
        m.consume_unique(unique)
        for child in [field, derived, part]:
            for use in [lambda: child.value, lambda: setattr(child, "value", 1), child.address, lambda: m.consume(child)]:
                raised(RuntimeError, use)


def test_children_of_children():
    for make in [m.Tree, m.Tree.boxed]:
        tree = make()
        leaf = tree.branch.leaf
        leaf.value = 5
        assert tree.branch.leaf.value == 5 and tree.branch.leaf is leaf
        branch = tree[1]
        far = branch[0]
        far.value = 9
        assert tree[1][0].value == 9
        near = tree[0].leaf
        near.value = 4
        assert tree[0].leaf.value == 4
        branch = tree[0]
        far = branch[1]
        branch.prune()
        raised(RuntimeError, lambda: far.value)
        far = tree[1][1]
        leaf = tree.branch.leaf
        tree.fell()
        raised(RuntimeError, lambda: far.value)
        assert leaf.value == 5
        del tree
        gc.collect()
        assert leaf.value == 5


def test_reference_from_either_of_two_arguments_watches_both():
    a, b = m.Unique(1), m.Unique(2)
    child = a.either(b, False)
    assert child.value == 2
    a.touch()
    raised(RuntimeError, lambda: child.value)
    child = a.either(b, True)
    b.touch()
    raised(RuntimeError, lambda: child.value)
    assert a.either(a, True).value == 1
    child = a.either(b, True)
    del a, b
    gc.collect()
    assert child.value == 1


def test_stale_wrapper_is_not_given_out_again():
    unique = m.Unique(1)
    old = unique.part(0)
    unique.touch()
    new = unique.part(0)
    assert new is not old and new.value == 2
    raised(RuntimeError, lambda: old.value)
    del old
    assert unique.part(0) is new


def test_wrapper_at_a_reused_address_is_a_new_one():
    for _ in range(50):
        unique = m.Unique.boxed(1)
        kept = unique.part(0)
        unique.shrink()
        others = [m.Unique.boxed(7) for _ in range(5)]
        for other in others:
            assert other.part(0).value == 8 and other.part(0) is not kept
        raised(RuntimeError, lambda: kept.value)


# Python code that runs while arguments are converted ----------------------------------------------------------------


@pytest.mark.row("LIV-13")
@pytest.mark.filterwarnings("ignore:nanobind. attempted to access a relinquished instance")
def test_consuming_an_earlier_argument_during_conversion_is_noticed():
    for make in [m.Counted, m.Counted.boxed]:
        for function in [m.read_with, m.change_with, m.consume_with]:
            value = make(1)
            text = raised(RuntimeError, function, value, Index(lambda: m.consume(value)))
            assert "lost its value while the other arguments were converted" in text
    for get in [lambda owner: owner.inner, lambda owner: owner.part_mut(0), m.Unique.get_inner]:
        owner = m.Unique(1)
        raised(RuntimeError, m.read_with, get(owner), Index(lambda: m.consume_unique(owner)))
    unique = m.Unique(1)
    part = unique.part(0)
    raised(RuntimeError, m.read_with, part, Index(unique.shrink))
    value = m.Counted(1)
    assert m.change_with(value, Index(lambda: m.change_with(value, 10))) == 12


@pytest.mark.row("LIV-14")
def test_construction_during_conversion_of_a_constructors_argument_happens_once(counts):
    value = m.Counted.__new__(m.Counted)
    with pytest.warns(RuntimeWarning, match="already-initialized"):
        raised(TypeError, value.__init__, Index(lambda: value.__init__(1), 2))
    assert value.value == 1
    assert counts()[:2] == (1, 0)


@pytest.mark.row("port-21")
def test_constructor_in_place(counts):
    placed = m.Placed(5)
    assert placed.counted.value == 5 and counts() == (1, 0, 0)
    del placed
    assert counts() == (1, 1, 0)
    assert raised(ValueError, m.Placed, 0) == "zero"
    assert "one" in str(pytest.raises(RuntimeError, m.Placed, 1).value)
    assert counts() == (3, 3, 0)
    assert raised(ValueError, m.Placed, "not placed") == "not placed"
    assert counts() == (3, 3, 0)
    placed = m.Placed.__new__(m.Placed)
    raised(ValueError, placed.__init__, "no")
    raised(ValueError, placed.__init__, 0)
    with pytest.warns(RuntimeWarning, match="uninitialized"):
        raised(TypeError, lambda: placed.counted)
    placed.__init__(6)
    assert placed.counted.value == 6
    with pytest.warns(RuntimeWarning, match="already-initialized"):
        raised(TypeError, placed.__init__, 7)
    other = m.Placed.__new__(m.Placed)
    assert "already-initialized" in raised(RuntimeError, other.__init__, Index(lambda: other.__init__(3), 4))
    assert other.counted.value == 3


@pytest.mark.row("CLS-23")
def test_three_states_have_three_messages():
    def text(use, *args):
        with pytest.warns(RuntimeWarning) as seen:
            raised(TypeError, use, *args)
        return {str(w.message) for w in seen}

    empty, ready, gone = m.Counted.__new__(m.Counted), m.Counted(1), m.Counted(2)
    m.consume(gone)
    of = "instance of type 'test_ownership_ext.Counted'!\n"
    assert text(lambda: empty.value) == {f"nanobind: attempted to access an uninitialized {of}"}
    assert text(lambda: gone.value) == {f"nanobind: attempted to access a relinquished {of}"}
    assert text(m.consume, empty) == {f"nanobind: attempted to access an uninitialized {of}"}
    assert text(m.consume, gone) == {f"nanobind: attempted to access a relinquished {of}"}
    assert text(ready.__init__, 3) == {f"nanobind: attempted to initialize an already-initialized {of}"}
    assert ready.value == 1
    text(gone.__init__, 3)
    empty.__init__(4)
    assert empty.value == 4


# Random programs ----------------------------------------------------------------------------------------------------


class SlottedUnique(m.Unique):
    __slots__ = ()


class SlottedCounted(m.Counted):
    __slots__ = ("a",)


METHODS = (
    "inner inner_ro get_inner get_inner_mut copy_inner known_inner shrink touch look parts value leaf branch prune "
    "fell this unique address part part_mut __getitem__ either while_read boxed __init__"
).split()
FUNCTIONS = (
    "consume consume_value consume_unique consume_two consume_and_read read_and_consume consume_with read_with "
    "change_with consume_owner_and_read consume_list sum_list pass_back maybe_value tree_of same copy take_leaf copy_ref"
).split()
EXPECTED = (RuntimeError, TypeError, AttributeError)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(40))
def test_no_random_program_crashes_or_leaks(seed):
    """Objects of all kinds are used, moved, and dropped in any order, also while arguments are converted."""
    random_ = random.Random(seed)
    pool = [m.Unique(1), m.Unique.boxed(2), SlottedUnique(3), m.Counted(4), m.Counted.boxed(5), SlottedCounted(6)]
    pool += [m.Tree(), m.Tree.boxed(), m.Holder(m.Unique(7)), m.origin()]

    def some():
        return random_.choice(pool)

    def attempt():
        try:
            step()
        except EXPECTED:
            pass

    def number():
        value = random_.randrange(3)
        return Index(attempt, value) if random_.random() < 0.3 else value

    def step():
        kind = random_.random()
        if kind < 0.45:
            name = random_.choice(METHODS)
            found = getattr(some(), name)
            if callable(found):
                arguments = {
                    "part": lambda: [number()],
                    "part_mut": lambda: [number()],
                    "__getitem__": lambda: [number()],
                    "either": lambda: [some(), random_.random() < 0.5],
                    "while_read": lambda: [attempt],
                    "boxed": lambda: [1],
                    "__init__": lambda: [number()],
                }
                found = found(*arguments.get(name, list)())
            pool.extend(found if isinstance(found, list) else [found])
        elif kind < 0.6:
            name = random_.choice(["inner", "value", "leaf", "branch", "unique"])
            setattr(some(), name, random_.choice([some(), number()]))
        elif kind < 0.85:
            arguments = [random_.choice([some(), number(), [some(), some()]]) for _ in range(random_.choice([1, 1, 2]))]
            pool.append(getattr(m, random_.choice(FUNCTIONS))(*arguments))
        elif kind < 0.95 and len(pool) > 4:
            del pool[random_.randrange(len(pool))]
        else:
            pool.append(random_.choice([m.Unique, m.Counted, SlottedUnique, m.Counted.boxed])(9))

    for _ in range(300):
        attempt()


# keep_alive and lifetime ----------------------------------------------------------------------------------------------


@pytest.mark.row("why-11")
def test_keep_alive_works_without_weak_references():
    class Patient:
        pass

    raised(TypeError, weakref.ref, m.Link())
    link, patient = m.Link(), Patient()
    ref = weakref.ref(patient)
    link.keep(patient)
    link.keep(patient)
    del patient
    gc.collect()
    assert ref() is not None
    del link
    gc.collect()
    assert ref() is None


def test_nothing_leaks_over_many_rounds():
    def work():
        unique, value = m.Unique(1), m.Counted.boxed(2)
        children = [unique.inner, unique.part(0), unique.part_mut(1), unique.inner_ro]
        children.append(unique.get_inner())
        tree = m.Tree()
        tree.branch.leaf.value += tree[0][0].value
        unique.inner = value
        m.consume(value)
        for bad in [lambda: m.consume_two(m.Counted(1), 3), lambda: m.free_internal(unique), lambda: m.make_with_none(1)]:
            with pytest.raises(TypeError):
                bad()
        with pytest.raises(RuntimeError):
            m.read_and_consume(unique.inner, unique.inner)
        m.consume_unique(unique)

    work()
    types = [m.Counted, m.Unique, m.Leaf, m.Tree]
    gc.collect()
    before = [sys.getrefcount(t) for t in types]
    for _ in range(300):
        work()
    gc.collect()
    assert all(abs(sys.getrefcount(t) - b) < 20 for t, b in zip(types, before))
