"""Call policies: hooks that see, and change, the Python objects of a call."""

import gc
import weakref

import pytest
import test_call_policies_ext as m


@pytest.fixture(autouse=True)
def no_events():
    m.events()


class Plain:
    pass


@pytest.mark.row("fn-37", "api-fann-21", "DSP-22")
def test_hooks_run_from_left_to_right_around_the_guard():
    assert m.add(1, 2) == 3
    assert m.events() == [
        "pre1(1, 2)", "pre2(1, 2)", "enter", "body", "leave", "post1(1, 2) -> 3", "post2(1, 2) -> 3",
    ]
    assert m.add(b=1, a=4) == 5 and m.events()[0] == "pre1(4, 1)"
    assert m.add(1) == 6 and m.events()[0] == "pre1(1, 5)"  # the default is filled in
    assert m.add.__doc__ == "add(a: int, b: int = 5) -> int"


@pytest.mark.row("api-fann-22", "DSP-22")
def test_a_replaced_argument_reaches_the_body():
    assert m.length("four") == 4 and m.length(9) == 9
    assert m.Meters(1).plus("abc") == 4
    assert m.events()[0].endswith(", 3)")  # the next policy sees it as well
    assert m.Named("12345").size == 5  # also in a constructor
    made = m.fresh(Plain)
    assert type(made) is Plain

    class Sub(m.Meters):
        def __init__(self):
            super().__init__(42)

    assert m.fresh_kept(Sub) == 42  # lives until the call has ended
    with pytest.raises(TypeError, match="Invoked with types: type"):
        m.fresh_kept(Plain)


@pytest.mark.row("api-fann-22", "DSP-22")
def test_a_hook_that_raises_before_the_call_ends_it():
    assert m.choosy("x") == "first"
    with pytest.raises(ValueError, match="before the call"):
        m.choosy("before")
    assert m.choosy("decline") == "second"
    with pytest.raises(RuntimeError, match="in the hook"):
        m.choosy("panic")
    with pytest.raises(KeyError):
        m.fresh(lambda: {}[1])


@pytest.mark.row("api-fann-23", "DSP-22")
def test_the_hook_after_the_call():
    assert m.wrapped(3, 4) == [3, 4, 7] and m.wrapped(3) == [3, None, 3]
    assert m.nothing() == [1]
    assert m.Meters(4).double[1] == 8
    with pytest.raises(ValueError, match="after the call"):
        m.choosy("after")
    assert m.choosy("decline after") == "second"
    with pytest.raises(TypeError, match="Unable to convert function return value"):
        m.swallowed(3)


@pytest.mark.row("api-fann-23")
def test_the_hook_after_the_call_needs_a_normal_return():
    for function, error in ((m.fails, RuntimeError), (m.panics, RuntimeError), (m.fails, TypeError)):
        with pytest.raises(error):
            function("no number" if error is TypeError else 1)
        events = m.events()
        assert len(events) == 1 and events[0].startswith("pre1(")


@pytest.mark.row("api-fann-23")
def test_the_hook_after_the_call_sees_converted_arguments():
    assert m.length_of_one(7) == 7
    before, after = m.events()
    assert before == "pre1(7)" and "Meters object" in after and after.endswith("-> 7")


@pytest.mark.row("api-fann-23", "DSP-22")
def test_a_result_that_cannot_be_converted():
    with pytest.raises(TypeError, match="Unable to convert function return value"):
        m.unconverted(1)
    assert m.events() == ["pre1(1)", "post1(1) -> none"]
    assert m.unconverted_wrapped(1) == [1, None]
    with pytest.raises(ValueError, match="after the call") as caught:
        m.unconverted_raises("after")
    assert isinstance(caught.value.__cause__, TypeError)


@pytest.mark.row("api-fann-22", "api-fann-24")
def test_what_a_hook_hands_over_lives_until_all_overloads_were_tried():
    made = []

    def make():
        value = Plain()
        made.append(weakref.ref(value))
        return value

    def alive():
        gc.collect()
        return [ref() is not None for ref in made]

    assert m.kept(alive, make) == [True] * len(made) and len(made) >= 2
    assert alive() == [False] * len(made)
    made.clear()
    with pytest.raises(TypeError):
        m.kept(alive, make, 3)
    with pytest.raises(ZeroDivisionError):
        m.kept(lambda: 1 // 0, make)
    assert alive() == [False] * len(made)


def test_hooks_may_use_the_objects_of_the_call():
    a = m.Meters(1)
    assert a.make().value == 1 and a.value == 20

    def use():
        a.value += 1
        return Plain()

    assert a.touch(use) == 21


def test_ties_refer_to_the_arguments_that_the_hooks_have_left():
    patient = Plain()
    ref = weakref.ref(patient)
    nurse = m.tied(Plain, patient)
    del patient
    gc.collect()
    assert ref() is not None
    del nurse
    gc.collect()
    assert ref() is None
