"""Enums whose variants are classes: what a value becomes, its tag decides."""

import gc

import pytest
import test_type_hooks_ext as m
from refusals import raised


@pytest.mark.row("cls-57", "api-undoc-13")
def test_a_result_has_the_class_of_its_variant():
    assert [type(m.make(kind)) for kind in ("cat", "dog", "bird")] == [m.Cat, m.Dog, m.Pet]
    assert m.make("dog").tricks == 3 and m.make("bird").name == "bird"
    assert m.make.__doc__ == (
        "make(arg: str, /) -> test_type_hooks_ext.Cat | test_type_hooks_ext.Dog | test_type_hooks_ext.Pet"
    )


def test_an_argument_is_the_first_variant_that_takes_it():
    assert m.kind(m.Cat("x")) == "cat x"
    assert m.kind(m.make("dog")) == "dog a dog 3"
    assert m.kind(m.Pet("y")) == "pet y"

    class Stray(m.Cat):
        pass

    assert m.kind(Stray("z")) == "cat z"
    # Only a dog is made of a number, and only where that is allowed.
    assert m.kind(4.0) == "dog converted 4"
    assert "incompatible function arguments" in raised(TypeError, m.strict, 4.0)
    for wrong in ("text", None, [], m.Cat):
        assert "incompatible function arguments" in raised(TypeError, m.kind, wrong)
    assert m.names([m.Cat("a"), m.Pet("b"), 1.0]) == ["a", "b", "converted"]
    assert m.maybe(None) is None and m.maybe(m.Pet("p")) == "p"


def test_values_move_or_are_copied_as_their_types_are():
    before = m.live()
    cat, dog = m.Cat("c"), m.make("dog")
    # A dog can be copied, a cat is taken away.
    assert m.kind(dog) == m.kind(dog) and m.kind(cat) == "cat c"
    with pytest.warns(RuntimeWarning, match="relinquished"):
        raised(TypeError, m.kind, cat)
    assert m.live() == before
    cat = m.Cat("d")
    assert "argument" in raised(RuntimeError, m.two, cat, cat)
    assert m.kind(cat) == "cat d"
    same = m.same(m.Cat("e"))
    assert type(same) is m.Cat and same.name == "e"
    del same, cat
    gc.collect()
    assert m.live() == before
    # A refused call has taken nothing.
    cat = m.Cat("f")
    raised(TypeError, m.two, cat, "no pet")
    assert m.kind(cat) == "cat f"


def test_variants_of_converted_types():
    assert [m.value(3), m.value("x"), m.value(m.make("dog"))] == ["number 3", "text x", "dog 3"]
    # As it is before converted: a float is no whole number.
    assert m.value(2.5) == "dog 2"
    number, text, dog = m.values()
    assert (number, text, dog.tricks) == (1, "two", 3)


def test_an_object_whose_protocol_raises():
    class Odd:
        def __index__(self):
            raise KeyboardInterrupt

        def __float__(self):
            raise AssertionError("asked after the end")

    with pytest.raises(KeyboardInterrupt):
        m.value(Odd())


@pytest.mark.finding(14)
def test_in_a_box():
    cat = m.make("cat")
    again = m.boxed(cat)
    assert type(again) is m.Cat and again.name == "a cat"
    assert m.boxed_name(m.make("dog")) == "a dog"
    assert m.boxed.__doc__ == m.same.__doc__.replace("same", "boxed")
    with pytest.raises(TypeError):
        m.boxed(None)


@pytest.mark.finding(14)
def test_a_variant_without_a_value_is_none():
    assert m.guest(None) is None
    assert (m.squeeze(), m.squeeze(None)) == (0, 0)
    dog = m.make("dog")
    dog.tricks = 4
    assert m.squeeze(dog) == 4
    assert m.guest.__doc__.startswith("guest(arg: test_type_hooks_ext.Toy | None | test_type_hooks_ext.Dog")
    with pytest.raises(TypeError):
        m.guest("text")


@pytest.mark.finding(14)
def test_a_shared_value_stays_shared():
    toy = m.Toy()
    assert m.guest(toy) is toy
    assert (m.squeeze(toy), m.squeeze(toy), toy.squeaks()) == (1, 2, 2)
    given = m.guests([toy, None])
    assert given[0] is toy and given[1] is None
