"""Enumerations and Python code that interferes with them."""

import enum
import gc
import sys
import threading
import types
import warnings
import weakref

import pytest
import test_enums_ext as m
from refusals import refused


@pytest.fixture
def dynamic():
    """A scope with an enumeration of its own, which is gone after the test."""
    scope = types.SimpleNamespace()
    m.bind_dynamic(scope)
    yield scope
    scope.__dict__.clear()
    gc.collect()


def test_enumerations_bound_at_run_time(dynamic):
    assert m.dynamic(dynamic.Dynamic.B) == 1 and m.dynamic_of(0) is dynamic.Dynamic.A
    assert dynamic.Dynamic.__doc__ == "made at run time" and dynamic.Dynamic.B.twice() == 2


@pytest.mark.row("ENU-12", "ENU-13")
def test_members_that_python_code_removes(dynamic):
    cls = dynamic.Dynamic
    dead = weakref.ref(cls.A)
    type.__delattr__(cls, "A")
    for table in (cls._member_map_, cls._value2member_map_):
        table.clear()
    cls._member_names_.clear()
    gc.collect()
    assert dead() is not None, "native code still gives it out"
    assert m.dynamic(m.dynamic_of(0)) == 0 and m.dynamic(0) == 0
    m.dynamic_of(0)._value_ = 17
    m.dynamic_of(1)._name_ = None
    assert m.dynamic(m.dynamic_of(0)) == 0


@pytest.mark.row("ENU-12")
def test_an_enumeration_whose_record_is_removed(dynamic):
    cls = dynamic.Dynamic
    a, record = cls.A, cls.__nb_enum__
    del cls.__nb_enum__
    assert m.dynamic(a) == 0, "the record lives on"
    del record
    gc.collect()
    refused(m.dynamic, a)
    refused(m.dynamic, 0)
    with pytest.raises(TypeError):
        m.dynamic_of(0)
    other = types.SimpleNamespace()
    m.bind_dynamic(other)
    refused(m.dynamic, a)
    assert m.dynamic(other.Dynamic.A) == 0 and m.dynamic_of(0) is other.Dynamic.A


@pytest.mark.row("ENU-12")
def test_a_dying_enumeration_leaves_nothing_behind():
    scope = types.SimpleNamespace()
    for _ in range(5):
        m.bind_dynamic(scope)
        dead = weakref.ref(scope.Dynamic)
        member = m.dynamic_of(1)
        del scope.Dynamic
        gc.collect()
        assert m.dynamic(member) == 1, "a member keeps its class"
        del member
        gc.collect()
        assert dead() is None
        refused(m.dynamic, 1)
        with pytest.raises(TypeError):
            m.dynamic_of(1)
    record = (m.bind_dynamic(scope), scope.Dynamic.__nb_enum__)[1]
    del scope.Dynamic
    gc.collect()
    assert m.dynamic(m.dynamic_of(1)) == 1, "and so does the record"
    del record
    gc.collect()
    refused(m.dynamic, 1)


@pytest.mark.row("ENU-12")
def test_an_enumeration_that_dies_while_it_is_converted_to():
    scope = types.SimpleNamespace()
    m.bind_dynamic(scope)

    class Index:
        def __index__(self):
            del scope.Dynamic
            gc.collect()
            return 1

    refused(m.dynamic, Index())
    m.bind_dynamic(scope)

    class Rebinds:
        def __index__(self):
            del scope.Dynamic
            gc.collect()
            m.bind_dynamic(scope)
            return 1

    assert m.dynamic(Rebinds()) == 1
    del scope.Dynamic
    gc.collect()


def test_records_cannot_be_made(dynamic):
    record = type(dynamic.Dynamic.__nb_enum__)
    with pytest.raises(TypeError):
        record()
    with pytest.raises(TypeError):
        type("Derived", (record,), {})


@pytest.mark.row("ENU-11", "ENU-12")
def test_flags_whose_value_is_changed():
    both = m.Perm.READ | m.Perm.EXEC
    try:
        for bad in ["x", None, 8, -1, 2**40, 10**40, 1.0]:
            both._value_ = bad
            refused(m.perm, both)
        both._value_ = 2
        assert m.perm(both) == 2
        del both._value_
        refused(m.perm, both)
    finally:
        both._value_ = 5
    assert m.perm(both) == 5


@pytest.mark.row("ENU-16")
def test_replacements_by_python_code(monkeypatch):
    monkeypatch.setattr(m.Kind, "_missing_", classmethod(lambda cls, value: cls.Cat))
    assert m.Kind(99) is m.Kind.Cat
    refused(m.kind, 99)
    with pytest.raises(ValueError):
        m.kind_of(-2)
    monkeypatch.setattr(m.Perm, "__new__", lambda cls, value: f"made of {value}")
    assert m.perm_of(6) == "made of 6"


@pytest.mark.row("ENU-13")
def test_an_enumeration_that_is_bound_while_it_is_made(monkeypatch):
    original = enum.EnumMeta.__setattr__
    inner = types.SimpleNamespace()

    for trigger in ["__doc__", "__nb_enum__", "A", "B"]:
        entered = []

        def reenter(cls, name, value):
            if name == trigger and not entered:
                entered.append(name)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    m.bind_dynamic(inner)
            original(cls, name, value)

        outer = types.SimpleNamespace()
        with monkeypatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            patch.setattr(enum.EnumMeta, "__setattr__", reenter)
            try:
                m.bind_dynamic(outer)
            except (ImportError, AttributeError, RuntimeError) as error:
                assert trigger != "__doc__", error
        assert entered
        assert m.dynamic(inner.Dynamic.A) == 0 and m.dynamic_of(1) is inner.Dynamic.B
        inner.__dict__.clear()
        outer.__dict__.clear()
        gc.collect()
        refused(m.dynamic, 0)


@pytest.mark.row("ENU-13")
def test_a_scope_that_interferes():
    class Scope:
        def __setattr__(self, name, value):
            object.__setattr__(self, name, value)
            if not entered:
                entered.append(name)
                m.bind_dynamic(types.SimpleNamespace())

    entered = []
    scope = Scope()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ImportError, match="duplicate key"):
            m.bind_dynamic(scope)
    # What the other one has bound is whole.
    assert m.dynamic(scope.Dynamic.B) == 1 and len(scope.Dynamic) == 2

    class Refuses:
        def __setattr__(self, name, value):
            raise ZeroDivisionError(name)

    del scope
    gc.collect()
    with pytest.raises(ZeroDivisionError):
        m.bind_dynamic(Refuses())
    gc.collect()
    refused(m.dynamic, 0)


@pytest.mark.row("ENU-13")
def test_enumerations_that_threads_make():
    errors = []

    def work():
        scope = types.SimpleNamespace()
        for _ in range(30):
            try:
                m.bind_dynamic(scope)
                member = scope.Dynamic.B
                assert m.dynamic(member) in (0, 1)
            except (ImportError, AttributeError, TypeError, RuntimeError):
                # Another thread was making or ending the same enumeration.
                pass
            except BaseException as error:
                errors.append(error)
            scope.__dict__.clear()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            threads = [threading.Thread(target=work) for _ in range(4)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
    finally:
        sys.setswitchinterval(interval)
    assert not errors
    gc.collect()
    scope = types.SimpleNamespace()
    m.bind_dynamic(scope)
    assert [m.dynamic(member) for member in scope.Dynamic] == [0, 1]
    scope.__dict__.clear()
    gc.collect()


@pytest.mark.row("ENU-13")
def test_a_replaced_enum_module(monkeypatch):
    monkeypatch.setattr(enum, "Enum", lambda *args, **kwargs: 5)
    with pytest.raises((ImportError, RuntimeError), match="the module `enum` made an object of type 'int'"):
        m.bind_dynamic(types.SimpleNamespace())
    monkeypatch.undo()
    refused(m.dynamic, 0)
