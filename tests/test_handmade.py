"""An extension module whose definition is written by hand: `nb::register_module`."""

import gc
import subprocess
import sys

import pytest

NAME = "test_handmade_ext"


def run(script):
    """Runs the script in a Python of its own; what it has printed, and its complaints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.mark.row("api-v3-6", "BLD-16")
def test_bindings_in_the_exec_slot():
    import test_handmade_ext as t

    assert t.__doc__ == "Made by hand."
    assert t.answer() == 42
    assert t.answer(by=2) == 84
    assert t.answer.__doc__ == "answer(by: int = 1) -> int"
    counter = t.Counter()
    assert (counter.next(), counter.next(), counter.count) == (1, 2, 2)
    assert t.Counter.__module__ == NAME
    with pytest.raises(TypeError, match="incompatible function arguments"):
        t.answer("x")


@pytest.mark.row("api-v3-6", "BLD-16")
@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("error", "None | as told"),
        ("panic", "panic_error('as told"),
        ("wrong", 'None | nb::class_<Counter>: there is no property "missing" that def_prop_deleter could add to'),
    ],
)
def test_failures_are_import_errors(told, says):
    out, _ = run(
        f"""
import sys
sys.handmade = {told!r}
try:
    import {NAME}
except ImportError as error:
    print(repr(error.__cause__), "|", error)
assert {NAME!r} not in sys.modules
del sys.handmade
import {NAME} as t
assert t.Counter().next() == 1
"""
    )
    assert says in out


@pytest.mark.row("api-v3-6", "BLD-16")
def test_the_module_owns_the_state_and_lets_it_go():
    out, err = run(
        f"""
import gc, sys, weakref
import {NAME} as t
assert "__nb_state__" in vars(t)
# A function outlives the module, and its namespace may be emptied.
answer = t.answer
Counter = t.Counter
gone = weakref.ref(t)
del sys.modules[{NAME!r}]
vars(t).pop("__nb_state__")
del t
gc.collect()
assert gone() is None
assert answer() == 42 and Counter().next() == 1
import {NAME} as again
assert again is not None and again.answer() == 42
print("done")
"""
    )
    assert out.strip() == "done"
    # Its class is alive.
    assert "type 'Counter' was already registered" in err and len(err.splitlines()) <= 2, err


@pytest.mark.row("api-v3-6", "BLD-16")
def test_executed_twice():
    import importlib

    import test_handmade_ext as t

    spec = importlib.util.find_spec(NAME)
    other = importlib.util.module_from_spec(spec)
    with pytest.warns(RuntimeWarning, match="already registered"):
        spec.loader.exec_module(other)
    assert other.answer() == 42
    assert other.Counter is t.Counter
    # Nothing was bound once more.
    assert t.Counter.next.__doc__.count("next(") == 1
    del other
    gc.collect()
    assert t.answer() == 42
