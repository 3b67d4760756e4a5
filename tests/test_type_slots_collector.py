"""Slots written by hand for the collector: `Py_tp_traverse` and `Py_tp_clear`."""

import gc
import random
import sysconfig
import types

import pytest
import test_type_slots_collector_ext as m
from refusals import raised
from test_type_slots_ext import Number


@pytest.fixture(autouse=True)
def clean():
    """Every test leaves as many values behind as it has found."""
    gc.collect()
    before = m.live()
    yield
    gc.collect()
    assert m.live() == before


def test_two_ways_of_traversal_are_refused():
    text = raised(ImportError, m.refuse_two_traversals, types.SimpleNamespace())
    assert text.startswith("nb::type_slots: class Twice has nb_traverse! and shows its objects to the collector by that:")


CLASSES = [m.Wrapper, m.Child, m.Own]


def python_class(base):
    class Grandchild(base):
        pass

    return Grandchild


EVERY_LEVEL = CLASSES + [python_class(base) for base in CLASSES]


@pytest.mark.row("CLS-05", "CLS-06", "slot-05", "leak-12", "leak-14", "leak-16", "leak-17")
@pytest.mark.parametrize("cls", EVERY_LEVEL, ids=lambda cls: cls.__mro__[1].__name__ + "-" + cls.__name__)
def test_a_cycle_is_collected_on_every_level(cls):
    before = m.live()
    wrapper = cls()
    wrapper.value = wrapper
    # The class is shown once, though the slot shows it too.
    assert sorted(map(id, gc.get_referents(wrapper))).count(id(cls)) == 1
    assert wrapper in gc.get_referents(wrapper)
    del wrapper
    assert m.live() == before + 1
    m.traversed(), m.cleared()
    gc.collect()
    assert m.live() == before
    assert m.traversed() > 0 and m.cleared() == 1


@pytest.mark.row("CLS-06")
def test_a_child_that_shows_more_lets_go_by_the_clear_of_its_base():
    before = m.live()
    for grand in (m.Own, python_class(m.Own)):
        own = grand()
        own.more = own
        other = m.Wrapper()
        own.value, other.value = other, own
        del own, other
    gc.collect()
    # What only `tp_clear` of the child could release is kept by the first cycle; the values themselves are the proof
    # that nothing was released that is still referred to.
    assert m.live() == before + 2
    for own in [o for o in gc.get_objects() if isinstance(o, m.Own)]:
        assert own.more is own and own.value is None
        own.more = None
    del own
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-12", "leak-15")
def test_callbacks_are_found_and_collected():
    before = m.live()
    wrapper = m.Wrapper()
    assert wrapper.find_callback() is None and wrapper.find_value() is None

    def callback(x, wrapper=wrapper):
        return x

    wrapper.set_callback(callback)
    assert wrapper.find_callback() is callback
    wrapper.value = marker = object()
    assert wrapper.find_value() is marker
    assert any(o is callback for o in gc.get_referents(wrapper)) and any(o is marker for o in gc.get_referents(wrapper))
    del wrapper, callback
    assert m.live() == before + 1
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-15")
def test_shared_pointers_are_found():
    wrapper, odd = m.Wrapper(), m.Odd(1)
    assert m.find_shared(wrapper) is wrapper and m.find_arc(odd) is odd
    assert not m.find_unseen_arc() and not m.find_rust_function()


@pytest.mark.row("leak-14")
def test_one_class_of_a_cycle_lets_go():
    before = m.live()
    shows, wrapper = m.Shows(), m.Wrapper()
    shows.value, wrapper.value = wrapper, shows
    del shows, wrapper
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-14")
def test_without_a_clear_a_value_that_is_garbage_is_dropped():
    before = m.live()
    shows = m.Shows()
    shows.value = [shows]
    del shows
    gc.collect()
    assert m.live() == before


def test_a_slot_that_calls_the_slot_of_its_base_does_not_recurse():
    before = m.live()
    caller = m.Caller()
    caller.value = caller
    # Too little is shown, which keeps the cycle, and is no error.
    assert caller not in gc.get_referents(caller)
    gc.collect()
    assert caller.value is caller
    caller.value = None
    del caller
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-13")
def test_values_that_are_not_there_or_in_use_are_left_alone():
    empty = m.Wrapper.__new__(m.Wrapper)
    m.traversed()
    assert gc.get_referents(empty) == [m.Wrapper] and m.traversed() == 0
    wrapper = m.Wrapper()
    wrapper.value = wrapper

    def body():
        m.traversed()
        assert gc.get_referents(wrapper) == [m.Wrapper] and m.traversed() == 0
        gc.collect()

    wrapper.change(body)
    assert wrapper.value is wrapper
    wrapper.value = None


def test_code_that_a_clear_runs_finds_the_value_in_use():
    wrapper, seen = m.Wrapper(), []

    class Last:
        def __del__(self):
            for access in (lambda: wrapper.value, lambda: setattr(wrapper, "value", 1), lambda: gc.get_referents(wrapper)):
                try:
                    seen.append(access())
                except RuntimeError as error:
                    seen.append("is being modified" in str(error))

    wrapper.value = Last()
    m.clear(wrapper)
    assert seen == [True, True, [m.Wrapper]]
    assert wrapper.value is None
    # While it is in use, nothing is taken out of it.
    wrapper.value = [1]
    wrapper.change(lambda: m.clear(wrapper))
    assert wrapper.value == [1]


def test_a_patient_of_a_class_with_slots_is_collected():
    before = m.live()
    nurse = m.Wrapper()
    nurse.keep([nurse])
    assert any(type(o) is list for o in gc.get_referents(nurse))
    del nurse
    assert m.live() == before + 1
    gc.collect()
    assert m.live() == before


def test_boxed_values_are_shown_too():
    before = m.live()
    wrapper = m.box_wrapper()
    wrapper.value = [wrapper]
    del wrapper
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-17", "slot-04")
@pytest.mark.parametrize("name", ["Dynamic", "Silent"])
def test_a_cycle_through_the_dict_is_collected(name):
    before = m.live()
    value = getattr(m, name)()
    value.me = value
    shown = gc.get_referents(value)
    # The interpreter may keep attributes elsewhere in subclasses of its own; here there is one dict.
    assert shown.count(value.__dict__) == 1 and shown.count(type(value)) == 1
    del value, shown
    m.seen()
    gc.collect()
    assert m.live() == before
    assert m.seen() == (name == "Silent")


@pytest.mark.parametrize("seed", range(4))
def test_random_graphs_are_freed_when_nothing_reaches_them_and_not_before(seed):
    rng = random.Random(seed)
    classes = [m.Wrapper, m.Child, m.Shows, python_class(m.Wrapper), python_class(m.Shows), m.box_wrapper]
    start = m.live()
    roots, edges, number = {}, {}, 0
    for step in range(600):
        action = rng.random()
        if action < 0.4 or not roots:
            number += 1
            roots[number] = rng.choice(classes)()
            roots[number].value = [number]
            edges[number] = []
        elif action < 0.7:
            a, b = rng.choice(list(roots)), rng.choice(list(roots))
            # Besides other objects, the class and the object itself, which the library shows as well.
            roots[a].value += [roots[b], type(roots[a]), roots[a]]
            edges[a].append(b)
        elif action < 0.95:
            del roots[rng.choice(list(roots))]
        else:
            gc.collect()
            alive, todo = set(), list(roots)
            while todo:
                node = todo.pop()
                if node not in alive:
                    alive.add(node)
                    todo += edges[node]
            assert m.live() == start + len(alive)
            for node in roots:
                assert roots[node].value[0] == node
                assert sorted(o.value[0] for o in roots[node].value[1::3]) == sorted(edges[node])
    roots.clear()
    gc.collect()
    assert m.live() == start


@pytest.mark.row("slot-04", "leak-17")
def test_the_slots_make_the_class_a_collected_one():
    assert gc.is_tracked(m.Wrapper()) and gc.is_tracked(m.Shows())
    # Without the GIL all objects are.
    assert gc.is_tracked(Number(1)) == bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
