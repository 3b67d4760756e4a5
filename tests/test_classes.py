"""Bound classes: construction, members, inheritance, layout, borrow rules, Python subclasses."""

import copy
import functools
import gc
import importlib.machinery
import importlib.util
import pickle
import re
import sys
import sysconfig
import threading
import warnings
import weakref

import pytest
import test_classes_ext as m
from refusals import raised

SELF_BUSY = r"(being modified|being read) by a call that has not finished yet"


def mismatch(function, *lines, given):
    """nanobind's text for arguments that fit no overload."""
    listed = "".join(f"    {n}. {line}\n" for n, line in enumerate(lines, 1))
    return (
        f"{function}(): incompatible function arguments. The following argument types are supported:\n"
        f"{listed}\nInvoked with types: {given}"
    )


# Construction -----------------------------------------------------------------------------------------------------


@pytest.mark.row("first-15")
def test_class_without_constructor_cannot_be_made():
    assert raised(TypeError, m.Blank) == "test_classes_ext.Blank: no constructor defined!"
    assert raised(TypeError, m.Blank, 1, x=2) == "test_classes_ext.Blank: no constructor defined!"
    assert [name for name in vars(m.Blank) if not name.startswith("__")] == []

    class Sub(m.Blank):
        pass

    assert raised(TypeError, Sub).endswith("Sub: no constructor defined!")


@pytest.mark.row("first-16", "cls-17", "api-class-4", "api-class-26")
def test_each_init_adds_a_constructor():
    assert m.Made().how == "default"
    assert m.Made(3).how == "int:3"
    assert m.Made("x").how == "create:x"
    assert raised(TypeError, m.Dog, 1.5) == mismatch(
        "__init__",
        "__init__(self, name: str, age: int = 3) -> None",
        "__init__(self, other: test_classes_ext.Dog) -> None",
        given="test_classes_ext.Dog, float",
    )


@pytest.mark.row("CLS-09")
def test_all_ways_to_call_a_class_agree():
    expected = ("Rex", 4)
    made = [
        m.Dog("Rex", 4),
        m.Dog(name="Rex", age=4),
        m.Dog("Rex", age=4),
        m.Dog(*("Rex", 4)),
        m.Dog(**{"name": "Rex", "age": 4}),
        functools.partial(m.Dog, "Rex")(age=4),
        functools.partial(m.Dog, age=4)("Rex"),
        *map(m.Dog, ["Rex"], [4]),
        type.__call__(m.Dog, "Rex", 4),
    ]
    assert [(d.name, d.age) for d in made] == [expected] * len(made)
    assert m.Dog("Rex").age == 3
    for bad in [lambda: m.Dog("Rex", agee=4), lambda: m.Dog("Rex", 4, age=4), lambda: m.Dog("Rex", 4, 5)]:
        raised(TypeError, bad)


@pytest.mark.row("port-22")
def test_factory_as_constructor():
    assert m.Made("tag").how == "create:tag"
    assert m.Made(2.5).how == "box:2.5"


@pytest.mark.row("DSP-09")
def test_self_given_by_keyword_is_refused_or_used():
    dog = m.Dog.__new__(m.Dog)
    assert m.Dog.__init__(self=dog, name="a") is None and dog.name == "a"
    for kwargs in [{}, {"name": 1}, {"other": m.Dog("a"), "more": 1}]:
        dog = m.Dog.__new__(m.Dog)
        raised(TypeError, m.Dog.__init__, self=dog, **kwargs)
        with pytest.warns(RuntimeWarning, match="uninitialized"):
            raised(TypeError, dog.bark)
        dog.__init__("later")
        assert dog.name == "later"


@pytest.mark.row("cls-47", "CLS-22")
def test_use_before_construction_warns_and_raises():
    class Forgetful(m.Dog):
        def __init__(self):
            pass

    for dog in [Forgetful(), m.Dog.__new__(m.Dog)]:
        name = f"{type(dog).__module__}.{type(dog).__name__}"
        with pytest.warns(RuntimeWarning) as seen:
            text = raised(TypeError, dog.bark)
        assert {str(w.message) for w in seen} == {
            f"nanobind: attempted to access an uninitialized instance of type '{name}'!\n"
        }
        assert text == mismatch("bark", "bark(self) -> str", given=name)
        for use in [lambda: dog.age, lambda: setattr(dog, "age", 3), lambda: m.swap(dog, m.Dog("x")), lambda: repr(dog)]:
            with pytest.warns(RuntimeWarning, match="uninitialized"):
                raised(TypeError, use)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            raised(RuntimeWarning, dog.bark)


@pytest.mark.row("cls-48")
def test_second_construction_warns_and_keeps_the_value():
    dog = m.Dog("first", 1)
    with pytest.warns(RuntimeWarning) as seen:
        raised(TypeError, dog.__init__, "second", 2)
    assert "nanobind: attempted to initialize an already-initialized instance of type 'test_classes_ext.Dog'!\n" in {
        str(w.message) for w in seen
    }
    assert (dog.name, dog.age) == ("first", 1)


@pytest.mark.row("api-class-27")
def test_failed_construction_leaves_an_instance_that_can_be_constructed():
    made = m.Made.__new__(m.Made)
    assert raised(ValueError, made.__init__, -1) == "negative"
    assert "not a number" in str(pytest.raises(RuntimeError, made.__init__, float("nan")).value)
    assert raised(ValueError, made.__init__, "tag", True) == "no slot for tag"
    made.__init__(1)
    assert made.how == "int:1"


def test_constructor_of_another_class_is_refused():
    puppy = m.Puppy.__new__(m.Puppy)
    raised(TypeError, m.Dog.__init__, puppy, "x")
    raised(TypeError, m.Puppy.__init__, m.Dog.__new__(m.Dog), "x")
    raised(TypeError, m.Dog.__init__, 3, "x")
    new = "test_classes_ext.Dog.__new__"
    assert raised(TypeError, m.Dog.__new__) == f"{new}(): not enough arguments: pass the class to make an instance of"
    assert raised(TypeError, m.Dog.__new__, int) == f"{new}(int): int is not a subtype of test_classes_ext.Dog"
    assert raised(TypeError, m.Dog.__new__, 3) == f"{new}(int): int is not a subtype of test_classes_ext.Dog"
    raised(TypeError, m.Puppy.__new__, m.Dog)
    raised(TypeError, object.__new__, m.Dog)
    puppy.__init__("x")
    assert puppy.bark() == "x: woof!"


@pytest.mark.row("DSP-46")
def test_a_constructor_checks_its_receiver_unless_the_class_was_called():
    class Sub(m.Dog):
        def __init__(self, name, receiver=None):
            # Through `super()` and by hand the same.
            if receiver is None:
                super().__init__(name)
            else:
                m.Dog.__init__(receiver, name)

    assert Sub("a").bark() == "a: woof!"
    toy = m.Toy(1)
    for other in (toy, m.Dog, Sub, object(), "self", 3):
        with pytest.raises(TypeError, match="incompatible function arguments"):
            m.Dog.__init__(other, "x")
        with pytest.raises(TypeError, match="incompatible function arguments"):
            Sub("x", other)
        with pytest.raises(TypeError):
            super(Sub, Sub).__init__(other, "x")
    assert toy.squeaks == 1
    # Also from inside a construction that the class has begun.
    done = m.Dog("done")
    with pytest.warns(RuntimeWarning, match="already-initialized"), pytest.raises(TypeError):
        Sub("x", done)
    assert done.name == "done"
    half = m.Dog.__new__(m.Dog)
    # Constructing another object does not construct this one.
    whole = Sub("x", half)
    assert half.name == "x"
    with pytest.warns(RuntimeWarning, match="uninitialized"), pytest.raises(TypeError):
        whole.bark()


def test_copy_and_pickle_do_not_make_half_objects():
    dog = m.Dog("a")
    for copier in [copy.copy, copy.deepcopy, pickle.dumps]:
        raised(TypeError, copier, dog)


# Members ----------------------------------------------------------------------------------------------------------


@pytest.mark.row("first-17", "cls-01")
def test_methods():
    assert m.Dog("Max").bark() == "Max: woof!"
    assert m.Dog.bark(m.Dog("Max")) == "Max: woof!"


@pytest.mark.row("first-18")
def test_writable_field():
    dog = m.Dog("Max")
    dog.name = "Charlie"
    assert dog.bark() == "Charlie: woof!"
    raised(TypeError, setattr, dog, "name", 3)
    assert dog.name == "Charlie"
    with pytest.raises(AttributeError, match="deleter|can't delete"):
        del dog.name


@pytest.mark.row("first-19")
def test_texts_round_trip():
    for text in ["", "ä€𝄞", "a\0b", "x" * 10000]:
        dog = m.Dog(text)
        assert dog.name == text
        dog.name = text + "!"
        assert dog.name == text + "!"
    assert "incompatible function arguments" in raised(TypeError, m.Dog, 3)
    assert "incompatible function arguments" in raised(TypeError, m.Dog, b"x")
    assert "incompatible function arguments" in raised(TypeError, m.Dog, "\ud800")


@pytest.mark.row("first-20")
def test_default_repr():
    assert re.fullmatch(r"<test_classes_ext\.Outer object at 0x[0-9a-f]+>", repr(m.Outer()))


@pytest.mark.row("api-class-8", "api-class-9", "api-class-10", "api-class-11", "api-class-12")
def test_member_kinds():
    kinds = m.Kinds()
    assert (kinds.ro, kinds.rw, kinds.prop_ro, kinds.prop_rw) == (7, 7, 8, 7)
    assert m.Kinds(value=3).ro == 3
    assert (kinds.method(), kinds.method(3), kinds.method(by=4)) == (14, 21, 28)
    assert (m.Kinds.static_(), kinds.static_(2), m.Kinds.static_(x=5)) == (2, 3, 6)
    kinds.rw = 10
    assert kinds.ro == 10
    kinds.prop_rw = 11
    assert kinds.ro == 11
    for name in ["ro", "prop_ro"]:
        with pytest.raises(AttributeError):
            setattr(kinds, name, 1)
    docs = {
        "method": "method(self, by: int = 2) -> int\n\nA method",
        "static_": "static_(x: int = 1) -> int\n\nA static method",
        "ro": "A read-only field",
        "rw": "A field",
        "prop_ro": "A read-only property",
        "prop_rw": "A property",
    }
    assert {name: getattr(m.Kinds, name).__doc__ for name in docs} == docs
    assert m.Kinds.__init__.__doc__ == "__init__(self, value: int = 7) -> None\n\nMakes one"
    assert vars(m.Kinds)["static_ro"].__doc__ == "A static value"
    assert vars(m.Kinds)["static_rw"].__doc__ == "A static property"


@pytest.mark.row("cls-02")
def test_properties():
    dog = m.Dog("Max", 4)
    assert dog.years == 4
    dog.years = 5
    assert dog.age == 5
    assert dog.shout == "MAX"
    with pytest.raises(AttributeError, match="setter|can't set"):
        dog.shout = "x"
    assert (m.Dog.years.__doc__, m.Dog.shout.__doc__) == ("Years", "Loud name")
    assert isinstance(m.Dog.years, property) and m.Dog.years.fset is not None and m.Dog.shout.fset is None


def test_read_only_field_refuses():
    dog = m.Dog("Max", 4)
    assert dog.legs == 4 and m.Dog.legs.__doc__ == "How many"
    with pytest.raises(AttributeError, match="setter|can't set"):
        dog.legs = 3


@pytest.mark.row("cls-05", "api-class-15", "api-class-16")
def test_static_properties_read_and_write_through_class_and_instance():
    m.Kinds.static_rw = 5
    assert (m.Kinds.static_rw, m.Kinds().static_rw, m.Kinds.static_ro) == (5, 5, 5)
    kinds = m.Kinds()
    kinds.static_rw = 6
    assert m.Kinds.static_ro == 6
    for target in [m.Kinds, kinds]:
        with pytest.raises(AttributeError):
            target.static_ro = 3
    raised(TypeError, setattr, m.Kinds, "static_rw", "x")
    assert m.Kinds.static_ro == 6
    assert m.Kinds.whoami is m.Kinds and kinds.whoami is m.Kinds

    class Sub(m.Kinds):
        pass

    assert Sub.whoami is Sub and Sub().whoami is Sub
    Sub.static_rw = 9
    assert m.Kinds.static_rw == 9 and "static_rw" not in vars(Sub)


@pytest.mark.row("CLS-17")
def test_static_property_cannot_be_deleted():
    class Sub(m.Kinds):
        pass

    for target in [m.Kinds, m.Kinds(), Sub, Sub()]:
        for name in ["static_ro", "static_rw"]:
            with pytest.raises(AttributeError):
                delattr(target, name)
    assert m.Kinds.static_rw == m.Kinds.static_ro


@pytest.mark.row("CLS-16", "CLS-18")
def test_static_properties_can_be_overridden():
    m.Kinds.static_rw = 4
    assert (m.KindsChild.static_ro, m.KindsChild.static_rw, m.Kinds.static_ro) == (-1, -4, 4)
    m.KindsChild.static_rw = 6
    assert (m.Kinds.static_rw, m.KindsChild.static_rw) == (-6, 6)
    static_property = type(vars(m.Kinds)["static_ro"])

    class Sub(m.Kinds):
        static_ro = static_property(lambda cls: cls.__name__)
        static_rw = 5

    assert (Sub.static_ro, Sub().static_ro, Sub.static_rw, m.Kinds.static_ro) == ("Sub", "Sub", 5, -6)
    Sub.static_rw = 7
    assert (Sub.static_rw, m.Kinds.static_rw) == (7, -6)
    m.Kinds.static_rw = 1

    class Empty(m.Kinds):
        static_ro = static_property()

    raised(TypeError, lambda: Empty.static_ro)


@pytest.mark.row("cls-06")
def test_static_methods():
    assert m.Dog.create().name == "Stray"
    assert m.Dog("x").create().name == "Stray"


@pytest.mark.row("cls-14", "api-class-3")
def test_overloaded_methods():
    dog = m.Dog("a")
    dog.set(9)
    dog.set("b")
    assert (dog.age, dog.name) == (9, "b")
    assert raised(TypeError, dog.set, 1.5) == mismatch(
        "set", "set(self, arg: int, /) -> None", "set(self, arg: str, /) -> None", given="test_classes_ext.Dog, float"
    )


@pytest.mark.row("cls-18")
def test_docstrings_of_overloads():
    def sigs(name):
        return f"{name}(self, arg: int, /) -> None", f"{name}(self, arg: str, /) -> None"

    one, two = sigs("set")
    assert m.Dog.set.__doc__ == f"{one}\n{two}"
    one, two = sigs("some_docs")
    assert m.Over.some_docs.__doc__ == (
        f"{one}\n{two}\n\nOverloaded function.\n\n1. ``{one}``\n\nTakes a number\n\n2. ``{two}``\n"
    )
    one, two = sigs("all_docs")
    assert m.Over.all_docs.__doc__ == (
        f"{one}\n{two}\n\nOverloaded function.\n\n1. ``{one}``\n\nTakes a number\n\n2. ``{two}``\n\nTakes a text"
    )
    one, two = sigs("one_doc")
    assert m.Over.one_doc.__doc__ == f"{one}\n{two}\n\nTakes anything"
    one, two = sigs("empty_doc")
    assert m.Over.empty_doc.__doc__ == f"{one}\n{two}"


@pytest.mark.row("cls-19")
def test_nested_class():
    assert m.Outer.Inner.__qualname__ == "Outer.Inner"
    assert m.Outer.Inner.__module__ == "test_classes_ext"
    assert not hasattr(m, "Inner")
    assert pickle.loads(pickle.dumps(m.Outer.Inner)) is m.Outer.Inner
    assert m.Outer.Inner(4).depth == 4
    dog = m.Dog("a")
    dog.toy.squeaks = 3
    dog.toy.squeaks += 2
    assert dog.toy.squeaks == 5


@pytest.mark.row("CLS-02", "CLS-47")
def test_names_and_offsets_of_classes():
    for cls, name in [(m.Dog, "Dog"), (m.Outer.Inner, "Outer.Inner"), (m.Both, "Both")]:
        assert (cls.__module__, cls.__qualname__, cls.__name__) == ("test_classes_ext", name, name.rpartition(".")[2])
    assert (m.Dog.__dictoffset__, m.Dog.__weakrefoffset__) == (0, 0)
    end = m.Both.__basicsize__
    assert (m.Both.__dictoffset__, m.Both.__weakrefoffset__) == (end - 16, end - 8)
    assert (m.Dyn.__dictoffset__, m.DynChild.__dictoffset__) == (m.Dyn.__basicsize__ - 8, m.DynChild.__basicsize__ - 8)
    subs = [type("Sub", (cls,), {}) for cls in (m.Dog, m.Dyn, m.DynChild, m.Weak, m.Both)]
    assert all(isinstance(sub.__dictoffset__, int) for sub in subs)
    del subs
    gc.collect()
    assert vars(m.Kinds)["static_ro"].__doc__ == "A static value"


@pytest.mark.row("api-class-2")
def test_class_docstring_and_metaclass():
    assert m.Dog.__doc__ == "A dog" and m.Blank.__doc__ is None
    assert type(m.Dog).__name__ == "nb_type"
    raised(TypeError, type(m.Dog), "X", (), {})
    raised(TypeError, type(m.Dog), "X", (int,), {})


def test_classes_bound_in_generic_functions_and_loops():
    looped = m.Looped1()
    assert [looped.one(), looped.two(), looped.three(), m.Looped0().n()] == ["one", "two", "three", 0]


def test_type_of_another_crate():
    total = m.Duration(1500) + m.Duration(2)
    assert type(total) is m.Duration and total.as_millis() == 1502
    with pytest.raises(TypeError):
        m.Duration(1) + 1


# Inheritance ------------------------------------------------------------------------------------------------------


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
    assert raised(TypeError, child.ov, "x") == mismatch(
        "ov", "ov(self, arg: int, /) -> str", given="test_classes_ext.OverChild, str"
    )


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


# Attributes, weak references, finality -----------------------------------------------------------------------------


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


# Layout -----------------------------------------------------------------------------------------------------------


@pytest.mark.row("why-02", "CLS-44")
@pytest.mark.parametrize("name", ["Nothing", "Odd", "Word", "Align16", "Align32", "Align64", "Align128", "Huge"])
def test_values_live_inside_their_object_and_are_aligned(name):
    cls = getattr(m, name)
    size, align = cls.layout()
    head = sys.getsizeof(object()) + 8
    payload = max(size, 8) + max(align - 8, 0)
    assert cls.__basicsize__ == (head + payload + 7) // 8 * 8
    alive = [cls(n) for n in range(20)]
    for n, value in enumerate(alive):
        assert value.check() == (n if size else 0)
        inside = value.address() - id(value)
        assert value.address() % align == 0
        assert head <= inside and inside + size <= cls.__basicsize__


def test_layout_of_subclasses_is_aligned_too():
    for name in ["Align16", "Align64", "Align128"]:
        base = getattr(m, name)
        for cls in [type("Sub", (base,), {}), type("Slots", (base,), {"__slots__": ("a", "b")})]:
            for n in range(20):
                value = cls(n)
                value.a = n
                assert value.check() == n and value.address() % base.layout()[1] == 0 and value.a == n


# Borrow rules -----------------------------------------------------------------------------------------------------


def aliased(function, a, b, cls):
    return (
        f"{function}(): {a} and {b} refer to the same {cls} object, and the function modifies it: "
        "pass two different objects"
    )


def test_one_object_for_two_mutable_arguments_is_refused():
    dog = m.Dog("a")
    text = aliased("swap", "argument 'a'", "argument 'b'", "test_classes_ext.Dog")
    assert raised(RuntimeError, m.swap, dog, dog) == text
    assert raised(RuntimeError, m.swap, b=dog, a=dog) == text
    assert "copy_into(): " in raised(RuntimeError, m.copy_into, dog, dog)
    assert "refer to the same test_classes_ext.Puppy object" in raised(RuntimeError, m.swap, *[m.Puppy("x")] * 2)
    assert m.same(dog, dog) is True
    assert m.pick(dog, dog, True) is dog and m.copy_of(dog) is not dog
    # Nothing stays marked.
    m.rename(dog, "b")
    assert dog.name == "b"


def test_one_object_twice_in_a_list_of_mutable_arguments_is_refused():
    dogs = [m.Dog("a"), m.Dog("b")]
    assert m.rename_all(dogs, "c") == 2 and [d.name for d in dogs] == ["c", "c"]
    assert "refer to the same" in raised(RuntimeError, m.rename_all, [*dogs, dogs[0]], "d")
    assert [d.name for d in dogs] == ["c", "c"]
    assert m.rename_all(dogs, "e") == 2


def test_field_and_owner_in_one_call():
    dog = m.Dog("a", 1)
    assert "refer to the same" in raised(RuntimeError, m.play, dog, dog.toy)
    assert dog.age == 1 and dog.toy.squeaks == 0
    assert m.watch(dog, dog.toy) == 1
    m.play(dog, m.Toy(1))
    assert dog.age == 2


def test_two_fields_of_one_owner_are_disjoint():
    dog = m.Dog("a")
    dog.toy.squeaks, dog.spare.squeaks = 1, 2
    m.swap_toys(dog.toy, dog.spare)
    assert (dog.toy.squeaks, dog.spare.squeaks) == (2, 1)
    assert "refer to the same" in raised(RuntimeError, m.swap_toys, dog.toy, dog.toy)
    raised(RuntimeError, m.swap_toys, dog.toy, dog.first_mut())
    raised(RuntimeError, m.swap_toys, dog.first_mut(), dog.toy)
    m.swap_toys(dog.toy, dog.spare)
    assert (dog.toy.squeaks, dog.spare.squeaks) == (1, 2)


def test_two_mutable_references_to_one_value_without_size_are_refused():
    token, tokens = m.Token(), m.Tokens()
    m.two_tokens(token, m.Token())
    m.two_tokens(token, tokens.left)
    assert "refer to the same" in raised(RuntimeError, m.two_tokens, token, token)
    assert "refer to the same" in raised(RuntimeError, m.two_tokens, tokens.left, tokens.left)


def test_reentry_while_modified_is_refused():
    dog = m.Dog("a", 1)
    toy = dog.toy
    texts = []

    def intrude():
        for use in [
            dog.bark,
            lambda: dog.age,
            lambda: setattr(dog, "age", 50),
            lambda: m.rename(dog, "x"),
            lambda: m.call_back(dog, lambda: None),
            lambda: toy.squeaks,
            lambda: setattr(toy, "squeaks", 3),
            lambda: dog.toy,
            lambda: m.Dog(dog),
        ]:
            texts.append(raised(RuntimeError, use))

    assert m.call_back(dog, intrude) == 3
    assert all("is being modified by a call that has not finished yet" in text for text in texts)
    assert (dog.name, dog.age, toy.squeaks) == ("a", 3, 0)


def test_reentry_while_read_may_read_but_not_modify():
    dog = m.Dog("a", 1)
    seen = []

    def peek():
        seen.extend([dog.age, dog.bark(), dog.toy.squeaks, m.same(dog, dog), m.call_back_reading(dog, lambda: None)])
        for use in [lambda: setattr(dog, "age", 2), lambda: m.rename(dog, "x"), lambda: setattr(dog.toy, "squeaks", 1)]:
            assert "is being read by a call that has not finished yet" in raised(RuntimeError, use)

    assert m.call_back_reading(dog, peek) == 1
    assert seen == [1, "a: woof!", 0, True, 1]
    dog.age = 7
    assert dog.age == 7


def test_marks_end_when_a_call_fails():
    dog = m.Dog("a", 1)

    def fail():
        raise KeyError("no")

    raised(KeyError, m.call_back, dog, fail)
    assert dog.age == 2
    with pytest.raises(RuntimeError, match="after the callback"):
        m.call_back_then_panic(dog, lambda: None)
    with pytest.raises(RuntimeError, match="the callback raised"):
        m.call_back_then_panic(dog, fail)
    dog.age = 10
    assert dog.age == 10


def test_object_may_lose_its_last_name_during_a_call():
    holder = [m.Dog("a", 1)]
    assert m.call_back(holder[0], holder.clear) == 3


def test_marks_hold_across_threads():
    dog = m.Dog("a", 1)
    thread = threading.Thread(target=m.busy_without_interpreter, args=(dog, 300))
    thread.start()
    refused = 0
    while thread.is_alive():
        try:
            dog.age
        except RuntimeError as error:
            assert "is being modified" in str(error)
            refused += 1
    thread.join()
    assert refused > 0 and dog.age == 2


def test_receiver_may_be_changed_while_arguments_convert():
    dog = m.Dog("a", 1)
    assert m.age_after(dog, Index(lambda: setattr(dog, "age", 40))) == 41


def test_results_are_the_arguments_they_refer_to():
    a, b = m.Dog("a", 1), m.Puppy("b")
    assert m.oldest([b, a]) is a and m.oldest([]) is None


def test_more_readers_than_a_mark_can_count():
    dog = m.Dog("a", 1)
    assert m.oldest([dog] * 65_600) is dog
    dog.age = 2
    assert dog.age == 2


# Implicit conversions ------------------------------------------------------------------------------------------------


@pytest.mark.row("fn-11", "port-23")
def test_init_implicit_converts_arguments():
    assert m.take_meter(4) == 4 and m.take_meter(m.Meter(5)) == 5
    assert m.take_span(m.Meter(6))[0] == 6

    class Sub(m.Meter):
        pass

    assert m.take_span(Sub(7))[0] == 7
    raised(TypeError, m.take_meter, "x")
    raised(TypeError, m.take_meter_strictly, 4)


@pytest.mark.row("DSP-42")
def test_implicit_conversions_do_not_chain_and_free_their_temporary():
    before = m.live_spans()
    raised(TypeError, m.take_span, 4)
    assert m.take_span(m.Meter(4)) == (4, before + 1)
    assert m.live_spans() == before

    class Sub(m.Meter):
        pass

    assert m.take_span(Sub(3)) == (3, before + 1)
    assert m.live_spans() == before


@pytest.mark.row("DSP-20")
def test_receiver_is_never_converted():
    assert m.Meter.value(m.Meter(5)) == 5
    raised(TypeError, m.Meter.value, 5)


@pytest.mark.row("DSP-41")
def test_source_of_a_copy_constructor_is_not_converted():
    assert m.Meter(3).value() == 3 and m.Meter(m.Meter(3)).value() == 3
    raised(TypeError, m.Meter, "x")
    raised(TypeError, m.Picky, 5)
    raised(TypeError, m.take_picky, 5)


# Modules that fail, warn, or end -----------------------------------------------------------------------------------


def load(name):
    """Another module of the same library, as a new object that is not in `sys.modules`."""
    loader = importlib.machinery.ExtensionFileLoader(name, m.__file__)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def test_container_bound_as_class_is_a_list_by_value():
    floats = load("test_classes_floats_ext")
    bound = floats.Floats()
    bound.push(3)
    floats.extend(bound, [1.0, 2.0])
    assert len(bound) == 3
    assert floats.total([1, 2]) == 3.0 and floats.list() == [1.0]
    raised(TypeError, floats.extend, [1.0], [2.0])
    assert type(floats.boxed()) is floats.Floats


@pytest.mark.row("cls-09")
def test_unknown_base_is_an_import_error():
    with pytest.raises(ImportError) as info:
        load("test_classes_orphan_ext")
    assert re.fullmatch(
        r'nanobind::detail::nb_type_new\("Child"\): base type ".*Parent" not known to nanobind!', str(info.value)
    )


@pytest.mark.row("CLS-21", "api-class-1")
def test_binding_a_type_twice_warns_and_gives_the_same_class():
    with pytest.warns(RuntimeWarning) as seen:
        module = load("test_classes_twice_ext")
    assert [str(w.message) for w in seen] == [
        "nanobind: type 'One' was already registered as 'test_classes_twice_ext.First'!\n"
    ]
    assert module.First is module.Second and module.First().n() == 2
    with pytest.warns(RuntimeWarning):
        again = load("test_classes_twice_ext")
    assert again.First is module.First
    del module, again
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImportError):
            load("test_classes_twice_ext")


@pytest.mark.row("CLS-01", "first-22")
def test_classes_of_a_thrown_away_module_are_freed():
    def types():
        gc.collect()
        return sum(isinstance(o, type) for o in gc.get_objects())

    def use():
        module = load("test_classes_throwaway_ext")
        base, child = module.Base(2), module.Child(3)
        base.child, child.base = child, base
        assert (base.plain(), base.small(), base.large(), child.n, module.Base.s) == (2, 7, 9, 3, 1)
        type("Sub", (module.Child,), {})(4).me = base
        return module.captures()

    assert use() == 1
    # What others made stays out of the collector's way.
    gc.collect()
    gc.freeze()
    try:
        before = types()
        for _ in range(1000):
            assert use() == 1
            gc.collect()
        assert types() == before
    finally:
        gc.unfreeze()


@pytest.mark.row("CLS-43")
def test_parts_of_a_thrown_away_module_keep_working():
    def part(pick):
        return pick(load("test_classes_throwaway_ext"))

    function = part(lambda module: module.captures)
    gc.collect()
    assert function() >= 0
    del function
    instance = part(lambda module: module.Child(5))
    gc.collect()
    instance.attribute = 3
    assert (instance.plain(), instance.large(), instance.attribute) == (5, 12, 3)
    del instance
    gc.collect()
    cls = part(lambda module: module.Child)
    gc.collect()
    assert cls(6).small() == 11 and type("Sub", (cls,), {})(7).n == 7
    del cls
    gc.collect()
    assert load("test_classes_throwaway_ext").captures() == 1


# The collector and odd names ------------------------------------------------------------------------------------------


class Index:
    """A number that runs code while it is converted."""

    def __init__(self, act, value=1):
        self.act, self.value = act, value

    def __index__(self):
        self.act()
        return self.value


@pytest.mark.row("CLS-46")
def test_collector_may_run_before_and_during_construction():
    for cls in [m.Dyn, m.DynChild, type("Sub", (m.Dyn,), {})]:
        half = cls.__new__(cls)
        half.me = half
        gc.collect()
        half.__init__(Index(gc.collect, 5))
        gc.collect()
        assert half.value == 5 and half.me is half
        abandoned = cls.__new__(cls)
        abandoned.me = abandoned
        del abandoned
        gc.collect()


@pytest.mark.row("CLS-28")
def test_classes_without_usable_names_give_readable_errors():
    class Meta(type):
        def __getattribute__(cls, name):
            if name in ("__name__", "__qualname__", "__module__"):
                raise KeyError(name)
            return super().__getattribute__(name)

    class OddModule:
        pass

    class Nameless(metaclass=Meta):
        pass

    class Sub(m.Dog):
        pass

    OddModule.__module__ = 3
    Sub.__module__ = None
    for odd, name in [(OddModule(), "OddModule"), (Nameless(), "Nameless"), (Sub("a"), "Sub")]:
        text = raised(TypeError, m.take_meter, odd)
        assert text.rpartition("Invoked with types: ")[2].endswith(name)
        raised(TypeError, m.Dog, odd, odd)
    with pytest.warns(RuntimeWarning, match="Sub"):
        raised(TypeError, Sub.__new__(Sub).bark)


# Leaks ------------------------------------------------------------------------------------------------------------


def test_no_object_or_reference_is_leaked():
    class Sub(m.Dog):
        pass

    def work():
        dog = m.Dog("x")
        dog.toy.squeaks += 1
        dog.toy = m.Toy(3)
        dog.first(), dog.first_mut(), m.Dog.boxed(), m.Dog(dog), Sub("y"), m.Puppy("z")
        for bad in [lambda: m.swap(dog, dog), lambda: m.Dog(1.5), lambda: m.Blank(), lambda: dog.set(None)]:
            with pytest.raises((RuntimeError, TypeError)):
                bad()
        m.call_back(dog, lambda: None)
        m.take_span(m.Meter(1))
        m.Kinds.static_rw = m.Kinds.static_rw
        type("Temp", (m.Dog,), {})

    def counts():
        gc.collect()
        return [sys.getrefcount(o) for o in [m.Dog, m.Toy, m.Puppy, m.Kinds, m.swap, m.Dog.__init__, None.__class__, Sub]]

    work()
    before = counts()
    for _ in range(200):
        work()
    assert all(abs(a - b) < 20 for a, b in zip(before, counts()))
