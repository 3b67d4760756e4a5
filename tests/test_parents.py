"""A base class given as the object that binding it has made.

Only the builder's own class value can be a base: its type tells the compiler which class the new one has to embed. A
plain `type_object`, for instance from `nb::type_`, does not say so and is refused by the compiler.
"""

import importlib
import sys

import pytest
import test_parents_ext as m


@pytest.mark.row("cls-08", "api-clsann-10")
def test_a_class_derives_from_the_object_of_its_parent():
    assert issubclass(m.Dog, m.Pet) and m.Dog.__bases__ == (m.Pet,) and m.Dog.__doc__ == "A dog"
    dog = m.Dog("Rex", 4)
    assert isinstance(dog, m.Pet)
    # Inherited fields and methods work on the embedded value, wherever it lies.
    assert (dog.name, dog.age, dog.greet()) == ("Rex", 4, "I am Rex")
    dog.name = "Max"
    assert (dog.name, dog.age, dog.greet()) == ("Max", 4, "I am Max")
    m.rename(dog, "Bo")
    assert (dog.name, dog.age) == ("Bo", 4)
    with pytest.raises(TypeError, match="incompatible function arguments"):
        m.age(m.Pet("Tom"))
    with pytest.raises(TypeError, match="incompatible function arguments"):
        m.Dog.age.fget(m.Pet("Tom"))
    # The same mistake as in nanobind: the base as a type and as an object.
    with pytest.raises(ImportError) as caught:
        importlib.import_module("test_parents_twice_ext")
    assert str(caught.value) == 'nanobind::detail::nb_type_new("Dog"): multiple base types specified!'
    assert "test_parents_twice_ext" not in sys.modules


def test_parents_have_parents():
    puppy = m.Puppy("Bit")
    assert m.Puppy.__mro__[1:3] == (m.Dog, m.Pet)
    assert (puppy.name, puppy.age, puppy.greet(), m.age(puppy)) == ("Bit", 0, "I am Bit", 0)
    m.rename(puppy, "Bob")
    puppy.age = 2
    puppy.toy = "ball"
    assert (puppy.name, puppy.age, puppy.toy) == ("Bob", 2, "ball")


def test_a_nested_class_can_be_a_parent():
    assert m.Dog.Derived.__bases__ == (m.Pet.Inner,)
    assert m.Dog.Derived.__qualname__ == "Dog.Derived" and m.Pet.Inner.__qualname__ == "Pet.Inner"
    derived = m.Dog.Derived(3)
    derived.value += 1
    assert derived.value == 4
