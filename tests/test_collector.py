"""What the cycle collector sees: Python objects in Rust values, patients of nurses, owners of children."""

import gc
import random
import sys
import sysconfig
import threading
import time
import weakref

import pytest
import test_collector_ext as m


@pytest.fixture(autouse=True)
def clean():
    """Every test leaves as many values behind as it has found."""
    gc.collect()
    before = m.live()
    yield
    gc.collect()
    assert m.live() == before


class Probe:
    """A Python object that can be watched and hold anything."""


# Objects in values.


@pytest.mark.finding(6)
@pytest.mark.parametrize("kind", [m.Owning, m.Naming, m.Deep, m.DeepNaming, m.Middle])
@pytest.mark.parametrize("python", [False, True])
def test_a_derived_class_shows_its_own_objects_and_those_of_its_base_once(kind, python):
    if python:
        kind = type("Child", (kind,), {})
    one, objects = kind(), [Probe() for _ in range(5)]
    one.set(objects[0])
    one.set_own(objects[1], objects[2])
    if hasattr(one, "set_own_too"):
        one.set_own_too(objects[3], objects[4])
    else:
        del objects[3:]
    found = [other for other in gc.get_referents(one) if isinstance(other, Probe)]
    assert sorted(map(id, found)) == sorted(map(id, objects))
    # A cycle through each of them is collected, and nobody else's reference is counted away.
    gone = [weakref.ref(other) for other in objects]
    for other in objects:
        other.owner = one
    del one, found, other
    kept = objects.pop()
    gc.collect()
    assert all(ref() is not None for ref in gone)
    objects.clear()
    gc.collect()
    assert all(ref() is not None for ref in gone)
    del kept
    gc.collect()
    assert all(ref() is None for ref in gone)


@pytest.mark.finding(6)
def test_what_no_class_names_is_not_shown_but_the_base_is():
    marked, first, second = m.Marked(), Probe(), Probe()
    marked.set(first)
    marked.set_own(second, second)
    assert [other for other in gc.get_referents(marked) if isinstance(other, Probe)] in ([first, second], [second, first])
    del marked
    one, first, second = m.OnlyBase(), Probe(), Probe()
    one.set(first)
    one.set_own(second, second)
    assert [other for other in gc.get_referents(one) if isinstance(other, Probe)] == [first]


@pytest.mark.row("leak-06", "leak-12", "leak-14", "leak-17")
def test_a_cycle_through_a_native_member_is_collected():
    before = m.live()
    wrapper = m.Wrapper()
    wrapper.set(wrapper)
    assert set(map(id, gc.get_referents(wrapper))) == {id(m.Wrapper), id(wrapper)}
    del wrapper
    assert m.live() == before + 1
    gc.collect()
    assert m.live() == before
    # A tuple has no `tp_clear`: the wrapper alone breaks the cycle.
    wrapper = m.Wrapper()
    wrapper.set((wrapper,))
    del wrapper
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-07")
def test_closures_stored_in_the_object_that_they_capture_are_collected():
    before = m.live()

    def tie():
        wrapper = m.Wrapper()

        def closure():
            return wrapper

        wrapper.value = closure

    for _ in range(30):
        tie()
    assert m.live() == before + 30
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-08")
def test_a_function_pins_its_globals_no_longer_than_the_cycle_lives():
    before = m.live()
    scope = {"m": m}
    exec("def f(): pass\nwrapper = m.Wrapper()\nwrapper.set(f)\n", scope)
    del scope
    assert m.live() == before + 1
    gc.collect()
    assert m.live() == before


@pytest.mark.row("leak-09", "STL-30")
@pytest.mark.parametrize("setter", ["set_click", "set_hover"])
def test_a_callback_that_refers_to_its_button_is_collected(setter):
    before = m.live()
    button = m.Button()
    getattr(button, setter)(lambda x, button=button: x)
    if setter == "set_click":
        assert button.click() == 1
    assert m.live() == before + 1
    del button
    gc.collect()
    assert m.live() == before


def test_a_callback_that_native_code_shares_is_not_taken_for_garbage():
    button = m.Button()
    button.set_hover(lambda x, button=button: x)
    button.take_hover()
    watch = weakref.ref(button.__dict__.setdefault("probe", Probe()))
    del button
    gc.collect()
    assert watch() is not None
    assert m.forget_hovers() == 1
    gc.collect()
    assert watch() is None


@pytest.mark.row("leak-17")
def test_dynamic_attributes_and_values_are_both_seen():
    before = m.live()
    button = m.Button()
    button.me = button
    del button
    gc.collect()
    assert m.live() == before
    one, two = m.Button(), m.Button()
    one.two = two
    two.set_click(lambda x: one.x)
    del one, two
    gc.collect()
    assert m.live() == before


@pytest.mark.parametrize("place", ["list", "map", "pair", "locked"])
def test_objects_in_containers_are_seen(place):
    before = m.live()
    bag = m.Bag()
    bag.put(place, [bag])
    shown = [o for o in gc.get_referents(bag) if isinstance(o, list)]
    assert len(shown) == (2 if place == "pair" else 1)
    del bag, shown
    gc.collect()
    assert m.live() == before


def test_a_boxed_value_is_seen():
    before = m.live()
    wrapper = m.box()
    wrapper.value = [wrapper]
    del wrapper
    gc.collect()
    assert m.live() == before


def test_a_derived_class_shows_what_its_base_holds():
    before = m.live()
    special = m.Special()
    special.set([special])
    del special
    gc.collect()
    assert m.live() == before

    class Derived(m.Special):
        pass

    one, two = Derived(), Derived()
    one.set(two)
    two.other = one
    watch = weakref.ref(one)
    del one, two
    gc.collect()
    assert watch() is None and m.live() == before


@pytest.mark.row("leak-13")
def test_empty_instances_are_not_looked_into():
    empty = m.Wrapper.__new__(m.Wrapper)
    gc.collect()
    assert gc.get_referents(empty) == [m.Wrapper]
    given = m.Wrapper()
    given.value = [1]
    m.consume(given)
    assert gc.get_referents(given) == [m.Wrapper]
    boxed = m.box()
    boxed.value = [1]
    m.consume(boxed)
    assert gc.get_referents(boxed) == [m.Wrapper]

    class Collecting(m.Wrapper):
        def __init__(self):
            gc.collect()
            super().__init__()
            gc.collect()

    assert gc.get_referents(Collecting()) == [Collecting]
    watch = weakref.ref(Collecting)
    del Collecting
    gc.collect()
    assert watch() is None


def test_the_collector_runs_while_a_value_is_borrowed():
    wrapper = m.Wrapper()
    probe = Probe()
    watch = weakref.ref(probe)
    wrapper.value = [probe, wrapper]
    del probe

    def body():
        for _ in range(3):
            gc.collect()
        # In use, hence not looked into.
        assert gc.get_referents(wrapper) == [m.Wrapper]

    wrapper.change(body)
    wrapper.look(body)
    assert watch() is not None
    assert len(gc.get_referents(wrapper)) == 2


def test_the_collector_runs_while_other_threads_change_values_without_the_interpreter():
    ones = [m.Wrapper() for _ in range(4)]
    for one in ones:
        one.value = [one, Probe()]
    threads = [threading.Thread(target=m.swap, args=(ones[i], ones[i + 1], 300)) for i in (0, 2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        gc.collect()
        for one in ones[:]:
            gc.get_referents(one)
    for one in ones:
        assert isinstance(one.value[1], Probe) and one.value[0] in ones


def test_finalizers_see_their_objects_whole_and_may_save_them():
    saved = []

    class Saving(m.Wrapper):
        def __del__(self):
            saved.append((self, self.get()))

    one = Saving()
    one.set([one, "content"])
    del one
    gc.collect()
    [(one, content)] = saved
    saved.clear()
    assert content[0] is one and one.get()[1] == "content"
    before = m.live()
    del one, content
    gc.collect()
    assert m.live() == before - 1 and not saved


def test_whoever_reaches_garbage_finds_an_empty_instance():
    seen = []

    class Late:
        """Its callback runs while the cycle is torn down."""

    wrapper = m.Wrapper()
    late = Late()
    wrapper.value = [wrapper, late]

    def callback(_):
        seen.append(m.live())

    watch = weakref.ref(late, callback)
    del wrapper, late
    gc.collect()
    assert watch() is None
    # The weak reference is not part of the garbage, hence it is told.
    assert len(seen) == 1


def test_values_that_their_instance_does_not_own_alone_are_not_looked_into():
    wrapper = m.Wrapper()
    wrapper.set(wrapper)
    m.set_destructs(wrapper, False)
    assert gc.get_referents(wrapper) == [m.Wrapper]
    m.set_destructs(wrapper, True)
    assert set(map(id, gc.get_referents(wrapper))) == {id(m.Wrapper), id(wrapper)}
    del wrapper

    shared = m.Wrapper()
    cycle = [shared]
    shared.set(cycle)
    m.share(shared)
    assert gc.get_referents(shared) == [m.Wrapper]
    gc.collect()
    assert shared.get() is cycle
    assert m.end_sharing() == 1
    shared.set(None)


# Patients.


@pytest.mark.row("LIV-08")
def test_a_patient_that_refers_to_its_nurse_is_collected():
    before = m.live()
    nurse = m.Nurse()
    patient = [nurse]
    nurse.keep(patient)
    assert any(referent is patient for referent in gc.get_referents(nurse))
    del nurse, patient
    assert m.live() == before + 1
    gc.collect()
    assert m.live() == before


def test_a_nurse_has_a_header_in_spite_of_its_pool():
    for _ in range(10):
        nurse = m.Nurse()
        assert gc.is_tracked(nurse)
        nurse.keep([nurse])
        del nurse
        gc.collect()


def test_nurses_of_every_index_are_seen():
    before = m.live()
    patient = []
    patient.append(m.kept_by_result(patient))
    del patient
    gc.collect()
    assert m.live() == before

    class Derived(m.Nurse):
        pass

    nurse = Derived()
    nurse.keep([nurse])
    del nurse
    gc.collect()
    assert m.live() == before


def test_a_nurse_ends_before_its_patients():
    watched = m.Watched()
    watched.witness = m.watch(watched)
    assert m.witnessed() == 0
    del watched
    gc.collect()
    # 1 for the end, 1 for the patient that was alive then.
    assert m.witnessed() == 2


@pytest.mark.row("LIV-03")
def test_a_million_patients():
    def keep(count):
        nurse = m.Nurse()
        patients = [Probe() for _ in range(count)]
        start = time.perf_counter()
        for patient in patients:
            nurse.keep(patient)
        middle = time.perf_counter()
        watch = weakref.ref(patients[-1])
        del patients, patient
        assert watch() is not None
        again = time.perf_counter()
        del nurse
        end = time.perf_counter()
        assert watch() is None
        return (middle - start) + (end - again)

    enabled = gc.isenabled()
    gc.disable()
    try:
        few = min(keep(50_000) for _ in range(3))
        many = keep(1_000_000)
    finally:
        if enabled:
            gc.enable()
    # Twenty times as many; quadratic would be four hundred times as long.
    assert many < few * 80


def test_a_long_chain_of_nurses_is_collected_without_deep_recursion():
    before = m.live()
    first = nurse = m.Nurse()
    for _ in range(200_000):
        following = m.Nurse()
        nurse.keep(following)
        nurse = following
    nurse.keep(first)
    del first, nurse, following
    gc.collect()
    assert m.live() == before


# Owners of children.


def test_an_object_that_stores_a_child_of_itself_is_collected():
    before = m.live()
    for child in (lambda o: o.inner, lambda o: o.other(), lambda o: o.inner.itself()):
        outer = m.Outer()
        outer.mine = child(outer)
        watch = weakref.ref(outer)
        assert outer in gc.get_referents(outer.mine)
        del outer
        gc.collect()
        assert watch() is None
    assert m.live() == before


def test_children_of_python_subclasses_and_of_nurses_are_seen():
    class Derived(m.Nurse):
        pass

    nurse = Derived()
    nurse.mine = nurse.inner()
    watch = weakref.ref(nurse)
    del nurse
    gc.collect()
    assert watch() is None
    nurse = m.Nurse()
    nurse.keep([nurse.inner()])
    before = m.live()
    del nurse
    gc.collect()
    assert m.live() == before - 1


def test_children_of_a_python_subclass_are_seen_where_its_base_holds_nothing():
    class Derived(m.Tree):
        pass

    for child in (lambda tree: tree.leaf, lambda tree: tree.leaf.tip):
        tree = Derived()
        tree.mine = [child(tree)]
        watch = weakref.ref(tree)
        before = m.live()
        del tree
        gc.collect()
        assert watch() is None and m.live() == before - 1


def test_a_child_may_be_a_nurse():
    outer = m.Outer()
    outer.mine = outer.inner
    outer.mine.keep(outer.__dict__)
    watch = weakref.ref(outer)
    before = m.live()
    del outer
    gc.collect()
    assert watch() is None and m.live() == before - 2


def test_a_child_keeps_its_owner_alive_and_stays_usable():
    child = m.Outer().inner
    gc.collect()
    child.value = 7
    gc.collect()
    assert child.value == 7 and child.itself().value == 7


# What it costs.


GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")


@pytest.mark.skipif(not GIL, reason="without the GIL the header is a part of every object")
def test_classes_whose_instances_hold_no_references_have_no_header():
    shrub = m.Shrub()
    for bare in (shrub, shrub.twig, shrub.copy()):
        assert not gc.is_tracked(bare)
    assert sys.getsizeof(shrub) == sys.getsizeof(shrub.copy()) == 24 + 8
    for collected in (m.Wrapper(), m.Nurse(), m.Nurse().inner(), m.Outer().inner):
        assert gc.is_tracked(collected)


@pytest.mark.parametrize("seed", range(5))
def test_no_random_program_frees_too_much_or_too_little(seed):
    """Random graphs of values, callbacks, nurses and children: what is reachable stays, all the rest goes."""
    rng = random.Random(seed)
    before = m.live()
    held = []

    def some():
        return rng.choice(held)[0]

    def make():
        kind = rng.choice([m.Wrapper, m.Bag, m.Button, m.Nurse, m.Outer, m.Special, m.box])
        held.append((kind(), []))

    def link():
        target, content = rng.choice(held)
        probe = [some(), Probe()]
        if isinstance(target, m.Wrapper):
            target.set(probe)
            content.clear()
        elif isinstance(target, m.Bag):
            target.put("list", probe)
        elif isinstance(target, m.Button):
            if rng.random() < 0.5:
                target.mine = probe
            else:
                target.set_click(lambda x, probe=probe: x)
            return
        elif isinstance(target, m.Nurse):
            target.keep(probe)
        else:
            target.mine = [target.inner, probe, target.other()]
            return
        content.append(weakref.ref(probe[1]))

    def forget():
        del held[rng.randrange(len(held))]

    make()
    for _ in range(1000):
        rng.choice([make, make, link, link, link, forget, gc.collect if rng.random() < 0.02 else make])()
        if not held:
            make()
        if rng.random() < 0.02:
            assert all(watch() is not None for _, content in held for watch in content)
    gc.collect()
    assert all(watch() is not None for _, content in held for watch in content)
    held.clear()
    gc.collect()
    assert m.live() == before
