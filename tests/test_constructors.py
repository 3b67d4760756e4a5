"""Construction: constructors, second and failed ones, use before them, implicit conversions."""

import copy
import functools
import pickle
import warnings

import pytest
import test_classes_ext as m
from refusals import raised, refusal


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
    assert raised(TypeError, m.Dog, 1.5) == refusal(
        ["__init__(self, name: str, age: int = 3) -> None", "__init__(self, other: test_classes_ext.Dog) -> None"],
        "test_classes_ext.Dog, float",
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
        assert text == refusal(["bark(self) -> str"], name)
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
