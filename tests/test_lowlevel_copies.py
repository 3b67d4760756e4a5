"""The low-level interface: copies and moves between instances."""

import pytest
import test_lowlevel_ext as m
from lowlevel import refused, relinquished
from refusals import raised

pytestmark = pytest.mark.usefixtures("counts")


@pytest.mark.row("low-13", "api-low-20")
@pytest.mark.parametrize("make", [m.Counted, m.Counted.boxed, m.shared, lambda n: m.Car(n).engine, lambda n: m.Car(n - 1).wheel()])
def test_copy(make, counts):
    source, made = make(5), m.inst_alloc(m.Counted)
    before = counts()[0]
    m.inst_copy(made, source)
    m.inst_copy(made, made)
    assert (made.value, source.value) == (5, 5) and made.address() != source.address()
    assert counts()[0] == before + 1
    # One with a value gets another.
    made.value = 6
    m.inst_copy(made, source)
    assert made.value == 5


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
    m.inst_move(made, m.Counted(1))
    del source
    assert made.value == 1 and counts() == (2, 1)
    assert m.take(made) == 1


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
    # As nanobind 3 has it, the target may be empty here as well.
    empty = m.inst_alloc(m.Counted)
    m.inst_replace_copy(empty, target)
    assert (empty.value, target.value) == (3, 3)
    empty = m.inst_alloc(m.Counted)
    m.inst_replace_move(empty, target)
    assert empty.value == 3
    refused(relinquished("Counted"), lambda: target.value)
    assert "has no value" in raised(RuntimeError, m.inst_replace_copy, target, empty)


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


@pytest.mark.row("CLS-30", "CLS-31", "api-v3-11")
@pytest.mark.parametrize("into", [m.inst_copy, m.inst_move, m.inst_replace_copy, m.inst_replace_move])
def test_what_is_written_to_decides_how(into, counts):
    moves = into in (m.inst_move, m.inst_replace_move)
    # Raw.
    source, raw = m.Counted(1), m.inst_alloc(m.Counted)
    into(raw, source)
    assert raw.value == 1 and m.inst_state(raw) == (True, True) and m.inst_ready(source) != moves
    # Live: the old value is dropped once, and the destruct flag stays.
    source, live = m.Counted(2), m.Counted(3)
    dropped = counts()[1]
    into(live, source)
    assert live.value == 2 and m.inst_state(live) == (True, True) and counts()[1] == dropped + 1
    # A view: the value of its owner is replaced, and still not dropped with the view.
    source, car = m.Counted(4), m.Car(5)
    view = m.refer(m.Counted, car)
    into(view, source)
    assert view.value == car.engine.value == 4 and m.inst_state(view) == (True, False)
    dropped = counts()[1]
    del view
    assert counts()[1] == dropped and car.engine.value == 4
    # Itself.
    before = counts()
    into(raw, raw)
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
