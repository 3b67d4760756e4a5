"""Bound classes: members, names, layout, leaks."""

import gc
import pickle
import re
import sys

import pytest
import test_classes_ext as m
from refusals import raised, refusal
from samples import Index


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
    assert raised(TypeError, dog.set, 1.5) == refusal(
        ["set(self, arg: int, /) -> None", "set(self, arg: str, /) -> None"], "test_classes_ext.Dog, float"
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
    total = m.Layout(1500) + m.Layout(2)
    assert type(total) is m.Layout and total.size() == 1502
    with pytest.raises(TypeError):
        m.Layout(1) + 1


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


# The collector and odd names ------------------------------------------------------------------------------------------


@pytest.mark.row("CLS-46")
def test_collector_may_run_before_and_during_construction():
    for cls in [m.Dyn, m.DynChild, type("Sub", (m.Dyn,), {})]:
        half = cls.__new__(cls)
        half.me = half
        gc.collect()
        half.__init__(Index(5, gc.collect))
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
