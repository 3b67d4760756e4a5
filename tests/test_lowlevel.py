"""The low-level interface: types and instances by hand, supplements, pools, values that are never destroyed."""

import gc
import random
import re
import sys
import sysconfig
import warnings
import weakref

import pytest
import test_lowlevel_ext as m
from refusals import raised

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def refused(text, use, *args):
    """The value is refused as an argument, with a warning that has this text; gives the text of the error."""
    with pytest.warns(RuntimeWarning) as seen:
        error = raised(TypeError, use, *args)
    assert text in {str(w.message) for w in seen}
    return error


def uninitialized(name):
    return f"nanobind: attempted to access an uninitialized instance of type 'test_lowlevel_ext.{name}'!\n"


def relinquished(name):
    return f"nanobind: attempted to access a relinquished instance of type 'test_lowlevel_ext.{name}'!\n"


@pytest.fixture(autouse=True)
def counts():
    """A function that says how many `Counted` values were made and dropped since the test began.

    When the test has ended, as many must have been dropped as were made, but for `leaked`.
    """
    gc.collect()
    start = m.counts()

    def now():
        gc.collect()
        return tuple(a - b for a, b in zip(m.counts(), start))

    now.leaked = 0
    yield now
    made, dropped = now()
    assert made - dropped == now.leaked, f"{made} values made, {dropped} dropped"


# Types --------------------------------------------------------------------------------------------------------------


class SubPt(m.Pt):
    pass


@pytest.mark.row("low-01")
def test_class_of_a_rust_type():
    assert m.class_of_pt() is m.Pt
    assert m.class_of_unbound() is None


@pytest.mark.row("low-02", "api-low-1")
def test_type_check():
    assert [m.type_check(h) for h in (m.Pt, SubPt, m.Wide)] == [True] * 3
    assert [m.type_check(h) for h in (int, m.Pt(1, 2), 5, type(m.Pt), type)] == [False] * 5


@pytest.mark.row("low-03", "api-low-2", "api-low-3")
def test_size_and_alignment():
    assert m.type_layout(m.Pt) == m.type_layout(SubPt) == (8, 4)
    assert m.type_layout(m.Nothing) == (0, 1)
    assert m.type_layout(m.Wide) == (64, 64)


@pytest.mark.row("low-04", "api-low-4")
def test_type_info():
    assert m.type_is_pt(m.Pt) and m.type_is_pt(SubPt)
    assert not m.type_is_pt(m.Wide)
    assert m.type_info_name(m.Pt).endswith("lowlevel::Pt")


@pytest.mark.row("low-17", "api-low-6", "api-low-24")
def test_names_of_types_and_instances():
    assert m.type_name(m.Pt) == m.inst_name(m.Pt(1, 2)) == "test_lowlevel_ext.Pt"
    assert m.type_name(int) == m.inst_name(5) == "int"
    assert m.type_name(SubPt) == m.inst_name(SubPt(1, 2)) == f"{__name__}.SubPt"
    assert m.inst_name(m.inst_alloc(m.Pt)) == "test_lowlevel_ext.Pt"
    assert raised(TypeError, m.type_name, 5) == "nb::type_name(): expected a class, got an object of type 'int'"


@pytest.mark.row("api-low-7")
def test_slots_of_a_type():
    assert m.has_slot(m.Pt, m.tp_dealloc) and not m.has_slot(m.Pt, m.tp_call)
    assert m.has_slot(type, m.tp_call)
    raised(SystemError, m.has_slot, m.Pt, 9999)
    assert "expected a class" in raised(TypeError, m.has_slot, 5, m.tp_call)


@pytest.mark.row("low-07", "api-low-8")
def test_inst_check():
    assert [m.inst_check(h) for h in (m.Pt(1, 2), SubPt(1, 2), m.inst_alloc(m.Pt))] == [True] * 3
    assert [m.inst_check(h) for h in (m.Pt, 5, int, object())] == [False] * 4


@pytest.mark.row("low-16")
@pytest.mark.parametrize(
    "name", ["type_layout", "type_is_pt", "type_info_name", "inst_alloc", "inst_alloc_zero", "own", "flavour"]
)
@pytest.mark.parametrize("wrong", [int, 5, ..., type, object()], ids=repr)
def test_what_is_not_a_bound_class_is_refused(name, wrong):
    args = (1,) if name == "own" else ()
    text = raised(TypeError, getattr(m, name), wrong, *args)
    assert re.fullmatch(r"nb::\w+\(\): expected a bound class, got an object of type '\w+'", text)


@pytest.mark.row("low-16")
@pytest.mark.parametrize("wrong", [int, 5, ..., m.Pt, object()], ids=repr)
def test_what_is_not_a_bound_instance_is_refused(wrong):
    value = m.Pt(1, 2)
    for name in ["inst_state", "inst_zero", "inst_mark_ready", "inst_destruct"]:
        assert "expected an instance of a bound class" in raised(TypeError, getattr(m, name), wrong)
    for name in ["inst_copy", "inst_move", "inst_replace_copy", "inst_replace_move"]:
        assert "expected an instance of a bound class" in raised(TypeError, getattr(m, name), wrong, value)
        assert "expected an instance of a bound class" in raised(TypeError, getattr(m, name), value, wrong)
    raised(TypeError, m.inst_set_state, wrong, False, False)
    raised(TypeError, m.address, wrong)
    assert not m.inst_ready(wrong)


def test_the_rust_type_has_to_be_that_of_the_class():
    text = "nb::inst_ptr(): class 'test_lowlevel_ext.Pt' is not bound to the Rust type `Counted`"
    assert raised(TypeError, m.address, m.Pt(1, 2)) == text
    assert "is not bound to the Rust type `Counted`" in raised(TypeError, m.own, m.Pt, 1)
    assert "is not bound to the Rust type `Pt`" in raised(TypeError, m.build, m.Counted, 1, 2)


# Instances without a value ----------------------------------------------------------------------------------------------


@pytest.mark.row("low-05", "low-08", "low-18", "api-low-10", "api-low-15", "api-low-25")
@pytest.mark.parametrize("cls", [m.Pt, SubPt])
def test_an_allocated_instance_is_refused_until_it_has_a_value(cls):
    made = m.inst_alloc(cls)
    assert type(made) is cls and not m.inst_ready(made) and m.inst_state(made) == (False, False)
    name = m.type_name(cls)
    text = f"nanobind: attempted to access an uninitialized instance of type '{name}'!\n"
    assert "sum(): incompatible function arguments" in refused(text, m.sum, made)
    refused(text, lambda: made.x)
    refused(text, setattr, made, "x", 1)
    assert repr(made).startswith("<")
    made.__init__(1, 2)
    assert m.inst_ready(made) and made.sum() == 3


@pytest.mark.row("low-06")
def test_the_same_state_reached_from_python():
    class Forgets(m.Pt):
        def __init__(self):
            pass

    for made in (m.Pt.__new__(m.Pt), Forgets()):
        text = f"nanobind: attempted to access an uninitialized instance of type '{m.inst_name(made)}'!\n"
        refused(text, made.sum)
        m.Pt.__init__(made, 3, 4)
        assert made.sum() == 7
        twice = f"nanobind: attempted to initialize an already-initialized instance of type '{m.inst_name(made)}'!\n"
        refused(twice, m.Pt.__init__, made, 5, 6)
        assert made.sum() == 7


@pytest.mark.row("low-11", "low-12", "why-21", "api-low-9", "api-low-17")
@pytest.mark.parametrize("cls", [m.Counted, type("SubCounted", (m.Counted,), {})])
def test_write_a_value_and_mark_it_ready(cls, counts):
    made = m.inst_alloc(cls)
    address = m.address(made)
    m.fill(made, 5)
    assert made.value == 5 and m.inst_state(made) == (True, True)
    assert made.address() == m.address(made) == address
    assert counts() == (1, 0)
    del made
    assert counts() == (1, 1)


def test_build_an_instance_from_its_class():
    made = m.build(m.Pt, 3, 4)
    assert (made.x, made.y, type(made)) == (3, 4, m.Pt)
    assert type(m.build(SubPt, 1, 2)) is SubPt


@pytest.mark.row("low-09", "api-low-11", "api-low-14")
def test_zero_bytes():
    made = m.inst_alloc(m.Pt)
    m.inst_zero(made)
    assert (made.x, made.y) == (0, 0) and m.inst_state(made) == (True, True)
    other = m.inst_alloc_zero(m.Pt)
    assert (other.x, other.y) == (0, 0) and m.inst_state(other) == (True, True)
    other.x = 5
    m.inst_zero(other)
    assert other.x == 0
    assert m.inst_ready(m.inst_alloc_zero(m.Nothing))
    engine = m.Car(1).engine
    assert "is a reference into another object" in raised(RuntimeError, m.inst_zero, engine)


# The flags ----------------------------------------------------------------------------------------------------------


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


# Copies and moves -----------------------------------------------------------------------------------------------------


@pytest.mark.row("low-13", "api-low-20")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.shared, lambda n: m.Car(n).engine, lambda n: m.Car(n - 1).wheel()])
def test_copy(make, counts):
    source, made = make(5), m.inst_alloc(m.Counted)
    before = counts()[0]
    m.inst_copy(made, source)
    m.inst_copy(made, made)
    assert (made.value, source.value) == (5, 5) and made.address() != source.address()
    assert counts()[0] == before + 1
    assert "already-initialized" in raised(RuntimeError, m.inst_copy, made, source)


@pytest.mark.row("low-13", "api-low-20")
def test_copy_of_other_classes_and_of_values_that_cannot_be_copied():
    text = raised(TypeError, m.inst_copy, m.inst_alloc(m.Pt), m.Counted(1))
    assert "the target is of class test_lowlevel_ext.Pt and the source of class test_lowlevel_ext.Counted" in text
    text = raised(TypeError, m.inst_copy, m.inst_alloc(m.Car), m.Car(1))
    assert text == (
        "nb::inst_copy(): a value of class test_lowlevel_ext.Car cannot be copied, since its Rust type is not `Clone`"
    )
    raised(TypeError, m.inst_replace_copy, m.Car(1), m.Car(2))
    text = "nb::inst_copy(): the source (of class test_lowlevel_ext.Counted) has no value"
    assert raised(RuntimeError, m.inst_copy, m.inst_alloc(m.Counted), m.inst_alloc(m.Counted)) == text


def test_a_clone_that_panics_leaves_an_empty_instance(counts):
    made, other = m.inst_alloc(m.Counted), m.Counted(3)
    with pytest.raises(RuntimeError, match="no clone of -1"):
        m.inst_copy(made, m.Counted(-1))
    assert m.inst_state(made) == (False, False)
    made.__init__(1)
    with pytest.raises(RuntimeError, match="no clone of -1"):
        m.inst_replace_copy(other, m.Counted(-1))
    assert other.value == 3


def test_code_that_a_clone_runs_cannot_disturb_it(counts):
    def hook(what):
        if what == "clone":
            seen.append(raised(RuntimeError, m.inst_destruct, made))
            seen.append(raised(RuntimeError, m.inst_copy, made, source))
            seen.append(raised(RuntimeError, m.inst_destruct, source))

    seen = []
    source, made = m.Counted(1, hook), m.inst_alloc(m.Counted)
    m.inst_copy(made, source)
    assert len(seen) == 3 and "has not finished yet" in seen[2]
    assert made.value == 1 and counts() == (2, 0)
    seen.clear()
    m.inst_replace_copy(made, source)
    assert all("has not finished yet" in seen[i] for i in (0, 2))
    # The collector does not see that the values hold the hook, which holds the objects.
    made = source = None


@pytest.mark.row("low-14", "api-low-21")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.shared])
def test_move(make, counts):
    source, made = make(5), m.inst_alloc(m.Counted)
    m.inst_move(made, source)
    m.inst_move(made, made)
    assert made.value == 5 and counts() == (1, 0)
    assert m.inst_state(made) == (True, True) and m.inst_state(source) == (False, False)
    refused(relinquished("Counted"), lambda: source.value)
    assert "has no value" in raised(RuntimeError, m.inst_move, m.inst_alloc(m.Counted), source)
    assert "already-initialized" in raised(RuntimeError, m.inst_move, made, m.Counted(1))
    del source
    assert made.value == 5 and counts() == (2, 1)
    assert m.take(made) == 5


@pytest.mark.row("api-low-21")
def test_what_belongs_to_another_object_cannot_be_moved():
    car = m.Car(1)
    for part in (car.engine, car.wheel(), m.engine(car)):
        text = raised(RuntimeError, m.inst_move, m.inst_alloc(m.Counted), part)
        assert text == (
            "inst_move(): the source (of class test_lowlevel_ext.Counted) is a reference into another object: "
            "its value cannot be moved out"
        )
    assert car.engine.value == 1


@pytest.mark.row("low-15", "api-low-22", "api-low-23")
@pytest.mark.parametrize("make_target", [m.Counted, m.Counted.boxed, m.shared])
@pytest.mark.parametrize("make_source", [m.Counted, m.Counted.boxed, m.shared])
def test_replace(make_target, make_source, counts):
    target, source = make_target(1), make_source(2)
    m.inst_replace_copy(target, source)
    assert (target.value, source.value) == (2, 2) and counts() == (3, 1)
    m.inst_replace_copy(target, target)
    assert counts() == (3, 1)
    source.value = 3
    m.inst_replace_move(target, source)
    assert target.value == 3 and counts() == (3, 2)
    assert m.inst_state(source) == (False, False) and m.inst_state(target) == (True, True)
    refused(relinquished("Counted"), lambda: source.value)
    assert "has no value" in raised(RuntimeError, m.inst_replace_copy, m.inst_alloc(m.Counted), target)
    assert "has no value" in raised(RuntimeError, m.inst_replace_move, m.inst_alloc(m.Counted), target)
    assert target.value == 3


@pytest.mark.row("low-15", "api-low-22", "api-low-23")
@pytest.mark.parametrize("part", [lambda car: car.engine, m.engine_mut])
def test_replace_a_part_of_another_object(part, counts):
    car = m.Car(1)
    m.inst_replace_copy(part(car), m.Counted(5))
    assert car.engine.value == 5 and m.inst_state(part(car)) == (True, False)
    m.inst_replace_move(part(car), m.Counted(6))
    assert car.engine.value == 6
    assert "obtained through a shared reference" in raised(RuntimeError, m.inst_replace_copy, car.wheel(), m.Counted(7))
    assert "obtained through a shared reference" in raised(RuntimeError, m.inst_replace_move, car.wheel(), m.Counted(7))
    del car
    made, dropped = counts()
    assert made == dropped


@pytest.mark.row("low-15", "api-low-22")
def test_replacing_keeps_the_destruct_flag(counts):
    counts.leaked = 1
    target = m.Counted(1)
    m.inst_set_state(target, True, False)
    m.inst_replace_copy(target, m.Counted(2))
    assert m.inst_state(target) == (True, False) and counts() == (3, 2)


@pytest.mark.row("CLS-30", "CLS-31")
@pytest.mark.parametrize("moves", [False, True], ids=["copy", "move"])
def test_what_is_written_to_decides_how(moves, counts):
    into_empty = m.inst_move if moves else m.inst_copy
    into_live = m.inst_replace_move if moves else m.inst_replace_copy
    # Raw.
    source, raw = m.Counted(1), m.inst_alloc(m.Counted)
    into_empty(raw, source)
    assert raw.value == 1 and m.inst_state(raw) == (True, True) and m.inst_ready(source) != moves
    # Live: the old value is dropped once, and the destruct flag stays.
    source, live = m.Counted(2), m.Counted(3)
    raised(RuntimeError, into_empty, live, source)
    assert (live.value, source.value) == (3, 2)
    dropped = counts()[1]
    into_live(live, source)
    assert live.value == 2 and m.inst_state(live) == (True, True) and counts()[1] == dropped + 1
    # A view: the value of its owner is replaced, and still not dropped with the view.
    source, car = m.Counted(4), m.Car(5)
    view = m.refer(m.Counted, car)
    into_live(view, source)
    assert view.value == car.engine.value == 4 and m.inst_state(view) == (True, False)
    dropped = counts()[1]
    del view
    assert counts()[1] == dropped and car.engine.value == 4
    # Itself.
    for call in (into_empty, into_live):
        before = counts()
        call(raw, raw)
        assert raw.value == 1 and m.inst_state(raw) == (True, True) and counts() == before


def test_a_value_that_contains_the_other_one():
    tree = m.Tree(1, [m.Tree(2, [m.Tree(3, [])])])
    kid = tree.kid(0)
    for call in (m.inst_replace_copy, m.inst_replace_move):
        assert kid.value == 2
        raised(RuntimeError, call, tree, kid)
        raised(RuntimeError, call, kid, tree)
        assert (tree.value, tree.kid(0).value, tree.kid(0).kid(0).value) == (1, 2, 3)
        kid = tree.kid(0)


def test_the_old_value_is_dropped_when_the_new_one_is_in_place(counts):
    seen = []
    target = m.Counted(1, lambda what: seen.append((what, target.value)))
    m.inst_replace_copy(target, m.Counted(2))
    assert seen == [("drop", 2)]
    target = m.Counted(3, lambda what: seen.append((what, target.value)))
    m.inst_replace_move(target, m.Counted(4))
    assert seen[1:] == [("drop", 4)]


# Values elsewhere -----------------------------------------------------------------------------------------------------


@pytest.mark.row("low-23", "api-low-13", "CLS-30")
@pytest.mark.parametrize("cls", [m.Counted, type("SubCounted", (m.Counted,), {}), type("Slots", (m.Counted,), {"__slots__": "a"})])
def test_take_ownership(cls, counts):
    value = m.own(cls, 5)
    assert type(value) is cls and value.value == 5 and m.inst_state(value) == (True, True)
    assert value.address() == m.address(value)
    del value
    assert counts() == (1, 1)
    value = m.own(cls, 6)
    assert m.take(value) == 6
    assert counts() == (2, 2)
    assert "the pointer is null" in raised(ValueError, m.own_null, cls)


@pytest.mark.row("low-24", "api-low-12", "CLS-30")
def test_reference_with_a_parent(counts):
    car = m.Car(1)
    before = sys.getrefcount(car)
    engine = m.refer(m.Counted, car)
    assert m.inst_state(engine) == (True, False) and engine.value == 1
    assert sys.getrefcount(car) == before + 1
    engine.value = 5
    assert "its value cannot be moved out" in raised(RuntimeError, m.take, engine)
    assert "native code cannot share its value" in raised(RuntimeError, m.stash, engine)
    del engine
    gc.collect()
    assert sys.getrefcount(car) == before and car.engine.value == 5 and counts() == (2, 0)
    engine = m.refer(m.Counted, car)
    del car
    assert counts() == (2, 0) and engine.value == 5
    m.inst_destruct(engine)
    assert m.inst_state(engine) == (False, False)
    with pytest.warns(RuntimeWarning):
        raised(TypeError, engine.__init__, 1)
    del engine
    assert counts() == (2, 2)


@pytest.mark.row("low-24", "api-low-12")
def test_reference_without_a_parent():
    point = m.refer_for_ever(m.Pt)
    assert (point.x, point.y) == (1, 2) and m.inst_state(point) == (True, False)
    point.x = 3
    assert m.sum(point) == 5


@pytest.mark.row("OWN-02")
def test_find_gives_known_objects_only():
    car = m.Car(1)
    assert m.Car(1).known() == (None, None)
    assert car.known() == (None, None)
    engine, wheel = car.engine, car.wheel()
    assert car.known()[0] is engine and car.known()[1] is wheel
    assert m.find(engine) is engine
    car.touch()
    # The reference into the heap is stale, the field is not.
    assert car.known() == (engine, None)
    del engine, wheel
    assert car.known() == (None, None)
    assert m.find_unknown() is None and m.find_unbound() is None
    assert m.find_origin() is None
    origin = m.origin()
    assert m.find_origin() is origin
    point = m.Pt(1, 2)
    assert point.same() is point


@pytest.mark.row("OWN-02")
def test_cast_with_the_policy_none():
    text = raised(TypeError, m.cast_none)
    assert text == "nb::cast_policy(): the policy `none` makes no Python object of this `&Pt`"


def test_cast_with_a_policy(counts):
    assert m.cast_box().value == 4
    assert counts() == (1, 1)


@pytest.mark.row("OWN-15")
def test_cast_with_an_owner(counts):
    car = m.Car(1)
    assert m.engine(car) is m.engine(car)
    engine, wheel = m.engine(car), m.wheel_of(car)
    assert (engine.value, wheel.value) == (1, 2)
    assert "obtained through a shared reference" in raised(RuntimeError, setattr, engine, "value", 5)
    writable = m.engine_mut(car)
    assert "fetch it again" in raised(RuntimeError, lambda: wheel.value)
    writable.value = 6
    assert car.engine.value == 6
    # That was another use of the owner.
    assert "fetch it again" in raised(RuntimeError, lambda: writable.value)
    writable = m.engine_mut(car)
    writable.value += 1
    del car
    assert counts() == (2, 0)
    assert writable.value == 7
    del engine, wheel, writable
    assert counts() == (2, 2)


@pytest.mark.row("OWN-15")
def test_cast_without_an_owner_or_without_a_value():
    assert "the policy `reference_internal` makes no Python object" in raised(TypeError, m.without_owner)
    empty = m.inst_alloc(m.Car)
    text = "nb::cast_internal(): the owner (of class test_lowlevel_ext.Car) has no value"
    assert raised(RuntimeError, m.engine, empty) == text
    car = m.Car(1)
    assert m.owner_itself(car) is car
    assert "bind its type first" in raised(TypeError, m.unbound_part, car)
    car.engine.while_changed(lambda: raised(RuntimeError, m.engine, car))


# Supplements and internal attributes ----------------------------------------------------------------------------------


@pytest.mark.row("low-25", "low-26", "low-27", "api-low-5", "api-clsann-5", "CLS-24")
def test_supplement():
    assert m.flavour(m.CpuTensor) == m.flavour(m.GpuTensor) == (0, 0)
    m.set_flavour(m.CpuTensor, 2, 10)
    m.set_flavour(m.GpuTensor, 3, 20)
    assert m.flavour(m.CpuTensor) == (2, 10) and m.flavour(m.GpuTensor) == (3, 20)
    assert [m.device_of(t) for t in (m.CpuTensor(), m.GpuTensor())] == [10, 20]
    assert m.CpuTensor.__doc__ == "On the CPU"
    text = raised(TypeError, type, "Sub", (m.CpuTensor,), {})
    assert text == "The type 'test_lowlevel_ext.CpuTensor' prohibits subclassing!"
    assert raised(TypeError, m.flavour, m.Pt) == (
        "nb::type_supplement(): class test_lowlevel_ext.Pt was not bound with nb::supplement<Flavour>()"
    )
    assert "nb::supplement<Other>()" in raised(TypeError, m.other_supplement, m.CpuTensor)
    m.set_flavour(m.CpuTensor, 0, 0)
    m.set_flavour(m.GpuTensor, 0, 0)


@pytest.mark.row("low-28")
def test_internal_attributes_are_set_once():
    class Sub(m.Pt):
        pass

    for cls in (m.GpuTensor, Sub):
        setattr(cls, "@flavour", ["kept"])
        assert getattr(cls, "@flavour") == ["kept"]
        text = "internal nanobind attribute '@flavour' cannot be reassigned or deleted."
        assert raised(AttributeError, setattr, cls, "@flavour", 1) == text
        assert raised(AttributeError, delattr, cls, "@flavour") == text
        assert getattr(cls, "@flavour") == ["kept"]
        raised(AttributeError, delattr, cls, "@missing")


# Pools ----------------------------------------------------------------------------------------------------------------

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


# Values that are never destroyed --------------------------------------------------------------------------------------


@pytest.mark.row("cls-58", "api-clsann-8", "CLS-20")
def test_a_singleton_is_never_destroyed(counts):
    counts.leaked = 1
    value = m.singleton()
    assert value is m.singleton() and value.counted.value == 7
    assert m.inst_state(value) == (True, False)
    del value
    assert counts()[1] == 0 and m.singleton().counted.value == 7


def test_a_value_of_such_a_class_is_leaked(counts):
    counts.leaked = 3
    for make in (m.immortal, m.boxed_immortal, m.shared_immortal):
        value = make()
        assert m.inst_state(value) == (True, False)
        text = "nb::inst_destruct(): class test_lowlevel_ext.Immortal was bound with nb::never_destruct()"
        assert raised(RuntimeError, m.inst_destruct, value) == text
        assert "never_destruct" in raised(RuntimeError, m.inst_set_state, value, True, True)
        del value
    assert counts() == (3, 0)


@pytest.mark.row("cls-58")
def test_a_constructor_of_such_a_class_is_an_import_error():
    with pytest.raises(ImportError, match="Eternal: a class with nb::never_destruct.. cannot have a constructor"):
        __import__("test_lowlevel_mistake_ext")


# Layouts --------------------------------------------------------------------------------------------------------------


def test_values_without_size_and_with_large_alignment():
    made = m.inst_alloc(m.Nothing)
    m.inst_zero(made)
    other = m.inst_alloc(m.Nothing)
    m.inst_move(other, made)
    assert m.inst_ready(other) and not m.inst_ready(made)
    m.inst_replace_move(other, m.Nothing())
    wide, zero = [m.Wide(i) for i in range(20)], m.Wide(0)
    for i, value in enumerate(wide):
        copy = m.inst_alloc(m.Wide)
        m.inst_copy(copy, value)
        assert copy.get() == i
        m.inst_replace_copy(copy, zero)
        assert copy.get() == 0
        m.inst_replace_move(copy, value)
        assert copy.get() == i and not m.inst_ready(value)


# Random programs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_no_random_program_reaches_freed_memory(seed, counts):
    run_random_program(seed)
    made, dropped = counts()
    assert made == dropped and made > 500


def run_random_program(seed):
    """Owners, empty instances and moves against a model: for each instance the number it holds, or `None`, and whether
    its value was moved away."""
    rng = random.Random(seed)
    makers = [m.Counted, m.Counted.boxed, m.shared, lambda n: m.own(m.Counted, n), type("Sub", (m.Counted,), {})]
    live = []

    def both(call, a, b, moves, needs_empty):
        fits = b[1] is not None and (a[1] is None) == needs_empty
        if a is b:
            return call(a[0], b[0])
        if fits and not (needs_empty and a[2]):
            call(a[0], b[0])
            a[1] = b[1]
            if moves:
                b[1], b[2] = None, True
        else:
            raised(RuntimeError, call, a[0], b[0])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for n in range(4000):
            action = rng.randrange(10)
            if action < 2 or len(live) < 3:
                live.append([rng.choice(makers)(n), n, False])
            elif action == 2:
                live.append([m.inst_alloc(m.Counted), None, False])
            elif action == 3:
                live.pop(rng.randrange(len(live)))
            elif action == 4:
                entry = rng.choice(live)
                if entry[2]:
                    raised(RuntimeError, m.inst_destruct, entry[0])
                else:
                    m.inst_destruct(entry[0])
                    entry[1] = None
            elif action == 5:
                entry = rng.choice(live)
                if entry[1] is None and not entry[2]:
                    entry[0].__init__(n)
                    entry[1] = n
                else:
                    raised(TypeError, entry[0].__init__, n)
            else:
                call, moves, needs_empty = [
                    (m.inst_copy, False, True),
                    (m.inst_move, True, True),
                    (m.inst_replace_copy, False, False),
                    (m.inst_replace_move, True, False),
                ][action - 6]
                both(call, rng.choice(live), rng.choice(live), moves, needs_empty)
            for value, number, _ in live[-5:]:
                assert m.inst_ready(value) == (number is not None)
                if number is not None:
                    assert value.value == number
            if len(live) > 40:
                del live[::2]
