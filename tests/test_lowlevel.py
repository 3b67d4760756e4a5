"""The low-level interface: types and instances by hand, values elsewhere, supplements, values that are never destroyed."""

import gc
import random
import re
import sys
import warnings

import pytest
import test_lowlevel_ext as m
from lowlevel import refused
from refusals import raised

pytestmark = pytest.mark.usefixtures("counts")


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


@pytest.mark.row("OWN-02", "api-cast-5", "why-27")
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


@pytest.mark.row("OWN-15", "api-cast-4")
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


@pytest.mark.row("low-25", "low-26", "low-27", "api-low-5", "api-clsann-5", "CLS-24", "api-disc-16")
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

    def both(call, a, b, moves):
        if a is b:
            return call(a[0], b[0])
        if b[1] is not None and not (a[1] is None and a[2]):
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
                call, moves = [
                    (m.inst_copy, False),
                    (m.inst_move, True),
                    (m.inst_replace_copy, False),
                    (m.inst_replace_move, True),
                ][action - 6]
                both(call, rng.choice(live), rng.choice(live), moves)
            for value, number, _ in live[-5:]:
                assert m.inst_ready(value) == (number is not None)
                if number is not None:
                    assert value.value == number
            if len(live) > 40:
                del live[::2]
