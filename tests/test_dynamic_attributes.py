"""Instances with a `__dict__`, with weak references, and of final classes."""

import gc
import sys
import sysconfig
import weakref

import pytest
import test_classes_ext as m
from refusals import raised


@pytest.mark.row("cls-28")
def test_no_dynamic_attributes_by_default():
    dog = m.Dog("a")
    text = raised(AttributeError, setattr, dog, "agee", 3)
    assert text.startswith("'Dog' object has no attribute 'agee'")
    assert not hasattr(dog, "__dict__")
    m.Dog.anything = 5
    try:
        assert dog.anything == 5
    finally:
        del m.Dog.anything


@pytest.mark.row("cls-29", "CLS-03", "api-clsann-2")
def test_dynamic_attributes_are_opt_in_and_inherited():
    for obj in [m.Dyn(4), m.DynChild(4), m.Both()]:
        obj.other = 7
        assert obj.other == 7 and vars(obj) == {"other": 7}
        obj.__dict__ = {"x": 1}
        assert obj.x == 1 and not hasattr(obj, "other")
        del obj.x
        raised(AttributeError, lambda: obj.x)
        with pytest.raises(TypeError):
            obj.__dict__ = 3
        obj.__dict__ = {}
    for obj in [m.Dyn(4), m.DynChild(4)]:
        obj.value = 9
        assert obj.value == 9 and vars(obj) == {}
    with pytest.raises(AttributeError):
        m.Toy(1).other = 3


@pytest.mark.row("api-clsann-3")
def test_weak_references_are_opt_in_and_inherited():
    for cls in (m.Weak, m.WeakChild):
        obj, dead = cls(), []
        ref = weakref.ref(obj, dead.append)
        assert ref() is obj and weakref.getweakrefs(obj) == [ref] and not hasattr(obj, "__dict__")
        del obj
        assert ref() is None and dead == [ref]
    for make in (lambda: m.Dog("a"), lambda: m.Dyn(1)):
        with pytest.raises(TypeError, match="cannot create weak reference to"):
            weakref.ref(make())


@pytest.mark.row("cls-30", "CLS-04")
def test_cycles_through_the_instance_dict_are_collected():
    assert m.Dyn.__basicsize__ == m.Toy.__basicsize__ + 8
    for cls in [m.Dyn, m.DynChild, type("Sub", (m.DynChild,), {}), type("Slot", (m.Dyn,), {"__slots__": ("s",)})]:
        class Canary:
            pass

        obj = cls(1)
        assert gc.is_tracked(obj)
        obj.me, obj.canary = obj, Canary()
        ref = weakref.ref(obj.canary)
        del obj
        gc.collect()
        assert ref() is None
    # Without the GIL the collector's header is a part of every object.
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        assert not gc.is_tracked(m.Over()) and not gc.is_tracked(m.Fin())


def test_instances_of_a_class_that_is_being_made():
    made = []

    class Registry(m.Dog):
        def __init_subclass__(cls):
            empty = cls.__new__(cls)
            made.append((cls("early", 3), type(empty) is cls))

    class Late(Registry):
        def extra(self):
            return self.age

    class Derives(m.Dog):
        def __init_subclass__(cls):
            # A class below one that is being made, of which the latter knows nothing yet.
            if cls.__name__ == "Outer":
                made.append(type("Below", (cls,), {}))

    class Outer(Derives):
        pass

    below = made.pop()
    assert below.__bases__ == (Outer,) and below("low", 2).bark() == "low: woof!" and Outer("out").age == 3
    early, empty_was_made = made.pop()
    assert empty_was_made and type(early) is Late
    assert (early.bark(), early.extra(), Late("late", 4).extra()) == ("early: woof!", 3, 4)


@pytest.mark.row("CLS-41")
def test_a_class_whose_metaclass_initialiser_has_not_run():
    """The metaclass's `__new__` alone makes a complete class. CPython refuses to skip that as well."""
    meta = type(m.Dog)
    Sub = meta.__new__(meta, "Sub", (m.Dog,), {"twice": lambda self: 2 * self.age})
    sub = Sub("Rex", 4)
    assert type(sub) is Sub and (sub.bark(), sub.twice()) == ("Rex: woof!", 8)
    sub.extra = 1
    Sub.shared = 2
    assert (sub.extra, sub.shared, m.age_after(sub, 1), m.same(sub, sub)) == (1, 2, 5, True)
    Deeper = meta.__new__(meta, "Deeper", (Sub,), {})
    assert Deeper("Bo", 2).twice() == 4 and isinstance(Deeper("Bo"), m.Dog)
    assert raised(TypeError, type.__new__, meta, "Refused", (m.Dog,), {}).startswith("type.__new__(nanobind.nb_type) is not safe")
    assert raised(TypeError, meta.__new__, meta, "Refused", (m.Fin,), {}).endswith("prohibits subclassing!")


def test_callback_of_a_dying_child_gets_a_new_child():
    owner, seen = m.WeakChild(), []
    child = owner.base
    watch = weakref.ref(child, lambda _: seen.append(owner.base))
    del child
    assert watch() is None
    others = [m.Weak() for _ in range(100)]
    again = owner.base
    assert again is seen[0]
    assert all(other is not again for other in others)
    del others, again
    count = sys.getrefcount(seen[0])
    assert count == 2


@pytest.mark.row("CLS-49")
def test_every_combination_of_dict_weakrefs_and_subclass_is_freed_by_its_allocator():
    for cls in [m.Toy, m.Dyn, m.DynChild, m.Weak, m.WeakChild, m.Both, m.Dog, m.Puppy, m.Whelp]:
        subs = [cls]
        for base in [cls, type("Empty", (cls,), {"__slots__": ()})]:
            subs += [type("Sub", (base,), {}), type("Slots", (base,), {"__slots__": ("a",)})]
        for sub in subs:
            for _ in range(50):
                sub.__new__(sub)
        args = {m.Toy: (1,), m.Dyn: (1,), m.DynChild: (1,), m.Dog: ("a",), m.Puppy: ("a",), m.Whelp: ("a",)}
        for sub in subs:
            for _ in range(50):
                sub(*args.get(cls, ()))
    gc.collect()


@pytest.mark.row("cls-31")
def test_no_weakrefs_by_default():
    assert raised(TypeError, weakref.ref, m.Dog("a")) == "cannot create weak reference to 'Dog' object"


@pytest.mark.row("cls-32", "CLS-07")
def test_weakrefs_are_opt_in():
    for cls in [m.Weak, m.WeakChild, m.Both]:
        obj, dead = cls(), []
        ref = weakref.ref(obj, dead.append)
        assert ref() is obj
        del obj
        assert ref() is None and dead == [ref]
    raised(TypeError, weakref.ref, m.Toy(1))
    assert m.Weak.__basicsize__ == object.__basicsize__ + 24

    class Sub(m.Toy):
        pass

    sub = Sub(1)
    assert weakref.ref(sub)() is sub
