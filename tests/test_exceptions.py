"""Exception classes for Rust's errors."""

import pickle
import types

import pytest
import test_exceptions_ext as m


def raised(kind, call, *args):
    with pytest.raises(kind) as info:
        call(*args)
    assert type(info.value) is kind
    return info.value


@pytest.mark.row("api-class-24", "api-class-25")
def test_errors_of_a_type_raise_its_class():
    assert m.PlainError.__mro__[1] is Exception and m.ValuedError.__mro__[1] is ValueError
    assert (m.PlainError.__module__, m.PlainError.__qualname__) == (m.__name__, "PlainError")
    error = raised(m.PlainError, m.plain)
    assert str(error) == "Plain: x" and error.args == ("Plain: x",)
    assert str(raised(m.ValuedError, m.valued, "gr\u00fcn \U0001f980")) == "Valued: gr\u00fcn \U0001f980"
    with pytest.raises(ValueError):
        m.valued("caught as its base")
    assert type(pickle.loads(pickle.dumps(error))) is m.PlainError


def test_errors_of_other_types_stay_runtime_errors():
    assert str(raised(RuntimeError, m.unknown)) == "Unknown: x"


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


def test_a_name_that_is_taken():
    scope = types.ModuleType("scope")
    scope.Taken = 1
    text = "nanobind::detail::exception_new(): an object of the same name already exists!"
    assert str(raised(RuntimeError, m.same_name, scope)) == text
    assert scope.Taken == 1
