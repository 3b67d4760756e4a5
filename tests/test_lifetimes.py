"""How long things live: keep_alive, call guards, return value policies."""

import gc
import sys
import threading
import time
import weakref

import pytest
import test_lifetimes_ext as m
from refusals import HEAD, refused


def drops():
    """How many Tally values have been dropped so far."""
    return m.counts()[2]


# keep_alive.


class Foreign:
    """A class that the extension knows nothing about."""


class Patient(m.Dog):
    """A bound object that can be watched."""


def kept(call):
    """Runs `call(nurse, patient)`; tells whether the patient outlived its last reference, until the nurse died."""
    nurse, patient = m.Dog("nurse"), Patient("patient")
    watch = weakref.ref(patient)
    result = call(nurse, patient)
    del patient
    gc.collect()
    alive = watch() is not None
    del nurse, result
    gc.collect()
    assert watch() is None
    return alive


@pytest.mark.row("fn-31", "why-11")
def test_keep_alive_lasts_until_the_nurse_dies():
    with pytest.raises(TypeError):
        weakref.ref(m.Dog("no weak references"))
    assert kept(m.keep_arg)
    assert not kept(lambda nurse, patient: None)


@pytest.mark.row("fn-32")
def test_keep_alive_indices_count_from_the_result():
    assert kept(lambda nurse, patient: m.keep_by_result(patient))
    assert kept(lambda nurse, patient: m.keep_back(patient, nurse))
    assert not kept(m.keep_back)
    assert kept(m.keep_arg)


@pytest.mark.row("fn-33", "api-fann-14")
def test_keep_alive_ignores_none_and_counts_a_pair_once():
    patient = Patient("patient")
    references = sys.getrefcount(patient)
    nurse = m.Dog("nurse")
    for _ in range(5):
        m.keep_arg(nurse, patient)
        m.keep_twice(nurse, patient)
    assert sys.getrefcount(patient) == references + 1
    m.keep_maybe(None, patient)
    m.keep_maybe(patient, None)
    m.keep_maybe(None, None)
    assert sys.getrefcount(patient) == references + 1
    m.keep_arg(patient, patient)
    assert sys.getrefcount(patient) == references + 1
    # Of an argument that is converted by value, the Python object is kept, which nobody needs.
    values = [1, 2]
    count = sys.getrefcount(values)
    assert m.keep_list(nurse, values) == 2
    assert sys.getrefcount(values) == count + 1
    del nurse
    gc.collect()
    assert sys.getrefcount(patient) == references
    assert sys.getrefcount(values) == count


@pytest.mark.row("fn-33", "api-fann-14", "OWN-19")
def test_a_foreign_nurse_keeps_by_a_weak_reference():
    nurse, patient = Foreign(), Patient("patient")
    watch = weakref.ref(patient)
    m.keep_any(nurse, patient)
    m.keep_any(nurse, patient)
    del patient
    gc.collect()
    assert watch() is not None
    del nurse
    gc.collect()
    assert watch() is None


@pytest.mark.row("fn-33", "api-fann-14", "OWN-19")
def test_a_nurse_that_offers_no_hook_is_refused_after_the_call():
    m.events()
    patient = Patient("patient")
    references = sys.getrefcount(patient)
    with pytest.raises(RuntimeError) as caught:
        m.keep_on_int(5, patient)
    assert str(caught.value) == (
        "nanobind::detail::keep_alive(): could not create a weak reference!"
        " Likely, the 'nurse' argument you specified is not a weak-referenceable type!"
    )
    assert m.events() == ["ran"]
    del caught
    assert sys.getrefcount(patient) == references


def test_the_same_patient_has_many_nurses():
    patient = Patient("patient")
    watch = weakref.ref(patient)
    nurses = [m.Dog(str(i)) for i in range(100)]
    for nurse in nurses:
        m.keep_arg(nurse, patient)
    del patient
    while nurses:
        gc.collect(0)
        assert watch() is not None
        nurses.pop()
        nurse = None
    gc.collect()
    assert watch() is None


def test_keep_alive_chains_end_without_deep_recursion():
    last = Patient("last")
    watch = weakref.ref(last)
    head = last
    for _ in range(50_000):
        nurse = m.Dog("n")
        m.keep_arg(nurse, head)
        head = nurse
    del last, nurse
    gc.collect()
    assert watch() is not None
    del head
    gc.collect()
    assert watch() is None


@pytest.mark.row("DSP-23", "fn-33")
def test_keep_alive_keeps_the_converted_object():
    nurse = m.Dog("nurse")
    before = drops()
    m.keep_converted(nurse, 7)
    gc.collect()
    assert drops() == before
    del nurse
    gc.collect()
    assert drops() == before + 1
    # Each argument has its own: of two temporaries, one is dropped with the call.
    nurse = m.Dog("nurse")
    before = drops()
    m.keep_last(nurse, 7, 7)
    gc.collect()
    assert drops() == before + 1
    del nurse
    gc.collect()
    assert drops() == before + 2


# Call guards.


@pytest.mark.row("fn-34", "fn-35", "api-fann-13")
def test_guards_surround_the_body_in_order():
    m.events()
    m.guarded(1)
    assert m.events() == ["convert", "1+", "body", "1-", "result"]
    m.guarded2(1)
    assert m.events() == ["convert", "1+", "2+", "body", "2-", "1-", "result"]
    assert refused(m.guarded, "x").startswith(HEAD.format("guarded"))
    assert m.events() == ["convert"]
    with pytest.raises(ValueError, match="^no$"):
        m.guarded_error()
    assert m.events() == ["1+", "2+", "body", "2-", "1-"]
    with pytest.raises(RuntimeError, match="^no "):
        m.guarded_panic()
    assert m.events() == ["1+", "2+", "body", "2-", "1-"]


def test_a_guard_that_panics_releases_those_before_it():
    m.events()
    with pytest.raises(RuntimeError, match="^the guard panicked "):
        m.guard_panics()
    assert m.events() == ["1+", "1-"]


@pytest.mark.row("DSP-24")
def test_a_guarded_function_takes_and_returns_what_cannot_be_copied():
    unique = m.Unique(1)
    result = m.guarded_unique(unique)
    assert result.value() == 2


@pytest.mark.row("DSP-25")
def test_a_guard_copies_neither_argument_nor_result():
    made, cloned, _ = m.counts()
    tally = m.make_probe(3)
    assert m.counts()[:2] == (made + 1, cloned)
    result = m.guarded_probe(tally)
    assert result.id == 3
    assert m.counts()[:2] == (made + 1, cloned)


def overlap(call):
    """Runs `call(2)` on two threads at once; true when both were inside at the same time."""
    m.meet_reset()
    results = []
    threads = [threading.Thread(target=lambda: results.append(call(2))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.row("fn-36")
def test_released_calls_run_at_the_same_time():
    assert overlap(m.meet_released) == [True, True]
    assert m.detached() is False
    with pytest.raises(RuntimeError, match="^nb: Python objects can be used only while the thread is attached"):
        m.released_use()
    assert m.egg_value(2).size == 2


@pytest.mark.parametrize("hold, reads", [(m.meet_reading, True), (m.meet_writing, False)])
def test_an_argument_stays_lent_while_the_interpreter_is_released(hold, reads):
    dog = m.Dog("Max")
    references = sys.getrefcount(dog)
    m.meet_reset()
    results = []
    thread = threading.Thread(target=lambda: results.append(hold(dog, 2)))
    thread.start()
    while m.meet_count() == 0:
        time.sleep(0.001)
    if reads:
        assert dog.name == "Max"
    else:
        with pytest.raises(RuntimeError, match="is being modified by a call that has not finished yet$"):
            dog.name
    with pytest.raises(RuntimeError, match="by a call that has not finished yet$"):
        dog.name = "Rex"
    assert m.meet_released(2) is True
    thread.join()
    del thread
    assert results == [True]
    dog.name = "Rex"
    assert dog.name == "Rex"
    gc.collect()
    assert sys.getrefcount(dog) == references


def test_the_interpreter_can_be_released_and_taken_inside_a_body():
    assert overlap(m.meet_inside) == [True, True]
    assert m.reattached() is True
    assert m.on_thread() is True
    with pytest.raises(RuntimeError, match="^without the interpreter "):
        m.released_panic()
    assert m.detached() is False


# Return value policies.


@pytest.mark.row("DSP-08", "api-rvp-6")
def test_reference_internal_is_the_same_whatever_the_number_of_arguments():
    reads = [
        lambda nest: nest.first_prop,
        lambda nest: nest.first(),
        lambda nest: nest.pick(False),
        lambda nest: nest.pick_of(nest, False),
        lambda nest: nest.pick_of(m.Nest(0, 0), False),
    ]
    for read in reads:
        nest = m.Nest(4, 5)
        egg = read(nest)
        del nest
        gc.collect()
        assert egg.size == 4
        # Reached through `&self`, so it cannot be written.
        with pytest.raises(RuntimeError):
            egg.size = 9
        assert egg.size == 4
    assert refused(m.egg_of, m.Nest(1, 2)) == (
        "Unable to convert function return value to a Python type! The signature was\n"
        "    egg_of(arg: test_lifetimes_ext.Nest, /) -> test_lifetimes_ext.Egg"
    )


def test_a_reference_ends_when_its_owner_is_modified():
    nest = m.Nest(4, 5)
    egg = nest.pick(True)
    assert egg.size == 5
    nest.touch()
    with pytest.raises(RuntimeError, match="is a reference into an object of class .*Nest that was modified"):
        egg.size
    assert nest.pick(True).size == 5
    assert nest.first().size == 5


@pytest.mark.row("api-rvp-3", "api-rvp-9")
def test_references_are_copied_unless_a_policy_says_otherwise():
    nest = m.Nest(4, 5)
    for function in [m.egg_copy, m.egg_auto, m.egg_auto_ref]:
        egg = function(nest)
        egg.size = 100
        assert nest.first().size == 4


@pytest.mark.row("api-rvp-2", "api-rvp-4", "api-rvp-8")
def test_values_and_boxes_pass_ownership():
    for function in [m.tally_box, m.tally_box_auto, m.tally_value]:
        made, cloned, dropped = m.counts()
        tally = function(3)
        assert tally.id == 3
        assert m.counts() == (made + 1, cloned, dropped)
        del tally
        gc.collect()
        assert m.counts() == (made + 1, cloned, dropped + 1)
    nest = m.Nest(1, 2)
    m.egg_auto(nest).size = 50
    assert nest.first().size == 1
    for function in [m.egg_value, m.egg_move, m.egg_box]:
        egg = function(7)
        egg.size += 1
        assert egg.size == 8


def test_a_value_under_reference_internal_moves():
    nest = m.Nest(1, 2)
    other = m.nest_same(nest)
    assert other is not nest
    nest.touch()
    assert other.first().size == 1
    egg = nest.first()
    assert egg.size == 2
    assert nest.first() is egg


@pytest.mark.row("api-rvp-7")
def test_the_policy_none_returns_only_what_python_knows():
    nest = m.Nest(4, 5)
    text = "Unable to convert function return value to a Python type! The signature was\n    "
    assert refused(m.egg_value_none, 1) == text + "egg_value_none(arg: int, /) -> test_lifetimes_ext.Egg"
    assert refused(m.egg_none, nest).startswith(text)
    egg = nest.first()
    assert m.egg_none(nest) is egg


def test_an_object_that_python_knows_is_returned_itself():
    dog = m.Dog("Max")
    assert dog.itself() is dog
    assert dog.copy() is not dog
    assert m.texts(2) == ["x", "x"]


# What is lent.


def test_an_argument_that_is_lent_is_refused_until_the_call_ends():
    dog = m.Dog("Max")
    for touch in [lambda: dog.name, lambda: dog.length(), lambda: dog.itself(), lambda: setattr(dog, "name", "x")]:
        with pytest.raises(RuntimeError, match="is being modified by a call that has not finished yet$"):
            m.busy(dog, touch)
        assert dog.name == "Max"
    assert m.busy(dog, lambda: 5) == 5


def test_long_chains_of_patients_do_not_exhaust_the_stack():
    for make in [lambda i: m.Nest(i, i).first(), lambda i: m.Nest(i, i)]:
        chain = [make(i) for i in range(100_000)]
        for nurse, patient in zip(chain, chain[1:]):
            m.keep_any(nurse, patient)
        head = chain[0]
        del chain, nurse, patient
        del head
        gc.collect()


def test_many_children_of_one_owner_are_told_apart():
    nests = [m.Nest(i, -i) for i in range(500)]
    children = [nest.first() for nest in nests]
    assert [child.size for child in children] == list(range(500))
    assert all(nest.first() is child for nest, child in zip(nests, children))
    del children[::2], nests[1::2]
    gc.collect()
    again = [nest.first() for nest in nests]
    assert [child.size for child in again] == list(range(0, 500, 2))
    assert [child.size for child in children] == list(range(1, 500, 2))
    assert all(nest.first() is child for nest, child in zip(nests, again))


@pytest.mark.parametrize("get", ["part_mut", "part"])
def test_a_reference_made_of_a_mutable_one_ends_with_any_other_use_of_the_owner(get):
    """Through `&self` a `Mutex` may get a new value, and `&mut self` reaches the old one without its lock."""
    for use in [lambda owner: owner.replace("new"), lambda owner: owner.count()]:
        owner = m.Locked()
        owner.replace("a long name that lives on the heap")
        part = getattr(owner, get)()
        assert part.length() == part.length()
        use(owner)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="is a reference into an object of class .*Locked that was"):
                part.length()
    # Its own uses do not end it.
    owner = m.Locked()
    owner.replace("first")
    part = getattr(owner, get)()
    assert [part.length() for _ in range(3)] == [5] * 3
    assert getattr(owner, get)() is part and part.length() == 5
    # In one call with its owner, neither order of the arguments gets both.
    part = getattr(owner, get)()
    with pytest.raises(RuntimeError, match="refer to the same"):
        m.name_beside(part, owner)
    with pytest.raises(RuntimeError, match="fetch it again"):
        m.beside(owner, getattr(owner, get)())
    # A callback cannot reach the owner either while the part is in use, and the part can be given twice.
    part = getattr(owner, get)()
    with pytest.raises(RuntimeError, match="is being"):
        m.during(part, owner.count)
    assert m.both(part, part) == 10


# keep_alive_obj, keep_alive_cb.


@pytest.mark.parametrize("nurse", [Foreign, lambda: m.Dog("nurse"), lambda: Patient("nurse")])
def test_keep_alive_obj(nurse):
    nurse, patient = nurse(), Foreign()
    gone = weakref.ref(patient)
    m.keep_alive_obj(nurse, patient)
    m.keep_alive_obj(nurse, patient)
    del patient
    gc.collect()
    assert gone() is not None
    del nurse
    gc.collect()
    assert gone() is None


def test_keep_alive_obj_of_what_cannot_be_a_nurse():
    patient = Foreign()
    m.keep_alive_obj(None, patient)
    m.keep_alive_obj(patient, None)
    m.keep_alive_obj(patient, patient)
    before = sys.getrefcount(patient)
    with pytest.raises(RuntimeError, match="keep_alive"):
        m.keep_alive_obj(5, patient)
    assert sys.getrefcount(patient) == before


@pytest.mark.parametrize("nurse", [Foreign, lambda: m.Dog("nurse"), lambda: Patient("nurse")])
def test_keep_alive_cb(nurse):
    m.events()
    nurse, before = nurse(), drops()
    m.keep_alive_cb(nurse, "first")
    m.keep_alive_cb(nurse, "second")
    gc.collect()
    assert m.events() == [] and drops() == before
    del nurse
    gc.collect()
    assert sorted(m.events()) == ["first 7", "second 7"] and drops() == before + 2


def test_keep_alive_cb_that_is_refused_is_dropped_and_not_called():
    m.events()
    before = drops()
    with pytest.raises(RuntimeError):
        m.keep_alive_cb(5, "refused")
    assert m.events() == [] and drops() == before + 1


def test_keep_alive_cb_that_panics(monkeypatch):
    told = []
    monkeypatch.setattr("sys.unraisablehook", lambda what: told.append(str(what.exc_value)))
    before, nurse = drops(), Foreign()
    m.keep_alive_cb(nurse, "panic")
    del nurse
    gc.collect()
    assert len(told) == 1 and "the end of a nurse" in told[0] and drops() == before + 1


def test_keep_alive_cb_that_looks_for_its_nurse():
    seen = []
    nurse = Foreign()
    gone = weakref.ref(nurse)
    m.keep_alive_cb_python(nurse, lambda: seen.append(gone()))
    del nurse
    gc.collect()
    assert seen == [None]


def test_inst_python_derived():
    assert [m.python_derived(o) for o in (m.Dog("x"), Patient("x"), Foreign(), 5, m.Dog)] == [False, True, False, False, False]
