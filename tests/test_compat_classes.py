"""Classes in pybind11's spelling. The texts are those of pybind11 3.1."""

import copy
import gc
import pickle
import weakref

import pytest

import test_compat_classes_ext as t

INT = "typing.SupportsInt | typing.SupportsIndex"
M = "test_compat_classes_ext"


@pytest.mark.row("port-07", "port-08", "port-16")
def test_the_class_of_the_manual():
    pet = t.Pet("Molly")
    assert (pet.name, pet.age, pet.older, pet.years, pet.read_only) == ("Molly", 1, 2, 1, 1)
    pet.name, pet.age = "Charly", 3
    assert repr(pet) == "<Pet named 'Charly'>" and pet.older == 4
    for name in ["older", "years", "read_only"]:
        with pytest.raises(AttributeError):
            setattr(pet, name, 1)
    assert t.Pet().name == "" and t.Pet(age=2, name="x").age == 2
    assert t.Pet.named("y").age == 0


def test_overloads_by_casts():
    pet = t.Pet("a")
    pet.set(5)
    pet.set("b")
    assert (pet.age, pet.name) == (5, "b")
    assert t.Pet.set.__doc__ == (
        f"set(*args, **kwargs)\nOverloaded function.\n\n1. set(self: {M}.Pet, arg0: {INT}) -> None\n\nSet the pet's age\n\n"
        f"2. set(self: {M}.Pet, arg0: str) -> None\n\nSet the pet's name\n"
    )


@pytest.mark.row("port-09")
def test_static_properties():
    assert t.Pet.kind == "pet"
    assert t.Pet.count == 3
    t.Pet.count = 4
    assert t.Pet.count == t.Pet("x").count == 4
    t.Pet.count = 3


def test_docstrings_of_classes():
    assert t.Wrapped.__doc__ == "A number in a class"
    assert t.Pet.name.__doc__ == "The name"
    assert t.Pet.age.__doc__ == ""
    assert t.Pet.__init__.__doc__ == (
        f"__init__(*args, **kwargs)\nOverloaded function.\n\n1. __init__(self: {M}.Pet) -> None\n\n"
        f"2. __init__(self: {M}.Pet, name: str, age: {INT} = 1) -> None\n"
    )


def test_a_refused_constructor():
    with pytest.raises(TypeError) as caught:
        t.Pet(1, 2, 3)
    assert str(caught.value) == (
        "__init__(): incompatible constructor arguments. The following argument types are supported:\n"
        f"    1. {M}.Pet()\n    2. {M}.Pet(name: str, age: {INT} = 1)\n\nInvoked with: 1, 2, 3"
    )


def test_a_refused_method_shows_its_object():
    with pytest.raises(TypeError) as caught:
        t.Pet("Molly").set(None)
    assert str(caught.value).endswith("Invoked with: <Pet named 'Molly'>, None")


def test_dynamic_attributes_and_inheritance():
    pet = t.Pet("Molly")
    pet.anything = 5
    assert pet.__dict__ == {"anything": 5}
    dog = t.Dog("Rex")
    assert isinstance(dog, t.Pet) and dog.bark() == "woof!" and dog.name == "Rex"
    assert t.shared(pet)
    # Differs: a base is a field of its value, which nobody shares without the rest.
    with pytest.raises(RuntimeError, match="cannot be shared alone"):
        t.shared(dog)
    made = t.make_dog("Ada")
    assert type(made) is t.Dog and made.age == 1


def test_pickling():
    pet = t.Pet("Molly", 7)
    assert pickle.loads(pickle.dumps(pet)).age == 7
    assert copy.deepcopy(pet).name == "Molly"
    with pytest.raises(ValueError, match="Invalid state!"):
        t.Pet.__new__(t.Pet).__setstate__((1, 2, 3))


def test_operators():
    a, b = t.Vector2(1, 2), t.Vector2(3, 4)
    assert (a + b).x == 4 and (a * 2.0).x == 2 and (2 * b).x == 6 and (-a).x == -1
    assert a == t.Vector2(1, 2) and a != b
    assert b**2.0 == 9
    same = a
    same += b
    assert same.x == 4
    with pytest.raises(TypeError, match="unsupported operand"):
        a**"x"


@pytest.mark.row("port-03", "port-26")
def test_virtual_functions():
    class Dog(t.Animal):
        def go(self, times):
            return "woof " * times

        def title(self):
            return "Dog"

    assert t.call_go(Dog()) == "woof woof woof "
    assert t.call_name(Dog()) == "Dog"

    class Silent(t.Animal):
        pass

    with pytest.raises(RuntimeError, match="go"):
        t.call_go(Silent())

    class Lion(t.Cat):
        def purr(self, times):
            return super().purr(times) + "roar"

    assert t.call_purr(Lion()) == "purr purr roar"
    assert t.call_purr(t.Cat()) == "purr purr "
    assert t.call_shown(Lion()) == "a cat"
    Lion.__str__ = lambda self: "a lion"
    assert t.call_shown(Lion()) == "a lion"


@pytest.mark.row("port-10")
def test_registered_exceptions():
    with pytest.raises(t.Broken, match="text") as caught:
        t.breaks("text")
    assert type(caught.value) is t.Broken and issubclass(t.Broken, Exception)
    with pytest.raises(KeyError) as caught:
        t.breaks_locally()
    assert type(caught.value) is t.LocallyBroken


def test_policies():
    kennel = t.Kennel(["a", "b"])
    kennel.first().name = "c"
    kennel.copy_of_first().name = "d"
    assert kennel.first().name == "c"
    gone = weakref.ref(t.Pet)
    first = t.Kennel(["z"]).first()
    gc.collect()
    assert first.name == "z" and gone() is t.Pet


def test_iterators_with_keep_alive():
    iterator = iter(t.Kennel(["a", "b"]))
    gc.collect()
    assert [pet.name for pet in iterator] == ["a", "b"]


def test_context_managers_and_guards():
    kennel = t.Kennel(["a"])
    with kennel as entered:
        assert entered is kennel and kennel.open
    assert not kennel.open and kennel.slow() == len(kennel) == 1


@pytest.mark.row("port-20")
def test_nodelete_is_never_destructed():
    made = t.Immortal.make()
    assert made.value == 1
    before = t.ended()
    del made
    gc.collect()
    assert t.ended() == before


@pytest.mark.row("port-24")
def test_a_variable_and_implicit_conversions():
    assert t.Wrapped.limit == 10
    assert t.number_of(5) == 5 and t.number_of(t.Wrapped(6)) == 6
    with pytest.raises(TypeError):
        t.number_of("x")


def test_bound_vectors():
    numbers = t.Numbers([1, 2])
    numbers.append(3)
    assert t.total(numbers) == 6 and list(numbers) == [1, 2, 3]
    assert numbers == t.Numbers([1, 2, 3])


def test_keep_alive_and_submodules():
    class Patient:
        pass

    nurse, patient = t.Pet("n"), Patient()
    lives = weakref.ref(patient)
    t.keeps(nurse, patient)
    del patient
    gc.collect()
    assert lives() is not None
    del nurse
    gc.collect()
    assert lives() is None
    assert t.part.where_am_i() == "part" and t.part.__doc__ == "A submodule"


def test_a_repr_that_is_refused_does_not_call_itself_for_ever():
    """An instance without a value has no `repr`, and that is said by showing the instance."""

    class Hollow(t.Pet):
        def __init__(self):
            pass

    for refused in [lambda: Hollow().set(1), lambda: repr(Hollow()), lambda: Hollow().name]:
        with pytest.warns(RuntimeWarning) as warned:
            with pytest.raises((TypeError, RuntimeError)) as caught:
                refused()
        assert "Hollow" in str(caught.value) or "repr raised Error" in str(caught.value)
        assert len(warned) < 40
