"""Ownership: who frees a value, references into objects, code that runs while arguments are converted."""

import gc
import random
import sys
import weakref

import pytest
import test_ownership_ext as m
from refusals import raised, relinquished
from samples import Index

pytestmark = pytest.mark.usefixtures("counts")


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


def test_stale_wrapper_is_good_again_when_its_value_is_given_out_again():
    unique = m.Unique(1)
    old = unique.part(0)
    unique.touch()
    raised(RuntimeError, lambda: old.value)
    assert unique.part(0) is old and old.value == 2


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
            text = raised(RuntimeError, function, value, Index(1, lambda: m.consume(value)))
            assert "lost its value while the other arguments were converted" in text
    for get in [lambda owner: owner.inner, lambda owner: owner.part_mut(0), m.Unique.get_inner]:
        owner = m.Unique(1)
        raised(RuntimeError, m.read_with, get(owner), Index(1, lambda: m.consume_unique(owner)))
    unique = m.Unique(1)
    part = unique.part(0)
    raised(RuntimeError, m.read_with, part, Index(1, unique.shrink))
    value = m.Counted(1)
    assert m.change_with(value, Index(1, lambda: m.change_with(value, 10))) == 12


@pytest.mark.row("LIV-14")
def test_construction_during_conversion_of_a_constructors_argument_happens_once(counts):
    value = m.Counted.__new__(m.Counted)
    with pytest.warns(RuntimeWarning, match="already-initialized"):
        raised(TypeError, value.__init__, Index(2, lambda: value.__init__(1)))
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
    assert "already-initialized" in raised(RuntimeError, other.__init__, Index(4, lambda: other.__init__(3)))
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
        return Index(value, attempt) if random_.random() < 0.3 else value

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
