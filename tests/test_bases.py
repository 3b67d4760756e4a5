"""Python classes with a bound class among several bases, and bases with type arguments."""

import abc
import copy
import gc
import importlib
import itertools
import types
import typing
import weakref

import pytest
import test_bases_ext as m
from refusals import raised

T = typing.TypeVar("T")
BOUND = [m.Plain, m.Derived, m.Dynamic, m.Holder, m.Animal, m.Made]


@pytest.fixture(autouse=True)
def values():
    """All values of a test end with it."""
    gc.collect()
    before = m.alive()
    yield
    gc.collect()
    assert m.alive() == before


class Mixin:
    def mix(self):
        return f"mixed {self.value}"


class Slotted:
    __slots__ = ()

    def slot(self):
        return self.value


class WithDict:
    __slots__ = ("__dict__",)


class WithWeakref:
    __slots__ = ("__weakref__",)


class Ending:
    ended = []

    def __del__(self):
        # The value is still there.
        Ending.ended.append(self.value)


MIXINS = [Mixin, Slotted, WithDict, WithWeakref, Ending, typing.Generic]


# What is accepted.


@pytest.mark.finding(13)
@pytest.mark.row("port-41")
def test_other_classes_may_stand_beside_a_bound_one():
    class After(m.Plain, Mixin):
        pass

    class Before(Mixin, m.Plain):
        pass

    class Typed(m.Plain, typing.Generic[T]):
        pass

    class Both(Mixin, typing.Generic[T], m.Plain):
        pass

    class Below(After, Slotted):
        pass

    class Object(m.Plain, object):
        pass

    for cls in (After, Before, Both, Below):
        made = cls(3)
        assert made.mix() == "mixed 3" and made.double() == 6 and isinstance(made, (m.Plain, Mixin))
        assert type(cls) is type(m.Plain) and cls.__base__ in (m.Plain, After)
        assert m.read(made) == 3 and m.copy(made).value == 3 and m.same(made) is made and made.me() is made
        m.write(made, 4)
        made.extra = made.value
        assert vars(made) == {"extra": 4} and weakref.ref(made)() is made
    assert Typed[int](2).value == 2 and typing.get_args(Typed[int]) == (int,) and Typed.__parameters__ == (T,)
    assert Typed.__orig_bases__ == (m.Plain, typing.Generic[T]) and Typed.__bases__ == (m.Plain, typing.Generic)
    assert Below(5).slot() == 5 and Object().value == 7
    assert After.__mro__ == (After, m.Plain, Mixin, object)
    assert Before.__mro__ == (Before, Mixin, m.Plain, object)
    assert m.boxed(After(9)) == 9


@pytest.mark.finding(13)
def test_constructors_of_all_bases_run():
    class Counted:
        def __init__(self, *args, **kwargs):
            self.calls = getattr(self, "calls", 0) + 1
            super().__init__(*args, **kwargs)

    class Ordered(Counted, m.Plain):
        pass

    class Made(Counted, m.Made):
        pass

    class Late(m.Plain, Counted):
        def __init__(self):
            m.Plain.__init__(self, value=2)
            self.calls = 0

    class New(m.Plain, Mixin):
        def __new__(cls, *args):
            made = super().__new__(cls)
            made.early = args
            return made

    class FromMixin:
        def __new__(cls, *args):
            made = super().__new__(cls)
            made.early = args
            return made

    class NewBefore(FromMixin, m.Plain):
        pass

    assert (Ordered(5).calls, Ordered(value=5).value, Late().value) == (1, 5, 2)
    assert Made(5).value == 5
    assert (New(4).value, New(4).early, NewBefore(4).value, NewBefore(4).early) == (4, (4,), 4, (4,))
    forgetful = type("Forgetful", (Mixin, m.Plain), {"__init__": lambda self: None})
    with pytest.warns(RuntimeWarning, match="uninitialized"):
        raised(TypeError, forgetful().mix)
    for cls in (Ordered, forgetful, NewBefore):
        assert type(cls.__new__(cls)) is cls
    assert raised(TypeError, type("Sub", (Mixin, m.NoConstructor), {})) == f"{__name__}.Sub: no constructor defined!"


@pytest.mark.finding(13)
def test_methods_are_found_in_the_order_of_the_bases():
    class Loud:
        def speak(self):
            return f"loud {self.value}"

        def __len__(self):
            return 99

        def __add__(self, other):
            return "added"

        def __bool__(self):
            return False

    class Over(Loud, m.Animal):
        pass

    class Under(m.Animal, Loud):
        pass

    class Quiet(Over):
        def speak(self):
            return "quiet, " + super().speak()

    class OverPlain(Loud, m.Plain):
        pass

    class UnderPlain(m.Plain, Loud):
        pass

    assert m.speak(Over()) == "loud 7" == Over().speak() and m.Animal.speak(Over()) == "animal 7"
    assert m.speak(Under()) == "animal 7" == Under().speak()
    assert m.speak(Quiet()) == "quiet, loud 7"
    over, under = OverPlain(2), UnderPlain(2)
    assert (len(over), over + over, bool(over)) == (99, "added", False)
    assert (len(under), under + under, bool(under)) == (2, 4, False)
    assert under + over == "added" or under + over == 4
    # What is put into the mixin later counts too.
    speaker = Over()
    Loud.speak = lambda self: "changed"
    assert m.speak(speaker) == "changed"
    del Loud.speak
    assert m.speak(speaker) == "animal 7"
    Loud.speak = lambda self: "again"
    assert m.speak(speaker) == "again"


@pytest.mark.finding(13)
@pytest.mark.parametrize("bound", BOUND, ids=lambda cls: cls.__name__)
def test_every_mixture_is_laid_out_and_collected(bound):
    """Whatever dict, weak references and slots come from: values end once, attributes stay, and cycles are found."""
    mixtures = [(one,) for one in MIXINS] + list(itertools.combinations(MIXINS, 2))
    for mixins, first, slots in itertools.product(mixtures, (True, False), (None, (), ("extra",), ("__dict__", "a"))):
        bases = (bound, *mixins) if first else (*mixins, bound)
        bases = tuple(typing.Generic[T] if base is typing.Generic else base for base in bases)
        namespace = {} if slots is None else {"__slots__": slots}
        try:
            cls = types.new_class("Mixed", bases, {}, lambda ns, namespace=namespace: ns.update(namespace))
        except TypeError as error:
            # As for classes in Python alone.
            assert "__dict__" in str(error), error
            continue
        assert cls.__base__ is bound
        made = [cls() for _ in range(3)]
        assert {one.value for one in made} <= {7, 8}
        names = ["extra"] if slots == ("extra",) else []
        for one in made:
            for name in names:
                setattr(one, name, one)
            try:
                one.anything = one
                vars(one)["more"] = [one]
            except AttributeError:
                assert not hasattr(one, "__dict__")
            if bound is m.Holder:
                one.hold(one)
        kept = []
        for one in made:
            try:
                kept.append(weakref.ref(one))
            except TypeError:
                assert not hasattr(one, "__weakref__") and bound is not m.Dynamic
        Ending.ended.clear()
        del made, one
        gc.collect()
        assert all(ref() is None for ref in kept)
        assert len(Ending.ended) == (3 if Ending in mixins else 0) and set(Ending.ended) <= {7, 8}
        # The class goes as well.
        ref = weakref.ref(cls)
        del cls
        gc.collect()
        assert ref() is None


@pytest.mark.finding(13)
def test_objects_that_come_back_from_their_end():
    class Back(Ending, m.Holder):
        def __del__(self):
            saved.append(self)

    saved = []
    one = Back()
    one.hold(one)
    one.me = one
    del one
    gc.collect()
    assert [back.value for back in saved] == [7]
    saved[0].hold(5)
    again = saved.pop()
    again.me = None
    ref = weakref.ref(again)
    del again
    gc.collect()
    # An end that has come once does not come again.
    assert ref() is None and saved == []


@pytest.mark.finding(13)
def test_copies_and_nurses_of_mixed_classes():
    class Mixed(m.Holder, Mixin):
        pass

    child, parent = Mixed(), Mixed()
    m.parent(child, parent)
    parent.child = child
    refs = [weakref.ref(child), weakref.ref(parent)]
    del parent
    gc.collect()
    assert refs[1]() is not None
    del child
    gc.collect()
    assert [ref() for ref in refs] == [None, None]
    with pytest.raises(TypeError):
        copy.copy(Mixed())


# What is refused.


@pytest.mark.finding(13)
def test_several_bound_bases_are_refused():
    class One(m.Plain):
        pass

    class Another(m.Plain):
        pass

    class OneDerived(m.Derived):
        pass

    class Told(m.Plain):
        told = []

        def __init_subclass__(cls):
            Told.told.append(cls)

    meta = type(m.Plain)
    several = "nanobind: multiple nanobind bases are not supported!"
    layout = "multiple bases have instance lay-out conflict"
    before = [cls.__subclasses__() for cls in (m.Plain, m.Derived, m.Other, Mixin, One, Another, Told)]
    for bases, text in [
        ((m.Derived, m.Plain), several),
        ((One, m.Plain), several),
        ((One, Another), several),
        ((One, m.Derived, Mixin), several),
        ((m.Derived, One), several),
        ((OneDerived, One), several),
        ((One, OneDerived), several),
        ((Mixin, One, Another), several),
        ((One, Mixin, Another), several),
        ((Told, Another), several),
        ((m.Plain, m.Other), layout),
        ((Mixin, m.Plain, m.Other), layout),
        ((m.Other, One, Another), layout),
        ((m.Plain, int), layout),
        ((m.Plain, Exception), layout),
        ((dict, m.Plain), layout),
        ((type("Slots", (), {"__slots__": ("a",)}), m.Plain), layout),
        ((m.Plain, m.Plain), "duplicate base class Plain"),
        ((m.Final, Mixin), "The type 'test_bases_ext.Final' prohibits subclassing!"),
        ((Mixin, m.Final), "The type 'test_bases_ext.Final' prohibits subclassing!"),
        ((Mixin,), "nanobind: the 'nb_type' metaclass requires a nanobind base type!"),
        ((), "nanobind: the 'nb_type' metaclass requires a nanobind base type!"),
        ((int,), "nanobind: the 'nb_type' metaclass requires a nanobind base type!"),
        ((object,), "nanobind: the 'nb_type' metaclass requires a nanobind base type!"),
    ]:
        assert raised(TypeError, meta, "Refused", bases, {}) == text, bases
    for bases in [(m.Plain, m.Derived), (m.Plain, One), (m.Plain, Mixin, One), (object, m.Plain)]:
        assert raised(TypeError, meta, "Refused", bases, {}).startswith("Cannot create a consistent method resolution")
    for bases in [(m.Plain, 5), (5, m.Plain), (m.Plain, typing.Generic[T])]:
        raised(TypeError, meta, "Refused", bases, {})
    for other in (abc.ABC, typing.Protocol, types.new_class("Meta", (type,))("HasMeta", (), {})):
        assert raised(TypeError, type, "Refused", (m.Plain, other), {}).startswith("metaclass conflict")
    assert Told.told == []
    gc.collect()
    assert [cls.__subclasses__() for cls in (m.Plain, m.Derived, m.Other, Mixin, One, Another, Told)] == before


@pytest.mark.finding(13)
def test_bases_cannot_be_exchanged_for_others_of_another_value():
    class One(m.Plain):
        __slots__ = ()

    class Another(m.Plain):
        __slots__ = ()

    class Mixed(m.Plain, Slotted):
        __slots__ = ()

    class MixedOther(m.Other, Slotted):
        __slots__ = ()

    class Open(m.Plain, Mixin):
        pass

    one = Mixed(3)
    for cls in (Mixed, Open, One):
        for bases in [(m.Other,), (m.Derived,), (m.Final,), (MixedOther,), (Mixin,), (m.Other, Mixin), (Mixin, m.Derived)]:
            with pytest.raises(TypeError):
                cls.__bases__ = bases
        with pytest.raises(TypeError):
            cls.__bases__ = (m.Plain, m.Other)
    for cls in (MixedOther, m.Other, Slotted, Mixin):
        with pytest.raises(TypeError):
            one.__class__ = cls
    with pytest.raises(TypeError):
        Mixin.__bases__ = (m.Plain,)
    with pytest.raises(TypeError):
        Slotted.__bases__ = (m.Plain,)
    # Others of the same value are CPython's business.
    try:
        Open.__bases__ = (Mixin, m.Plain)
    except TypeError:
        pass
    opened = Open(4)
    assert m.read(opened) == 4 and opened.mix() == "mixed 4"
    try:
        one.__class__ = One
    except TypeError:
        pass
    assert m.read(one) == 3 and one.value == 3

    class Liar(type):
        def mro(cls):
            return [cls, m.Plain, Slotted, object]

    with pytest.raises(TypeError):
        Liar("Lie", (Slotted,), {"__slots__": ()})


@pytest.mark.finding(13)
def test_code_that_runs_while_a_mixed_class_is_made():
    made = []

    class Eager:
        def __init_subclass__(cls, **kwargs):
            super().__init_subclass__()
            made.append(cls(5) if issubclass(cls, m.Plain) else None)
            if kwargs.get("deeper"):
                made.append(type("Deeper", (cls,), {})(6))

    class Named:
        def __set_name__(self, owner, name):
            made.append(owner(7))

    class First(Eager, m.Plain, deeper=True):
        pass

    class Second(m.Plain, Mixin):
        named = Named()

    class Entries:
        def __mro_entries__(self, bases):
            return (Mixin, m.Plain)

    class Third(Entries()):
        pass

    assert [one.value for one in made if one] == [5, 5, 6, 7] or [one.value for one in made if one] == [5, 6, 5, 7]
    assert Third(8).mix() == "mixed 8"
    # Bases that are one when they are looked at, and another later, there cannot be.
    class Tricky(tuple):
        def __iter__(self):
            return iter((m.Plain, m.Other))

        def __getitem__(self, index):
            return (m.Plain, m.Other)[index]

        def __len__(self):
            return 2

    cls = type(m.Plain)("Tricked", Tricky((m.Plain, Mixin)), {})
    assert cls.__base__ is m.Plain and cls(2).mix() == "mixed 2"

    class Raises:
        def __init_subclass__(cls):
            made.append(weakref.ref(cls))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        type("Never", (m.Plain, Raises), {})
    gc.collect()
    assert made[-1]() is None


@pytest.mark.finding(13)
def test_attribute_hooks_of_mixins():
    class Hooks:
        def __getattribute__(self, name):
            seen.append(name)
            return super().__getattribute__(name)

        def __setattr__(self, name, value):
            super().__setattr__(name, value + 1)

        def __getattr__(self, name):
            return name

        def __eq__(self, other):
            return True

        def __hash__(self):
            return 5

        def __call__(self):
            return "called"

    seen = []

    class Hooked(Hooks, m.Plain):
        pass

    one = Hooked(3)
    one.value = 5
    assert (one.value, one.missing, hash(one), one(), one == 7) == (6, "missing", 5, "called", True)
    assert "value" in seen and m.read(one) == 6


# Bases with type arguments.


@pytest.mark.finding(13)
def test_a_generic_base_in_a_binding():
    assert m.Text.__bases__ == (m.Wrapper,) and m.Text.__orig_bases__ == (m.Wrapper[str],)
    assert m.Text.__mro__ == (m.Text, m.Wrapper, object) and m.Text().value == 8 and isinstance(m.Text(), m.Wrapper)
    assert "__orig_bases__" not in vars(m.Wrapper) and typing.get_args(m.Text.__orig_bases__[0]) == (str,)

    class Numbers(m.Wrapper[int], Mixin):
        pass

    assert Numbers.__orig_bases__ == (m.Wrapper[int], Mixin) and Numbers(3).mix() == "mixed 3"
    if hasattr(types, "get_original_bases"):
        assert types.get_original_bases(m.Text) == (m.Wrapper[str],)


@pytest.mark.finding(13)
@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("unnamed", 'nb::class_<T>("Plain"): a base with type arguments does not say what type it has in Rust'),
        ("another", "the object among the annotations is not the base 'test_bases_another_ext.Wrapper' with type"),
    ],
)
def test_generic_bases_that_are_refused(module, text):
    with pytest.raises(ImportError) as caught:
        importlib.import_module(f"test_bases_{module}_ext")
    assert text in str(caught.value)


@pytest.mark.finding(13)
def test_a_class_without_type_arguments_raises_its_own_error():
    with pytest.raises(ImportError) as caught:
        import test_bases_raises_ext  # noqa: F401
    assert "not subscriptable" in str(caught.value.__cause__)
