"""Pools: `nb::pooled`, and what instances from used memory are like."""

import gc
import random
import sysconfig
import weakref

import pytest
import test_lowlevel_ext as m
from lowlevel import refused, relinquished, uninitialized
from refusals import raised

pytestmark = pytest.mark.usefixtures("counts")
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
pools = pytest.mark.skipif(FREE_THREADED, reason="there are no pools without the GIL")


def use_up(cls, *args):
    """Takes every piece out of the pool of a class."""
    return [cls(*args) for _ in range(300)]


@pools
@pytest.mark.row("cls-70", "api-clsann-9")
def test_memory_of_a_pooled_class_is_used_again(counts):
    value = m.Pooled(1)
    address = id(value)
    del value
    again = m.Pooled(2)
    assert id(again) == address and again.counted.value == 2
    assert counts() == (2, 1)


@pools
@pytest.mark.row("cls-71")
def test_capacity():
    kept = use_up(m.PooledPt, 1)
    spare = [m.PooledPt(i) for i in range(10)]
    addresses = [id(value) for value in spare]
    while spare:
        spare.pop(0)
    again = [m.PooledPt(i) for i in range(4)]
    # The last that came is the first that goes, and only four have stayed.
    assert [id(value) for value in again] == addresses[3::-1]
    assert [value.x for value in again] == [0, 1, 2, 3]
    del kept


@pools
def test_subclasses_and_boxed_values_get_along_with_a_pool(counts):
    sub = type("Sub", (m.Pooled,), {})
    for make, cls in [(sub, sub), (m.box_pooled, m.Pooled), (m.make_pooled, m.Pooled)] * 3:
        value = make(1)
        assert type(value) is cls and value.counted.value == 1
        del value
        assert m.Pooled(2).counted.value == 2
    address = id(m.make_pooled(4))
    assert id(m.Pooled(5)) == address


@pools
@pytest.mark.row("cls-72")
@pytest.mark.parametrize(
    "kind, stays",
    [("value", True), ("taken", True), ("subclass", False), ("boxed", False), ("nurse", False), ("shared", False)],
)
def test_whose_memory_a_pool_keeps(kind, stays):
    sub = type("Sub", (m.PooledPt,), {"__slots__": ()})
    kept = use_up(m.PooledPt, 1)
    make = {"subclass": sub, "boxed": m.box_point}.get(kind, m.PooledPt)
    first, second = m.PooledPt(1), make(2)
    if kind == "nurse":
        m.keep_any(second, [])
    elif kind == "taken":
        # Unlike in C++: the value has gone, and what is left is memory as any other.
        m.take_point(second)
    elif kind == "shared":
        m.share_point(second)
    addresses = id(first), id(second)
    del first
    del second
    # The last that came into the pool is the first to leave it.
    again = [m.PooledPt(3), m.PooledPt(4)]
    assert (id(again[0]) == addresses[1]) == stays and id(again[1 if stays else 0]) == addresses[0]
    del kept, again


@pytest.mark.row("cls-70", "CLS-27")
def test_a_pooled_instance_begins_afresh(counts):
    class Patient:
        pass

    for _ in range(3):
        value = m.Pooled(1)
        patient = Patient()
        seen = weakref.ref(patient)
        value.keep(patient)
        del patient
        assert seen() is not None
        child = value.counted
        del value, child
        gc.collect()
        assert seen() is None
        value = m.Pooled(2)
        m.take_pooled(value)
        refused(relinquished("Pooled"), lambda: value.counted)
        del value
        empty = m.inst_alloc(m.Pooled)
        refused(uninitialized("Pooled"), lambda: empty.counted)
        empty.__init__(3)
        raised(RuntimeError, empty.while_changed, lambda: empty.counted.value)
        assert empty.counted.value == 3
        m.inst_set_state(empty, False, True)
        del empty
        assert m.inst_state(m.Pooled(4)) == (True, True)


@pools
@pytest.mark.row("cls-74")
def test_allocation_by_hand_and_weak_references_work_with_pools():
    value = m.PooledWeak(1)
    address, dead = id(value), weakref.ref(value)
    del value
    assert dead() is None
    made = m.inst_alloc(m.PooledWeak)
    assert id(made) == address and dead() is None
    refused(uninitialized("PooledWeak"), lambda: made.x)
    alive = weakref.ref(made)
    made.__init__(5)
    assert alive() is made and alive().x == 5


@pytest.mark.row("cls-74")
def test_dictionaries_work_with_pools():
    for _ in range(3):
        value = m.PooledDict()
        assert value.__dict__ == {}
        value.me = value
        seen = weakref.ref(value)
        del value
        gc.collect()
        assert seen() is None


@pytest.mark.row("CLS-27")
def test_many_threads_of_objects_through_a_small_pool(counts):
    rng = random.Random(4)
    live = []
    for i in range(20_000):
        if live and rng.random() < 0.5:
            live.pop(rng.randrange(len(live)))
        else:
            live.append((rng.choice([m.PooledPt, m.PooledWeak])(i), i))
    assert all(value.x == i for value, i in live)
