"""Methods called `def`, `value`, .. of types that bind nothing."""

import pytest
import test_receivers_ext as m


def test_methods_of_other_types_are_left_alone():
    expected = ["a=1", "b=two", "c=woof", "d=x", "e=closure", "f=7", "g=9", "h", "i", "j", "k=11", "l=12", "m=12", "n=9"]
    assert m.entries == [*expected, "o=14", "o=15"]
    assert m.kept == ["static=13"]


def test_a_call_that_would_compile_either_way():
    # The sizes of what it was given: a number of one byte and one of two, and not a tuple that holds them.
    assert m.counted == len("woof") * 2 + 1 + 2


def test_what_binds_has_its_methods_beside_them():
    dog = m.Dog(3)
    assert dog.age() == 3 and dog.years == 3
    assert [kind.name for kind in m.Kind] == ["Cat", "Dog"] and m.Kind.Cat.__doc__ == "Purrs"
    assert m.bark() == m.tools.bark() == m.through_a_field() == "woof"
    assert m.tools.loud() == "WOOF"


@pytest.mark.parametrize("name", ["indexed", "referred", "in_for", "in_if_let", "in_match", "later"])
def test_bindings_of_what_a_container_has_got_look_for_overrides(name):
    class Puppy(m.Hound):
        def speak(self):
            return "override"

    assert getattr(m.Hound(), name)() == "native"
    assert getattr(Puppy(), name)() == "override"


def test_names_of_fields_and_of_functions():
    assert m.count() == 3
    assert type(m.count).__name__ == "builtin_function_or_method"
    assert m.numbers == (0, 0)
    assert m.merely_named() == "woof"
