"""`nb_variant!`: enums of alternatives."""

import pytest
import test_variants_ext as m


def raised(kind, function, *args):
    with pytest.raises(kind) as error:
        function(*args)
    return str(error.value)


@pytest.mark.row("xchg-14", "api-hdr-15", "STL-16")
def test_alternatives():
    assert [m.name(value) for value in (None, 1, "x", [1.0, 2], (), range(3))] == [
        "unset", "number 1", "text x", "2 numbers", "0 numbers", "3 numbers",
    ]  # fmt: skip
    assert m.name.__doc__ == "name(arg: int | str | collections.abc.Sequence[float] | None, /) -> str"
    # A result is described in the order of the alternatives, as in C++.
    assert m.back.__doc__.endswith("-> None | int | str | list[float]")
    for value in (None, 5, "x", [1.0, 2.5]):
        assert m.back(value) == value
    for value in (2**40, 1.5, b"x", ["x"], object(), {1: 2}):
        assert "incompatible function arguments" in raised(TypeError, m.name, value)
    assert m.names([1, "x", None, [1.0]]) == ["number 1", "text x", "unset", "1 numbers"]
    assert (m.maybe(None), m.maybe("x")) == (None, "text x")
    assert m.alone(True) is True


@pytest.mark.row("STL-18")
def test_an_exact_alternative_comes_before_one_that_converts():
    assert m.either(5) == "number 5" and m.either(m.Wrapped(3)) == "wrapped 3"
    assert m.floating(5) == "int 5" and m.floating(5.0) == "float 5"
    # Only the pass that converts takes these.
    assert m.name(True) == "number 1" and m.floating(True) == "float 1"
    assert "incompatible" in raised(TypeError, m.strict, True)
    assert m.strict("x") == "text x"


@pytest.mark.row("STL-19")
def test_no_default_is_needed():
    assert m.pet(m.Dog(1)) == "dog 1" and m.pet(m.Cat(2)) == "cat 2" and m.pet(None) == "nobody"


def test_what_a_refused_call_leaves():
    cat = m.Cat(3)
    raised(TypeError, m.two, cat, "x", 0)
    assert cat.lives == 3
    assert "refer to the same" in raised(RuntimeError, m.two, cat, cat, 0)
    assert cat.lives == 3
    raised(ValueError, m.two, cat, None, 1)
    with pytest.raises(TypeError), pytest.warns(RuntimeWarning):
        cat.lives


def test_fields():
    home = m.Home()
    assert home.pet is None and home.setting is None
    home.setting = [1.0]
    assert home.setting == [1.0]
    home.pet = m.Dog(1)
    dog = home.pet
    dog.age = 5
    assert home.pet is dog and home.pet.age == 5
    # The same class, another alternative: another place.
    home.turn()
    assert home.pet is not dog and home.pet.age == 5
    assert "which has no such element any more" in raised(RuntimeError, lambda: dog.age)
    home.turn()
    assert home.pet.age == 5 and dog.age == 5
    home.pet = m.Cat(4)
    home.pet.lives = 9
    assert home.pet.lives == 9
    with pytest.raises(RuntimeError):
        dog.age
    home.all = [m.Dog(1), None, m.Cat(2)]
    home.all[0].age = 7
    assert home.all[0].age == 7 and home.all[1] is None and home.all[2].lives == 2
    raised(TypeError, setattr, home, "pet", "x")
    home.pet = home.all[0]
    home.pet.age = 1
    assert home.all[0].age == 7


class Hostile:
    def __init__(self, error):
        self.error = error

    def __index__(self):
        raise self.error

    def __len__(self):
        raise self.error


def test_hostile_objects():
    raised(KeyboardInterrupt, m.name, Hostile(KeyboardInterrupt()))
    assert "incompatible" in raised(TypeError, m.name, Hostile(ValueError("x")))

    class Text(str):
        pass

    assert m.name(Text("x")) == "text x"
