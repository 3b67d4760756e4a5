"""Exception classes for Rust's errors."""

import gc
import importlib
import pickle
import re
import types

import pytest
import test_exceptions_ext as m


def raised(kind, call, *args):
    with pytest.raises(kind) as info:
        call(*args)
    assert type(info.value) is kind
    return info.value


@pytest.mark.row("api-class-24", "api-class-25", "ex-19", "ex-20", "ERR-01")
def test_errors_of_a_type_raise_its_class():
    assert m.PlainError.__mro__[1] is Exception and m.ValuedError.__mro__[1] is ValueError
    assert m.LostError.__mro__[1] is LookupError and m.WrongError.__mro__[1] is Exception
    assert str(raised(m.LostError, m.lost)) == "Lost: x" and raised(m.WrongError, m.wrong)
    assert (m.PlainError.__module__, m.PlainError.__qualname__) == (m.__name__, "PlainError")
    error = raised(m.PlainError, m.plain)
    assert str(error) == "Plain: x" and error.args == ("Plain: x",)
    assert str(raised(m.ValuedError, m.valued, "gr\u00fcn \U0001f980")) == "Valued: gr\u00fcn \U0001f980"
    with pytest.raises(ValueError):
        m.valued("caught as its base")
    assert type(pickle.loads(pickle.dumps(error))) is m.PlainError


@pytest.mark.row("ex-01")
def test_errors_of_other_types_stay_runtime_errors():
    assert str(raised(RuntimeError, m.unknown)) == "Unknown: x"


@pytest.mark.row("ex-20", "ex-22")
def test_the_last_class_counts_and_may_have_a_base_of_ours():
    assert m.DerivedError.__mro__[1:3] == (m.Base, KeyError)
    assert raised(m.DerivedError, m.derived)


def test_constructors_methods_and_elements():
    assert str(raised(m.ValuedError, m.Tank, -1)) == "Valued: -1 is too low"
    tank = m.Tank(5)
    assert tank.drain(2) == 3
    assert str(raised(m.Tank.EmptyError, tank.drain, 4)) == "Nested: empty"
    assert m.each(False) == [1, 2]
    assert raised(m.PlainError, m.each, True)


def test_a_class_that_cannot_be_made():
    class Bad(m.PlainError):
        def __init__(self, *args):
            raise MemoryError("no")

    # Python code may change the class as it likes; what goes wrong is what the caller gets.
    init = m.PlainError.__init__
    m.PlainError.__init__ = Bad.__init__
    try:
        assert str(raised(MemoryError, m.plain)) == "no"
    finally:
        m.PlainError.__init__ = init


@pytest.mark.row("ex-21", "ERR-11")
def test_a_name_that_is_taken():
    scope = types.ModuleType("scope")
    scope.Taken = 1
    text = "nanobind::detail::exception_new(): an object of the same name already exists!"
    assert str(raised(RuntimeError, m.same_name, scope)) == text
    assert scope.Taken == 1
    # Errors of the type have no class, and nothing is left of it.
    assert str(raised(RuntimeError, m.unknown)) == "Unknown: x"

    def classes():
        gc.collect()
        return len(Exception.__subclasses__())

    before = classes()
    for _ in range(100):
        raised(RuntimeError, m.same_name, scope)
    assert classes() == before
    with pytest.raises(ImportError, match="^" + re.escape(text) + "$"):
        importlib.import_module("test_fail_taken_exception_ext")
    assert classes() == before


@pytest.mark.row("ex-21")
def test_a_scope_without_a_module():
    text = "nanobind::detail::exception_new(): could not determine module name!"
    scope = types.SimpleNamespace()
    assert str(raised(RuntimeError, m.same_name, scope)) == text
    assert not hasattr(scope, "Taken") and str(raised(RuntimeError, m.unknown)) == "Unknown: x"
    # A class has a module.
    holder = type("Holder", (), {})
    m.same_name(holder)
    assert (holder.Taken.__module__, holder.Taken.__name__) == (__name__, "Taken")
    assert type(raised(holder.Taken, m.unknown)) is holder.Taken


WAYS = ["direct", "question_mark", "from", "boxed", "boxed_send", "boxed_sync"]


@pytest.mark.row("ex-02", "ex-05", "api-err-17", "ERR-12")
@pytest.mark.finding(3)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "error, kind, text",
    [
        ("failed", m.FailedError, "Failed: x"),
        ("bare", RuntimeError, "Bare: x"),
        ("int", OverflowError, "out of range integral type conversion attempted"),
        ("parse", ValueError, "invalid digit found in string"),
        ("memory", MemoryError, "memory allocation failed because the computed capacity exceeded the collection's maximum"),
        ("missing", FileNotFoundError, "[Errno 2] No such file or directory"),
        ("address", ValueError, "invalid IPv4 address syntax"),
    ],
)
def test_an_error_is_the_same_exception_on_every_way(error, kind, text, way):
    with pytest.raises(kind) as caught:
        getattr(m, f"{error}_{way}")()
    assert type(caught.value) is kind and str(caught.value) == text


@pytest.mark.finding(3)
@pytest.mark.parametrize("way", WAYS)
def test_invalid_utf8_is_a_decode_error(way):
    for error, given in [("utf8", b""), ("string", b"ab\xffcd")]:
        with pytest.raises(UnicodeDecodeError) as caught:
            getattr(m, f"{error}_{way}")()
        found = caught.value
        # `object`, `end` and `reason`; `start` is cut to the length of the object.
        assert found.args == ("utf-8", given, 2, 3, "invalid utf-8 sequence of 1 bytes from index 2")


@pytest.mark.finding(3)
def test_an_error_says_its_class_before_it_is_raised():
    assert issubclass(m.FailedError, IndexError)
    assert m.text_of_failed() == "FailedError: Failed: x"
    assert m.text_of_int() == "OverflowError: out of range integral type conversion attempted"
    assert m.matches(m.FailedError) and m.matches(IndexError) and not m.matches(RuntimeError)
    assert m.kinds() == "[Some(IndexError), Some(UnicodeError)]"
