"""Inheritance: bound bases, Python subclasses, metaclasses."""

import copy
import gc
import pickle
import re
import weakref

import pytest
import test_classes_ext as m
from refusals import raised, refusal


@pytest.mark.row("cls-07", "cls-03")
def test_bound_subclass_inherits():
    puppy = m.Puppy("Bit")
    assert issubclass(m.Puppy, m.Dog) and isinstance(puppy, m.Dog) and m.Whelp.__mro__[1:3] == (m.Puppy, m.Dog)
    assert (puppy.name, puppy.age, puppy.bark()) == ("Bit", 0, "Bit: woof!")
    puppy.age = 5
    assert puppy.years == 5
    assert puppy.learn("sit") == 1
    whelp = m.Whelp("Tiny")
    whelp.name = "Small"
    assert whelp.bark() == "Small: woof!" and whelp.learn("roll") == 1
    assert raised(TypeError, m.Puppy.learn, m.Dog("x"), "sit") == (
        "descriptor 'learn' for 'Puppy' objects doesn't apply to a 'Dog' object"
    )


@pytest.mark.row("cls-10")
def test_functions_accept_derived_instances_by_reference():
    for derived in [m.Puppy("a"), m.Whelp("a"), type("Sub", (m.Whelp,), {})("a")]:
        m.rename(derived, "b")
        assert derived.name == "b"
        dog = m.Dog("c", 9)
        m.swap(derived, dog)
        assert (derived.name, derived.age, dog.name, dog.age) == ("c", 9, "b", 0)
        assert m.pick(derived, dog, True) is not dog


@pytest.mark.row("cls-11")
def test_no_downcast():
    dog = m.downcast()
    assert type(dog) is m.Dog
    assert raised(AttributeError, lambda: dog.learn) == "'Dog' object has no attribute 'learn'"


@pytest.mark.row("fn-44")
def test_derived_class_hides_base_overloads():
    assert m.Over().ov("x") == "str x"
    child = m.OverChild()
    assert child.ov(1) == "child 1"
    assert raised(TypeError, child.ov, "x") == refusal(["ov(self, arg: int, /) -> str"], "test_classes_ext.OverChild, str")


@pytest.mark.row("port-41", "api-clsann-1", "CLS-42")
def test_several_bound_bases_and_none_are_refused():
    class Mixin:
        pass

    class One(m.Dog):
        pass

    class Other(m.Dog):
        pass

    class Told(m.Dog):
        told = []

        def __init_subclass__(cls):
            Told.told.append(cls)

    collected = gc.isenabled()
    gc.disable()
    before = [cls.__subclasses__() for cls in [m.Dog, m.Toy, m.Puppy, m.Fin, Mixin, One, Other, Told]]
    with pytest.raises(TypeError, match="multiple bases have instance lay-out conflict"):
        type("Two", (m.Dog, m.Toy), {})
    assert raised(TypeError, type(m.Dog), "Foreign", (Mixin,), {}) == (
        "nanobind: the 'nb_type' metaclass requires a nanobind base type!"
    )
    assert raised(TypeError, type(m.Fin), "Sub", (m.Fin,), {}) == (
        "The type 'test_classes_ext.Fin' prohibits subclassing!"
    )
    raised(TypeError, type.__new__, type(m.Dog), "Sub", (m.Dog,), {})
    # Related classes, whose values would fit into one object.
    for bases in [(m.Puppy, m.Dog), (One, Other), (One, m.Puppy, Mixin), (Told, Other), (Mixin, Told, One)]:
        assert raised(TypeError, type(m.Dog), "Refused", bases, {}) == (
            "nanobind: multiple nanobind bases are not supported!"
        )
    mistakes = [([m.Dog], {}), ((m.Dog, 5), {}), ((5,), {}), ((m.Dog,), 5)]
    for arguments in [(5, (m.Dog,), {}), *(("Sub", *rest) for rest in mistakes)]:
        with pytest.raises((TypeError, RuntimeError)):
            type(m.Dog)(*arguments)
    # Nothing was made that the collector would have to remove, and no code of a base has seen a class.
    assert [cls.__subclasses__() for cls in [m.Dog, m.Toy, m.Puppy, m.Fin, Mixin, One, Other, Told]] == before
    assert Told.told == []
    if collected:
        gc.enable()


@pytest.mark.row("port-45")
def test_python_metaclasses_are_refused():
    class Meta(type):
        pass

    before = m.Dog.__subclasses__()
    conflict = (
        "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of "
        "all its bases"
    )
    with pytest.raises(TypeError) as caught:

        class Sub(m.Dog, metaclass=Meta):
            pass

    assert str(caught.value) == conflict
    assert raised(TypeError, Meta, "Sub", (m.Dog,), {}) == conflict
    # Nor can the metaclass of bound classes be extended.
    with pytest.raises(TypeError, match="is not an acceptable base type"):
        type("Meta", (type(m.Dog),), {})
    gc.collect()
    assert m.Dog.__subclasses__() == before


@pytest.mark.row("cls-33")
def test_python_subclasses_have_dict_and_weakrefs():
    class Sub(m.Dog):
        def __init__(self, name):
            super().__init__(name + "!", 9)
            self.extra = 1

        def bark(self):
            return "S" + super().bark()

    sub = Sub("a")
    assert (sub.bark(), sub.extra, sub.age, vars(sub)) == ("Sa!: woof!", 1, 9, {"extra": 1})
    assert weakref.ref(sub)() is sub
    with pytest.raises(TypeError, match=re.escape("The type 'test_classes_ext.Fin' prohibits subclassing!")):
        type("Sub", (m.Fin,), {})


@pytest.mark.row("CLS-08")
def test_python_subclasses_of_weak_referenceable_class_survive_the_collector():
    class Slotted(m.Weak):
        __slots__ = ("a", "b")

    class Deep(Slotted):
        pass

    class SlottedDeep(Deep):
        __slots__ = ("c",)

    for cls in [Slotted, Deep, SlottedDeep, type("D", (m.WeakChild,), {"__slots__": ("a",)})]:
        made = cls()
        made.a = made
        dead = []
        ref = weakref.ref(made, dead.append)
        gc.collect()
        assert ref() is made
        made.a = None
        del made
        assert ref() is None and len(dead) == 1
        cyclic = cls()
        cyclic.a = cyclic
        ref = weakref.ref(cyclic)
        del cyclic
        gc.collect()
        assert ref() is None


def test_cycles_through_python_subclasses_are_collected():
    class Sub(m.Dog):
        pass

    class Slotted(m.Puppy):
        __slots__ = ("me", "__weakref__")

    for cls in [Sub, type("Deep", (Sub,), {}), Slotted]:
        made = cls("a")
        made.me = made
        ref = weakref.ref(made)
        del made
        gc.collect()
        assert ref() is None


@pytest.mark.row("LIV-07")
def test_class_assignment_between_native_classes_is_refused():
    def sub(base):
        return type("Sub", (base,), {"__init__": lambda self: None})

    def slotted(base):
        return type("Sub", (base,), {"__slots__": (), "__init__": lambda self: None})

    classes = [m.Toy, m.Brick, m.Dog, m.Puppy, m.Whelp, m.Dyn, m.DynChild, m.Weak, m.WeakChild, m.Both, m.Token]
    for make in [lambda c: c, sub, slotted]:
        for a in classes:
            for b in classes:
                if a is b:
                    continue
                source = make(a)
                instance = source.__new__(source)
                with pytest.raises(TypeError):
                    instance.__class__ = make(b)
                with pytest.raises(TypeError):
                    instance.__class__ = b
                assert type(instance) is source

    class One(m.Dog):
        pass

    class Two(m.Dog):
        def bark(self):
            return "two"

    dog = One("a")
    dog.__class__ = Two
    assert dog.bark() == "two" and dog.name == "a"


@pytest.mark.row("LIV-06")
def test_init_and_new_can_be_replaced_deleted_and_restored():
    orig = m.Puppy.__init__

    class Sub(m.Puppy):
        pass

    def shouting(self, name):
        orig(self, name.upper())

    try:
        m.Puppy.__init__ = shouting
        assert m.Puppy("q").name == "Q" and Sub("q").name == "Q"
        del m.Puppy.__init__
        gc.collect()
        # The inherited constructor is that of another class.
        raised(TypeError, m.Puppy, "z")
        raised(TypeError, Sub, "z")
        m.Puppy.__init__ = orig
        assert m.Puppy("back").name == "back" and Sub("back").name == "back"
    finally:
        m.Puppy.__init__ = orig

    dog_init = m.Dog.__init__
    try:
        m.Dog.__init__ = lambda self, *args: dog_init(self, "replaced")
        assert m.Dog("x").name == "replaced"
        assert type("S", (m.Dog,), {})().name == "replaced"
        assert m.Puppy("x").name == "x"
        del m.Dog.__init__
        gc.collect()
        made = m.Dog()
        with pytest.warns(RuntimeWarning, match="uninitialized"):
            raised(TypeError, made.bark)
    finally:
        m.Dog.__init__ = dog_init
    assert m.Dog("again").name == "again"

    new = vars(m.Dog)["__new__"]
    single = m.Dog("single")
    try:
        m.Dog.__new__ = lambda cls, *args: new(cls)
        assert m.Dog("n").name == "n"
        m.Dog.__new__ = lambda cls, *args: 3
        assert m.Dog("n") == 3
        m.Dog.__new__ = lambda cls, *args: single
        with pytest.warns(RuntimeWarning, match="already-initialized"):
            raised(TypeError, m.Dog, "n")
        del m.Dog.__new__
        gc.collect()
        try:
            assert type(m.Dog("n")) is m.Dog
        except TypeError:
            pass
    finally:
        m.Dog.__new__ = new
    assert m.Dog("again").name == "again" and single.name == "single"
    with pytest.raises(TypeError):
        type.__setattr__(m.Dog, "__init__", shouting)


@pytest.mark.row("LIV-05")
def test_internal_types_cannot_be_instantiated():
    internal = {type(m.swap), type(m.Dog.bark), type(m.Dog("a").bark), type(vars(m.Kinds)["static_ro"])}
    for cls in internal:
        if cls.__module__ == "builtins" or issubclass(cls, property):
            continue
        for make in [cls, lambda c=cls: cls(m.Dog.bark), lambda c=cls: object.__new__(c)]:
            raised(TypeError, make)
    dog = m.Dog("a")
    assert copy.copy(m.swap) is m.swap
    assert pickle.loads(pickle.dumps(m.swap)) is m.swap
    assert dog.bark.__name__ == "bark"


@pytest.mark.row("CLS-34")
def test_internal_types_are_immutable():
    static_property = type(vars(m.Kinds)["static_ro"])
    for cls in [type(m.swap), type(m.Dog.bark), type(m.Dog), static_property]:
        with pytest.raises(TypeError):
            cls.anything = 1
        with pytest.raises(TypeError):
            type("Sub", (cls,), {})
