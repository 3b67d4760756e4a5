"""Exceptions with causes, exceptions that nobody can catch, and those that are set aside."""

import gc
import subprocess
import sys
import weakref

import pytest
import test_error_values_ext as m
from samples import caught, fails


@pytest.fixture
def unraisable(monkeypatch):
    """What was reported to sys.unraisablehook: class, exception, and where."""
    reported = []

    def hook(args):
        reported.append((args.exc_type, args.exc_value, args.object))

    monkeypatch.setattr(sys, "unraisablehook", hook)
    return reported


# Causes.


@pytest.mark.row("ex-38", "ex-39", "ERR-04", "api-err-18", "api-err-19")
@pytest.mark.parametrize("chain", [m.raise_from, m.chain_error])
def test_an_exception_with_a_cause(chain):
    cause = KeyError("old")
    error = caught(chain, fails(cause), ValueError, 5)
    assert type(error) is ValueError and error.args == ("number 5",)
    assert error.__cause__ is cause and error.__context__ is cause and error.__suppress_context__ is True
    assert cause.__traceback__.tb_frame.f_code.co_name == "raises"
    assert type(caught(m.raise_from_native).__cause__) is KeyError


@pytest.mark.row("ex-39", "ERR-04")
def test_a_chain_of_one():
    error = caught(m.chain_nothing)
    assert type(error) is Exception and error.args == ("alone",)
    assert error.__cause__ is None and error.__context__ is None


@pytest.mark.parametrize("chain", [m.raise_from, m.chain_error])
def test_classes_that_make_something_else(chain):
    cause = KeyError("old")

    class Raises(Exception):
        def __init__(self, text):
            raise LookupError("not made") from None

    class Again(Exception):
        def __new__(cls, text):
            raise cause

    class Other(Exception):
        def __new__(cls, text):
            return 5

    error = caught(chain, fails(cause), Raises, 1)
    assert type(error) is LookupError and error.__cause__ is cause
    assert caught(chain, fails(cause), Again, 1) is cause
    assert cause.__cause__ is None and cause.__context__ is None
    for wrong in [int, 5, Other]:
        error = caught(chain, fails(cause), wrong, 1)
        assert isinstance(error, (SystemError, TypeError)) and error.__cause__ is cause


# What nobody can catch.


@pytest.mark.row("ex-40", "ex-41", "ERR-06", "api-err-8", "api-err-9")
def test_an_exception_in_a_destructor(unraisable):
    error = ValueError("cannot close")
    m.Session(fails(error))
    assert unraisable == [(ValueError, error, "Session")]
    where = object()
    m.Session(fails(error), where)
    assert unraisable[1:] == [(ValueError, error, where)]
    m.Session(lambda: None)
    assert len(unraisable) == 2


@pytest.mark.row("ex-41")
def test_audit_hooks_see_it():
    code = """
import sys
import test_error_values_ext as m
sys.addaudithook(lambda event, args: print(event, type(args[1].exc_value).__name__) if event == "sys.unraisablehook" else None)
sys.unraisablehook = lambda args: print("hook", args.object)
m.Session(lambda: 1 / 0)
"""
    script = f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}\n" + code
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "sys.unraisablehook ZeroDivisionError\nhook Session\n"


@pytest.mark.row("ex-41")
def test_an_error_that_python_does_not_know_yet(unraisable):
    m.discard_native()
    assert [(kind, where) for kind, _, where in unraisable] == [(ValueError, "a function"), (RuntimeError, "")]


@pytest.mark.row("ex-40", "ERR-16")
def test_a_destructor_on_a_thread_of_its_own(unraisable):
    assert m.close_on_a_thread(fails(KeyError("k"))) is True
    assert [kind for kind, _, _ in unraisable] == [KeyError]


@pytest.mark.row("ex-43", "api-err-1")
def test_an_exception_on_its_way_survives_a_destructor(unraisable):
    for call in [m.close_while_one_is_pending, m.discard_while_one_is_pending]:
        error = caught(call, fails(KeyError("k")), ValueError)
        assert type(error) is ValueError and error.args == ("pending",) and error.__context__ is None
    assert [kind for kind, _, _ in unraisable] == [KeyError, KeyError]


def test_a_hook_that_raises(monkeypatch, capfd):
    monkeypatch.setattr(sys, "unraisablehook", lambda args: 1 / 0)
    m.Session(fails(KeyError("k")))
    assert "ZeroDivisionError" in capfd.readouterr().err


@pytest.mark.row("ex-42")
def test_a_finalizer_of_python_that_raises(unraisable):
    class Late(Exception):
        def __del__(self):
            raise RuntimeError("in __del__")

    assert m.what_of(lambda: fails(Late("x"))()) > 0
    gc.collect()
    assert [(kind, str(value)) for kind, value, _ in unraisable] == [(RuntimeError, "in __del__")]


@pytest.mark.row("ex-43", "ERR-16")
def test_exceptions_are_dropped_anywhere():
    class Mine(Exception):
        pass

    def raises():
        error = Mine()
        watch.append(weakref.ref(error))
        raise error

    watch = []
    assert m.drop_elsewhere(raises) is True
    error = caught(m.drop_while_one_is_pending, raises, ValueError)
    assert type(error) is ValueError and error.args == ("pending",)
    del error
    gc.collect()
    assert [one() for one in watch] == [None, None]


@pytest.mark.row("ex-43", "ERR-16")
def test_an_exception_may_outlive_the_interpreter():
    code = """
import test_error_values_ext as m
m.keep(lambda: 1 / 0)
m.what()
print("done")
"""
    script = f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}\n" + code
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


# Scopes.


@pytest.mark.row("api-err-1")
def test_a_scope_sets_an_exception_aside():
    error = caught(m.scope, fails(KeyError("inner")), ValueError)
    assert type(error) is ValueError and error.args == ("outer",)
    # With nothing to set aside, what is raised inside ends with the scope.
    assert m.scope(fails(KeyError("inner")), None) is False
    assert caught(m.scope_cpp, LookupError).args == ("outer",)


def test_a_scope_that_ends_detached():
    assert m.scope_detached(ValueError) is False
