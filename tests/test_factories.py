"""Factories as `__new__`: `.def(nb::new_(factory))`, and `__new__` by hand.

The texts and results without a note are those of nanobind 2.13 for the same bindings.
"""

import copy
import gc
import importlib
import pickle
import sys
import weakref

import pytest
import test_factories_ext as m
from refusals import refusal, refused


@pytest.fixture(autouse=True)
def no_value_is_lost():
    """Each value is dropped, and once."""
    gc.collect()
    before = m.alive()
    yield
    m.forget()
    gc.collect()
    assert m.alive() == before


MAKERS = pytest.mark.parametrize("cls", [m.Inline, m.Boxed, m.Shared], ids=lambda cls: cls.__name__)
NEW = "__new__(cls: object, name: str, age: int = 3) -> test_factories_ext.Pet"


@pytest.mark.row("cls-63", "api-class-6", "CLS-12")
def test_a_factory_makes_the_instances():
    pets = [m.Pet("Fido", 2), m.Pet(name="Tom", age=4), m.Pet(age=5, name="Bo"), m.Pet("Rex")]
    assert [(pet.name, pet.age) for pet in pets] == [("Fido", 2), ("Tom", 4), ("Bo", 5), ("Rex", 3)]
    pet = m.Pet("Fido", 2)
    assert type(pet) is m.Pet and isinstance(pet, m.Pet)
    assert m.Pet.__new__.__doc__ == NEW + "\n\nMakes one"
    assert m.Pet.__init__.__doc__ == "__init__(self, name: str, age: int = 3) -> None\n\nMakes one"
    # The factory's part is done by `__new__`; `__init__` has nothing to do, once more either.
    before = m.calls()
    assert pet.__init__("Tom") is None and (pet.name, m.calls()) == ("Fido", before)
    assert m.Pet.__new__(m.Pet, "Direct").name == "Direct"


@pytest.mark.row("cls-63")
def test_a_call_that_no_factory_takes():
    assert refused(m.Pet, 3) == refusal([NEW], "nanobind.nb_type, int")
    assert refused(m.Pet, x=3) == refusal([NEW], "nanobind.nb_type, kwargs = { x: int }")
    assert refused(m.Pet, "a", 1, 2) == refusal([NEW], "nanobind.nb_type, str, int, int")
    assert refused(m.Inline) == refusal(["__new__(arg0: object, arg1: int, /) -> test_factories_ext.Inline"], "")
    if sys.version_info >= (3, 11):
        with pytest.raises(TypeError) as caught:
            m.Pet("a", 2**40)
        assert caught.value.__notes__ == ["argument 'age': out of range"]
        with pytest.raises(TypeError) as caught:
            m.Inline(2**80)
        assert caught.value.__notes__ == ["argument 1: out of range"]


@pytest.mark.row("cls-69", "PCK-03")
def test_the_form_for_unpickling_is_no_constructor():
    assert refused(m.Pet) == refusal([NEW], "")
    assert refused(m.Pet.__new__) == refusal([NEW], "")
    empty = m.Pet.__new__(m.Pet)
    assert type(empty) is m.Pet
    with pytest.warns(RuntimeWarning, match="attempted to access an uninitialized instance"), pytest.raises(TypeError):
        empty.name
    empty.__setstate__(("Fido", 2))
    assert (empty.name, empty.age) == ("Fido", 2)
    # Where a factory takes no arguments, that is what is called.
    assert m.Two.__new__(m.Two).how == "nothing"
    # The Python class in between finds it too; without arguments there is still no way to construct.
    class Sub(m.Pet):
        pass

    assert type(Sub.__new__(Sub)) is Sub
    init = "__init__(self, name: str, age: int = 3) -> None"
    assert refused(Sub) == refusal([init], f"{__name__}.{Sub.__name__}")
    # Only classes that the value fits into; nanobind ignores the class here.
    for other in [int, object, m.Two, 5, type]:
        for args in [(), ("Fido", 2)]:
            with pytest.raises(TypeError, match=r"^Pet\.__new__\(.*\): .* is not a subtype of Pet$"):
                m.Pet.__new__(other, *args)


@pytest.mark.row("cls-69", "PCK-03")
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_objects_of_factories_are_pickled(protocol):
    before = m.calls()
    pet = pickle.loads(pickle.dumps(m.Pet("Fido", 2), protocol))
    assert type(pet) is m.Pet and (pet.name, pet.age) == ("Fido", 2)
    for copied in [copy.copy(pet), copy.deepcopy(pet)]:
        copied.name = "Copy"
        assert (copied.age, pet.name) == (2, "Fido")
    assert m.calls() == before + 1, "the factory was called for the first of them only"


@MAKERS
@pytest.mark.row("CLS-11", "api-class-29", "ow2-20")
def test_what_a_factory_may_return(cls):
    before = m.alive()
    made = cls(5)
    assert type(made) is cls and made.leaf.value == 5 and m.alive() == before + 1
    del made
    assert m.alive() == before
    # A second construction has no effect.
    made = cls(6)
    made.__init__(7)
    assert made.leaf.value == 6 and m.alive() == before + 1


@MAKERS
@pytest.mark.row("CLS-13", "cls-67", "CLS-11", "api-class-29")
def test_a_python_subclass_gets_its_own_instances(cls):
    class Sub(cls):
        def __init__(self, value):
            super().__init__(value)
            self.extra = "more"

    before = m.alive()
    made = Sub(5)
    assert type(made) is Sub and isinstance(made, cls) and (made.leaf.value, made.extra) == (5, "more")
    assert m.alive() == before + 1
    watch = weakref.ref(made)
    del made
    gc.collect()
    assert watch() is None and m.alive() == before
    # Written with `__slots__`, overridden without a call of the base's, and two levels down.
    class Bare(cls):
        __slots__ = ()

        def __init__(self, value):
            pass

    class Deep(Sub):
        pass

    assert type(Bare(3)) is Bare and Bare(3).leaf.value == 3
    assert type(Deep(4)) is Deep and Deep(4).leaf.value == 4
    # As in Python, `__new__` gets all arguments: who wants others has to say so in both.
    class New(cls):
        def __new__(new, value, extra):
            return super().__new__(new, value + 1)

        def __init__(self, value, extra):
            self.extra = extra

    assert type(New(1, 2)) is New and (New(1, 2).leaf.value, New(1, 2).extra) == (2, 2)
    with pytest.raises(TypeError, match=r"^__new__\(\): incompatible function arguments"):
        Sub(1, 2)


def test_the_value_of_a_subclass_is_its_own():
    """It can be modified, shared and moved away as that of an instance of the bound class."""
    class Sub(m.Pet):
        pass

    sub = Sub("Fido")
    sub.name = "Rex"
    assert sub.name == "Rex"
    assert m.share(sub) == 2
    class Leaf(m.Leaf):
        pass

    leaf = Leaf(8)
    owner = m.Owner(leaf)
    assert owner.leaf.value == 8
    with pytest.warns(RuntimeWarning, match="relinquished"), pytest.raises(TypeError):
        leaf.value


@pytest.mark.row("cls-64", "CLS-11", "api-class-29")
def test_singletons():
    first = m.Single()
    assert first is m.Single() and first.value == 7
    class Sub(m.Single):
        pass

    sub = Sub()
    assert type(sub) is Sub and sub.value == 7 and sub is not first
    assert m.Single() is first
    del first, sub
    assert m.Single().value == 7


@pytest.mark.row("CLS-11", "api-class-29")
def test_a_cache_of_shared_values():
    one = m.Cached(1)
    assert one is m.Cached(1) and one is not m.Cached(2)
    class Sub(m.Cached):
        pass

    # The object is in use as one of the bound class: the subclass gets another one, of the same value.
    sub = Sub(1)
    assert type(sub) is Sub and sub.leaf.value == 1 and m.Cached(1) is one
    assert m.share_cached(sub) == 1
    del one
    assert sub.leaf.value == 1
    # Nobody has the object of 3 but the factory's caller: it becomes that of the value.
    third = Sub(3)
    assert type(third) is Sub and Sub(3) is third
    before = m.alive()
    m.forget()
    assert m.alive() == before - 1 and (sub.leaf.value, third.leaf.value) == (1, 3)
    del sub, third
    assert m.alive() == before - 3


@pytest.mark.row("CLS-11", "cls-64")
def test_a_cache_of_python_objects():
    store = {}
    one = m.Stored(store, 1)
    assert one is store[1] and m.Stored(store=store, value=1) is one
    class Sub(m.Stored):
        pass

    # The new object refers to the one in the cache, and keeps it alive.
    sub = Sub(store, 1)
    assert type(sub) is Sub and sub.leaf.value == 1
    sub.leaf = m.Leaf(9)
    assert one.leaf.value == 9 and Sub(store, 1) is not sub
    store.clear()
    del one
    gc.collect()
    assert sub.leaf.value == 9
    # What is no instance of the class is handed out as it is.
    class Other:
        pass

    other = Other()
    assert Sub({4: other}, 4) is other
    assert Sub({4: m.Stored.__new__(m.Stored)}, 4) is not None
    # An instance of another subclass as well: `type(Sub(..)) is Sub` holds for what the factory makes.
    class Cousin(m.Stored):
        pass

    cousin = Cousin({}, 2)
    assert Sub({2: cousin}, 2) is cousin


def test_objects_that_have_more_than_their_value_stay():
    """The object of a factory may have attributes, or be watched: the new one refers to it and keeps it alive."""
    watches = []

    class Watch(m.Dict):
        pass

    def noted(value):
        made = m.Dict(value)
        made.note = "kept"
        return made

    def watched(value):
        made = m.Dict(value)
        watches.append(weakref.ref(made))
        return made

    def derived(value):
        return Watch(value)

    for make in [noted, watched, derived]:
        class Sub(Watch):
            pass

        sub = Sub.__new__(Sub, make)
        assert type(sub) is Sub and sub.value == 3
        sub.value += 1
        sub.extra = 1
        assert (sub.value, sub.extra, hasattr(sub, "note")) == (4, 1, False)
        gc.collect()
        assert sub.value == 4
    assert watches[0]() is None
    sub = Sub.__new__(Sub, watched)
    original = watches[1]()
    assert type(original) is m.Dict and original.value == 3
    sub.value = 9
    assert original.value == 9
    class Plain(m.Dict):
        pass

    made = Plain(3)
    made.value += 1
    made.extra = 1
    assert (made.value, made.__dict__) == (4, {"extra": 1})


def test_references_into_another_object():
    class Sub(m.Part):
        pass

    for cls in [m.Part, Sub]:
        whole = m.Whole(3)
        part = cls(whole, 1)
        assert type(part) is cls and part.value == 1
        part.value = 8
        assert (part.value, whole.values()) == (8, [0, 8, 2])
        whole.push(4)
        with pytest.raises(RuntimeError, match="fetch it again"):
            part.value
        part = cls(whole=whole, index=3)
        del whole
        gc.collect()
        assert part.value == 4
        # Two of them for one value: writing to one ends the other.
        whole = m.Whole(2)
        one, two = cls(whole, 0), cls(whole, 0)
        two.value = 5
        assert two.value == 5
        if one is not two:
            with pytest.raises(RuntimeError, match="fetch it again"):
                one.value
        assert cls(7).value == 7


@pytest.mark.row("cls-65", "CLS-10")
def test_overloads_and_the_one_without_arguments():
    assert [m.Two().how, m.Two(4).how, m.Two(n=5).how, m.Two("ab").how, m.Two("a", times=3).how] == [
        "nothing", "int 4", "int 5", "abab", "aaa",
    ]
    signatures = [
        "__new__(arg: object, /) -> test_factories_ext.Two",
        "__new__(cls: object, n: int) -> test_factories_ext.Two",
        "__new__(cls: object, text: str, times: int = 2) -> test_factories_ext.Two",
    ]
    assert refused(m.Two, None) == refusal(signatures, "nanobind.nb_type, NoneType")
    class Sub(m.Two):
        pass

    assert [Sub().how, Sub("x").how, type(Sub())] == ["nothing", "xx", Sub]


@pytest.mark.row("cls-65")
def test_the_factory_without_arguments_comes_first():
    with pytest.raises(ImportError) as caught:
        importlib.import_module("test_factories_nullary_ext")
    text = "nanobind: test_factories_nullary_ext.Value must define its zero-argument __new__ before any other overloads"
    assert str(caught.value) == text


@pytest.mark.row("CLS-14", "CLS-12")
def test_arguments_of_all_kinds():
    assert [m.Rest().how(), m.Rest(1, 2).how()] == ["()", "(1, 2)"]
    assert [m.Both().how(), m.Both(1, x=2).how()] == ["() {}", "(1,) {'x': 2}"]
    assert [m.Defaults().how(), m.Defaults(b=2).how(), m.Defaults(3, None).how()] == ["1 None", "1 Some(2)", "3 None"]
    assert [m.Only(1).how(), m.Only(a=2, b=3).how()] == ["1 5", "2 3"]
    for call in [lambda: m.Only(1, 2), lambda: m.Only(b=1), lambda: m.Rest(x=1)]:
        with pytest.raises(TypeError, match="incompatible function arguments"):
            call()
    for cls, args in [(m.Rest, (1,)), (m.Both, ()), (m.Defaults, (2,)), (m.Only, (7,))]:
        assert type(type("Sub", (cls,), {})(*args)) is not cls
    names = {"name": "Fido", "age": 8}
    assert m.Pet(**pickle.loads(pickle.dumps(names))).age == 8
    assert m.Pet(*["Fido"], **{"age": 9}).age == 9


def test_arguments_are_converted_once():
    """The `__init__` of a factory converts nothing: a value that moved into the object is gone by then."""
    class Sub(m.Owner):
        pass

    assert Sub(m.Leaf(4)).leaf.value == 4 and Sub(leaf=m.Leaf(5)).leaf.value == 5
    # Number and names are looked at.
    owner = m.Owner(m.Leaf(1))
    assert owner.__init__("anything") is None
    init = "__init__(self, leaf: test_factories_ext.Leaf) -> None"
    assert refused(owner.__init__) == refusal([init], "test_factories_ext.Owner")
    moved = m.Moved.make(3)
    assert m.Moved(moved).leaf.value == 3
    with pytest.warns(RuntimeWarning, match="relinquished"), pytest.raises(TypeError):
        moved.leaf


def test_failing_factories():
    class Sub(m.Failing):
        pass

    for cls in [m.Failing, Sub]:
        before = m.alive()
        with pytest.raises(ValueError, match="^zero$"):
            cls(0)
        with pytest.raises(RuntimeError, match=r"^one \(Rust panic at "):
            cls(1)
        with pytest.raises(TypeError, match="incompatible function arguments"):
            cls(2)
        assert m.alive() == before and cls(3).leaf.value == 3


def test_keep_alive_counts_the_class():
    class Patient:
        pass

    class Sub(m.Held):
        pass

    for cls in [m.Held, Sub]:
        patient = Patient()
        watch = weakref.ref(patient)
        held = cls(patient)
        assert type(held) is cls
        del patient
        gc.collect()
        assert watch() is not None
        del held
        gc.collect()
        assert watch() is None


@pytest.mark.row("cls-66")
def test_new_by_hand_gets_the_class():
    assert m.Manual("made").how == m.Manual(text="made").how == "made for Manual"
    new = "__new__(cls: object, text: str) -> test_factories_ext.Manual"
    assert refused(m.Manual, 3) == refusal([new], "nanobind.nb_type, int")
    class Sub(m.Manual):
        pass

    # As in nanobind, the class of the result is this factory's own business.
    assert Sub("made").how == "made for Sub" and type(Sub("made")) is m.Manual
    # One that came after its `__init__`, and has captured state.
    numbers = [m.Counter().number for _ in range(3)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


@pytest.mark.row("cls-68")
@pytest.mark.parametrize("name", ["init_first", "new_first", "slot", "two_kinds"])
def test_both_ways_to_construct_do_not_mix(name):
    module = f"test_factories_{name}_ext"
    with pytest.raises(ImportError) as caught:
        importlib.import_module(module)
    if name == "two_kinds":
        text = (
            "bind all overloads of `__new__` with nb::new_, or all with def_static, where they take the class as their "
            "first argument"
        )
    else:
        text = (
            "bind all constructors with nb::new_, as `__new__`, or all with nb::init, as `__init__`: a call of the class "
            "runs only one of them"
        )
    assert str(caught.value) == f"{module}.Value: {text}"
    assert module not in sys.modules


def test_a_factory_of_the_class_from_itself_does_not_recur():
    assert m.Copying(5).value() == 5 and m.Copying(m.Copying(5)).value() == 105
    assert m.take_copying(6) == 6
    with pytest.raises(TypeError, match="incompatible function arguments"):
        m.Copying("x")


def test_bound_subclasses_have_constructors_of_their_own():
    assert (m.Base(3).value, m.Child(3).value, type(m.Child(3))) == (3, 6, m.Child)
    with pytest.raises(TypeError, match=r"^test_factories_ext.Orphan: no constructor defined!$"):
        m.Orphan(3)
    # The base's factory makes an instance of the base, whatever bound class is asked for.
    assert type(m.Base.__new__(m.Child, 3)) is m.Base
    assert type(m.Child.__new__(m.Child)) is m.Child


def test_any_object_may_be_the_result():
    assert m.Any(5) == 5 and m.Any([]) == []
    class Sub(m.Any):
        def __init__(self, what):
            raise AssertionError("what is no instance is not initialised")

    assert Sub(5) == 5
    assert Sub(int) is int and Sub(m.Any) is m.Any


def test_other_spellings():
    assert (m.Built().value(), m.Built(value=6).value()) == (4, 6)
    assert m.Built.__new__.__doc__.endswith("\n\nBuilds one")
    assert [m.Adder(0).value(), m.Adder(100).value()] == [11, 112]


def test_new_and_init_can_be_replaced_from_python():
    class Meta:
        pass

    original, init = m.Two.__new__, m.Two.__init__
    try:
        m.Two.__new__ = staticmethod(lambda cls, *args: original(cls, "z", 1))
        assert m.Two("", 0).how == "z"
        m.Two.__new__ = staticmethod(original)
        seen = []
        m.Two.__init__ = lambda self, *args: seen.append(args)
        assert m.Two(3).how == "int 3" and seen == [(3,)]
    finally:
        m.Two.__new__ = staticmethod(original)
        m.Two.__init__ = init
    assert m.Two(3).how == "int 3"
    # The function works when its class is given another way, and as any object.
    assert pickle.loads(pickle.dumps(original)) is original
    assert original(m.Two, 4).how == "int 4"


def test_an_instance_that_object_new_makes_is_an_empty_one():
    """CPython lets `object.__new__` through for a class with a `__new__` of its own; nanobind crashes on the result."""
    for cls in [m.Pet, m.Dict, type("Sub", (m.Pet,), {})]:
        empty = object.__new__(cls)
        assert type(empty) is cls
        with pytest.warns(RuntimeWarning, match="uninitialized"), pytest.raises(TypeError):
            empty.age if issubclass(cls, m.Pet) else empty.value
        del empty
    gc.collect()
    # It counts as an instance: its class does not become a collected one, with another layout, while it lives.
    empties = [object.__new__(m.Late) for _ in range(10)]
    if not hasattr(m.Late, "keep"):
        m.make_nurse(m.Late)
    late = m.Late(1)
    late.keep(set())
    assert gc.is_tracked(late) == gc.is_tracked(empties[0])
    del empties, late
    gc.collect()


def test_collector_runs_while_the_value_moves():
    class Sub(m.Inline):
        pass

    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        subs = [Sub(n) for n in range(200)]
        assert [sub.leaf.value for sub in subs] == list(range(200))
    finally:
        gc.set_threshold(*threshold)


@pytest.mark.finding(11)
def test_a_constructor_without_arguments_is_new_where_there_is_one():
    assert m.NewAndDefault().value == 5
    assert m.NewOfOne().value == 0 and m.NewOfOne(3).value == 3
    assert m.NewThatFails().value == 6
    m.fail(True)
    try:
        with pytest.raises(ValueError, match="^not now$"):
            m.NewThatFails()
    finally:
        m.fail(False)


@pytest.mark.finding(3)
def test_a_boxed_error_of_a_constructor_that_runs_without_the_interpreter():
    assert m.BoxedError(False)
    with pytest.raises(RuntimeError, match="^bad dog$"):
        m.BoxedError(True)
