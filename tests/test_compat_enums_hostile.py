"""Enumerations of pybind11's kind, and Python code that interferes with them."""

import copy
import copyreg
import gc
import os
import pickle
import subprocess
import sys
import threading
import types
import warnings
import weakref

import pytest
import test_compat_enums_dynamic_ext as dynamic_ext
import test_compat_enums_ext as m
from refusals import refused


@pytest.fixture
def dynamic():
    """A scope with a class of its own, which is gone after the test."""
    scope = types.SimpleNamespace()
    dynamic_ext.bind_dynamic(scope)
    yield scope
    scope.__dict__.clear()
    gc.collect()


def test_classes_bound_at_run_time(dynamic):
    assert dynamic_ext.dynamic(dynamic.Dynamic.B) == 1 and dynamic_ext.dynamic_of(0) is dynamic.Dynamic.A
    assert dynamic.Dynamic.__doc__ == "made at run time\n\nMembers:\n\n  A\n\n  B : the second"


def test_instances_without_a_number():
    for empty in [m.Kind.__new__(m.Kind), m.Kind.__new__(m.Kind, 5), copyreg.__newobj__(m.Kind)]:
        assert repr(empty) == "<Kind.???: ???>" and str(empty) == "Kind.???" and empty.name == "???"
        for call in [m.kind, m.kind_ref, m.maybe, int, hash, len, m.Kind.__getstate__, lambda e: m.kinds([e])]:
            refused(call, empty)
        for call in [
            lambda e: e.value,
            lambda e: e == e,
            lambda e: e != m.Kind.Cat,
            lambda e: m.Kind.Cat.__eq__(e) and 0,
            lambda e: [][e],
            lambda e: e.is_cat(),
            lambda e: e.legs,
            pickle.dumps,
            copy.copy,
        ]:
            try:
                call(empty)
            except TypeError as error:
                assert "???" in str(error) or "Kind" in str(error)
        assert m.Kind.Cat != empty
        empty.__init__(5)
        assert empty == m.Kind.Dog and m.kind(empty) == 5
        empty.__init__(0)
        assert empty == m.Kind.Dog, "filled once"


def test_objects_of_other_classes_are_no_instances():
    half = object.__new__
    with pytest.raises(TypeError, match="not safe"):
        half(m.Kind)
    for other in [m.Level.Low, m.Level.__new__(m.Level), 5, object(), m.Plain.X, types.SimpleNamespace(number=5)]:
        for method in ["__repr__", "__str__", "__int__", "__index__", "__hash__", "__getstate__", "is_cat"]:
            refused(getattr(m.Kind, method), other)
        refused(m.Kind.__init__, other, 5)
        refused(m.Kind.__setstate__, other, 5)
        refused(m.Kind.__eq__, other, m.Kind.Cat)
        refused(m.Kind.name.fget, other)
        refused(m.Kind.value.fget, other)
        refused(m.kind, other)
    with pytest.raises(TypeError):
        m.Kind.__new__(m.Level)


def test_classes_cannot_be_derived_from_nor_assigned():
    class Other:
        pass

    class Slotted:
        __slots__ = ("a", "b", "c", "__weakref__")

    for bases in [(m.Kind,), (m.Kind, Other), (Other, m.Kind)]:
        with pytest.raises(TypeError, match="not an acceptable base type"):
            type("Derived", bases, {})
    kind = m.Kind(5)
    for other in [m.Level, Other, Slotted, int, m.Pet, m.Plain]:
        with pytest.raises(TypeError):
            kind.__class__ = other
        assert type(kind) is m.Kind
    for ob in [Other(), Slotted(), m.Level(1), m.Pet()]:
        with pytest.raises(TypeError):
            ob.__class__ = m.Kind
    with pytest.raises(TypeError):
        Other.__bases__ = (m.Kind,)
    with pytest.raises(TypeError):
        m.Kind.__bases__ = (Other,)


def test_members_have_no_attributes_of_their_own():
    for name in ["x", "name", "value", "__dict__", "Cat"]:
        if name != "Cat":
            with pytest.raises(AttributeError):
                setattr(m.Kind.Cat, name, 1)
        with pytest.raises(AttributeError):
            delattr(m.Kind.Cat, name)


def test_what_python_code_does_to_the_class_s_namespace(dynamic):
    cls = dynamic.Dynamic
    a, b = cls.A, cls.B
    getattr(cls, "__entries").clear()
    assert list(cls.__members__) == ["A", "B"] and repr(a) == "<Dynamic.A: 0>"
    setattr(cls, "__entries", 17)
    cls.A, cls.B = b, "no member"
    assert cls.__members__ == {"A": a, "B": b} and dynamic_ext.dynamic_of(0) is a
    assert dynamic_ext.dynamic(cls.A) == 1 and cls.__doc__.endswith("B : the second")
    for name in ["A", "B", "__entries", "name", "value", "__init__", "__eq__", "__hash__", "__int__", "__members__", "__repr__"]:
        delattr(cls, name)
    dead = weakref.ref(b)
    del b
    gc.collect()
    assert dead() is not None, "native code still gives it out"
    assert dynamic_ext.dynamic(dynamic_ext.dynamic_of(1)) == 1 and dynamic_ext.dynamic(a) == 0
    empty = cls()
    refused(dynamic_ext.dynamic, empty)
    empty.__setstate__(1)
    assert dynamic_ext.dynamic(empty) == 1
    del a, empty
    cls.__int__ = lambda self: 99
    cls.__index__ = lambda self: 99
    assert dynamic_ext.dynamic(dynamic_ext.dynamic_of(1)) == 1


def test_a_class_whose_record_is_removed(dynamic):
    cls = dynamic.Dynamic
    a = cls.A
    del cls.__nb_enum__
    gc.collect()
    for call in [dynamic_ext.dynamic, repr, str, int, hash, copy.copy, lambda a: a == a, lambda a: a.name, lambda a: a.value]:
        with pytest.raises(TypeError):
            call(a)
    for call in [lambda: cls(1), lambda: cls.__members__, lambda: dynamic_ext.dynamic_of(0)]:
        with pytest.raises(TypeError):
            call()
    other = types.SimpleNamespace()
    dynamic_ext.bind_dynamic(other)
    refused(dynamic_ext.dynamic, a)
    with pytest.raises(TypeError):
        int(a)
    assert dynamic_ext.dynamic(other.Dynamic.A) == 0 and dynamic_ext.dynamic_of(0) is other.Dynamic.A
    other.__dict__.clear()


def test_a_dying_class_leaves_nothing_behind():
    scope = types.SimpleNamespace()
    for _ in range(5):
        dynamic_ext.bind_dynamic(scope)
        dead = weakref.ref(scope.Dynamic)
        member = dynamic_ext.dynamic_of(1)
        del scope.Dynamic
        gc.collect()
        assert dynamic_ext.dynamic(member) == 1 and member.name == "B", "a member keeps its class"
        del member
        gc.collect()
        assert dead() is None
        with pytest.raises(TypeError):
            dynamic_ext.dynamic_of(1)


def test_a_class_that_dies_while_a_number_is_read():
    scope = types.SimpleNamespace()

    class Index:
        def __init__(self, then):
            self.then = then

        def __index__(self):
            self.then()
            return 1

    def removes():
        del scope.Dynamic.__nb_enum__
        gc.collect()

    def rebinds():
        removes()
        dynamic_ext.bind_dynamic(scope)

    for then in [removes, rebinds]:
        dynamic_ext.bind_dynamic(scope)
        cls = scope.Dynamic
        with pytest.raises(TypeError):
            cls(Index(then))
    del cls
    scope.__dict__.clear()
    gc.collect()


def test_numbers_that_raise_or_fill_meanwhile():
    class Index:
        def __init__(self, then):
            self.then = then

        def __index__(self):
            return self.then()

    def fails():
        raise ZeroDivisionError

    def interrupts():
        raise KeyboardInterrupt

    kind = m.Kind.__new__(m.Kind)

    def fills():
        kind.__init__(0)
        return 5

    kind.__init__(Index(fills))
    assert kind == m.Kind.Cat
    assert "Invoked with: " in refused(m.Kind, Index(fails))
    for call in [m.Kind, m.Level.Low.__lt__, m.Kind.__new__(m.Kind).__setstate__]:
        with pytest.raises(KeyboardInterrupt):
            call(Index(interrupts))
    assert not m.Level.Low == Index(interrupts), "only an `int` is asked"
    refused(lambda: m.Level.Low | Index(fails))


def test_numbers_of_odd_classes():
    class Int(int):
        def __eq__(self, other):
            raise ZeroDivisionError

        __hash__ = int.__hash__

        def __index__(self):
            raise ZeroDivisionError

        __int__ = __index__

    assert m.Level.Low == Int(1) and m.Level(Int(2)) == m.Level.High and m.Level.Low | Int(2) == 3
    for big in [10**40, -(10**40), 2**127, -(2**127) - 1]:
        assert m.Level.Low != big
        refused(lambda: m.Level.Low < big)
        with pytest.raises((TypeError, ValueError)):
            m.Level(big)
    assert m.Level.Low < 2**126 and m.Level.Low > -(2**127)


def test_one_instance_is_filled_by_one_thread():
    for _ in range(50):
        empty, seen = m.Level.__new__(m.Level), []
        start = threading.Barrier(4)

        def fill(number):
            start.wait()
            empty.__init__(number)
            seen.append(int(empty) if empty.name != "???" else None)

        threads = [threading.Thread(target=fill, args=(1 + n % 2,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({number for number in seen if number is not None}) == 1
        assert int(empty) in (1, 2) and m.level(empty) == int(empty)


def test_classes_are_used_by_many_threads():
    failed = []

    def work():
        try:
            for n in range(2000):
                kind = m.Kind(5)
                assert kind == m.Kind.Dog and m.kind(kind) == 5 and hash(kind) == 5 and m.kind_of(5) is m.Kind.Dog
                assert m.Perm(7) | n % 8 == 7 and repr(m.Level.Low) == "<Level.Low: 1>"
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_references_are_counted():
    def all_uses():
        kind = m.Kind(5)
        kind == m.Kind.Dog, kind != 5, kind == None, m.kind(kind), m.kind_of(5), repr(kind), hash(kind)  # noqa: E711
        copy.copy(kind), m.Kind.__members__, m.Kind.__doc__, m.perm_of(6), m.kinds([kind, m.Kind.Cat])
        for wrong in [99, "x", None]:
            try:
                m.Kind(wrong)
            except (TypeError, ValueError):
                pass

    objects = [m.Kind, m.Kind.Dog, m.Kind.Cat, m.Perm]
    all_uses()
    gc.collect()
    before = [sys.getrefcount(x) for x in objects]
    for _ in range(100):
        all_uses()
    gc.collect()
    assert [sys.getrefcount(x) for x in objects] == before


def test_a_scope_that_interferes_while_a_class_is_bound():
    class Scope:
        def __setattr__(self, name, value):
            object.__setattr__(self, name, value)
            if not entered:
                entered.append(name)
                dynamic_ext.bind_dynamic(types.SimpleNamespace())

    entered = []
    scope = Scope()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ImportError, match='Dynamic: element "A" already exists!'):
            dynamic_ext.bind_dynamic(scope)
    assert dynamic_ext.dynamic(scope.Dynamic.B) == 1 and len(scope.Dynamic.__members__) == 2
    del scope.Dynamic
    gc.collect()


def test_a_member_s_entry_that_cannot_be_made():
    """The record has the member, whatever becomes of what is shown of it."""
    scope = types.SimpleNamespace()
    dynamic_ext.bind_dynamic(scope)
    setattr(scope.Dynamic, "__entries", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dynamic_ext.bind_dynamic(scope)
    assert list(scope.Dynamic.__members__) == ["A", "B"]
    scope.__dict__.clear()
    gc.collect()


def test_a_module_that_is_imported_again():
    script = f"""
import sys, warnings
warnings.simplefilter("ignore")
import {m.__name__} as first
del sys.modules["{m.__name__}"]
import {m.__name__} as second
assert first is not second and first.Kind is second.Kind
assert second.Kind.__eq__.__doc__ == first.Kind.__eq__.__doc__ and len(second.Kind.__members__) == 4
assert second.kind(first.Kind.Dog) == 5 and second.Cat is first.Cat and second.X is first.X
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


def test_methods_that_are_replaced():
    """What CPython calls is the class's affair; what native code takes is not."""
    scope = types.SimpleNamespace()
    dynamic_ext.bind_dynamic(scope)
    cls = scope.Dynamic
    cls.__new__ = lambda cls, *args: object.__new__(cls)
    made = cls(1)
    assert dynamic_ext.dynamic(made) == 1
    empty = object.__new__(cls)
    refused(dynamic_ext.dynamic, empty)
    cls.__init__ = lambda self, *args: None
    refused(dynamic_ext.dynamic, cls(1))
    cls.__eq__ = lambda self, other: True
    cls.__hash__ = None
    assert dynamic_ext.dynamic(cls.A) == 0 and dynamic_ext.dynamic_of(1) is cls.B
    ended = []
    cls.__del__ = lambda self: ended.append(self)
    del made, empty, cls
    scope.__dict__.clear()
    gc.collect()
    saved = {dynamic_ext.dynamic(ob) for ob in ended if ob.name != "???"}
    assert saved == {0, 1}, "finalizers have saved the members, and so the class"
    dead = weakref.ref(type(ended[0]))
    ended.clear()
    gc.collect()
    assert dead() is None
