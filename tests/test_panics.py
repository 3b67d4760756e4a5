"""Panics: an exception where something is called, a report where something is dropped."""

import gc
import re
import sys

import pytest
import test_functions_ext as m


@pytest.mark.row("ex-18")
def test_a_panic_is_an_exception_that_tells_where():
    for function in [m.e0_panic, m.grenade, lambda: m.e1(2)]:
        with pytest.raises(Exception) as caught:
            function()
        assert isinstance(caught.value, RuntimeError)
        assert type(caught.value).__name__ == "panic_error"
        assert re.search(r" \(Rust panic at .*functions\.rs:\d+:\d+\)$", str(caught.value))
    with pytest.raises(RuntimeError, match="^a panic with a value that is not a text "):
        m.grenade_payload()


@pytest.fixture
def unraisable(monkeypatch):
    """What was reported to sys.unraisablehook."""
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: reported.append(str(args.exc_value)))
    return reported


@pytest.mark.row("ex-40")
def test_a_panic_in_a_destructor_is_reported_and_the_process_lives(unraisable):
    mine = m.mine()
    del mine
    gc.collect()
    assert len(unraisable) == 1
    assert unraisable[0].startswith("the destructor panicked (Rust panic at ")
    for _ in range(10):
        m.Mine()
    gc.collect()
    assert len(unraisable) == 11


@pytest.mark.row("ex-40")
def test_a_panic_in_a_destructor_keeps_the_exception_that_is_being_raised(unraisable):
    def fails():
        mine = m.mine()
        raise ValueError("the real one")

    with pytest.raises(ValueError, match="^the real one$") as caught:
        fails()
    del caught
    gc.collect()
    assert len(unraisable) == 1


def test_a_panic_while_an_argument_is_dropped_is_raised():
    with pytest.raises(RuntimeError, match="^the destructor panicked "):
        m.drop_mine(m.mine())
    assert m.add(1) == 2


def test_a_panic_while_a_closure_is_dropped_is_reported(unraisable):
    assert m.mine_closure() is True
    del m.mine_closure
    gc.collect()
    assert len(unraisable) == 1
