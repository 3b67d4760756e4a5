"""Casts of Python objects to Rust values and back."""

import pytest
import test_handles_ext as m
from samples import Thing


@pytest.mark.row("api-err-12", "api-cast-1", "ex-17", "api-disc-13")
def test_casts_to_rust_convert_or_name_both_types():
    assert m.cast_i32(5) == 5 and m.cast_text("text") == "text" and m.cast_floats([1, 2.5]) == [1.0, 2.5]
    assert m.cast_pair((1, "one")) == (1, "one") and m.cast_none([None]) is None and m.cast_none([4]) == 4
    for call, value, text in [
        (m.cast_i32, "5", "this 'str' object cannot be converted to 'int' (Rust type `i32`)"),
        (m.cast_byte, 256, "this 'int' object cannot be converted to 'int' (Rust type `u8`): out of range"),
        (m.cast_text, Thing(), f"this '{Thing.__module__}.Thing' object cannot be converted to 'str' (Rust type `String`)"),
    ]:
        with pytest.raises(RuntimeError) as caught:
            call(value)
        assert type(caught.value) is RuntimeError and str(caught.value) == "std::bad_cast: " + text
    for call, value in [(m.cast_floats, [1, "x"]), (m.cast_pair, (1,)), (m.cast_pair, (1, 2)), (m.cast_dog, 1)]:
        with pytest.raises(RuntimeError, match="^std::bad_cast"):
            call(value)


@pytest.mark.row("STL-29", "api-cast-2")
def test_try_cast_answers_without_exceptions():
    assert m.try_cast_int(5) == 5 and m.try_cast_int("5") is None and m.try_cast_int(10**30) is None
    assert m.try_cast_texts(["a"]) == ["a"] and m.try_cast_texts(["a", 1]) is None

    class Broken:
        def __len__(self):
            raise ZeroDivisionError

        def __getitem__(self, index):
            raise ZeroDivisionError

    assert m.try_cast_texts(Broken()) is None
    assert m.try_cast_int(Broken()) is None


def test_casts_of_bound_classes_copy_and_lend():
    dog = m.Dog(3)
    copy = m.cast_dog(dog)
    assert copy is not dog and copy.age == 3
    m.older(dog)
    assert dog.age == 4 and copy.age == 3
    with pytest.raises(RuntimeError, match="^std::bad_cast: this 'int' object cannot be converted to"):
        m.older(1)
    with pytest.raises(RuntimeError, match="^std::bad_cast"):
        m.cast_hidden(dog)


def test_what_is_lent_stays_marked_until_it_is_given_back():
    dog, other = m.Dog(3), m.Dog(5)
    assert m.older_than(other, dog) == 5 and dog.age == 4
    # The same object twice, once to be changed: refused, as Rust would.
    with pytest.raises(RuntimeError, match="has not finished yet$"):
        m.older_than(dog, dog)
    seen = []

    def reenter():
        with pytest.raises(RuntimeError, match="has not finished yet$"):
            m.older(dog)
        with pytest.raises(RuntimeError, match="has not finished yet$"):
            dog.age
        seen.append(m.older_than(other, m.Dog()))

    before = dog.age
    m.lend_while(dog, reenter)
    assert seen == [5] and dog.age == before + 1

    def fails():
        raise KeyError("while lent")

    with pytest.raises(KeyError):
        m.lend_while(dog, fails)
    m.older(dog)
    assert dog.age == before + 2


@pytest.mark.row("api-cast-3", "api-cast-6")
def test_casts_to_python():
    one, text, pairs, nothing, dog = m.to_python()
    assert (one, text, pairs, nothing) == (1, "text", [(1, 2.5)], None)
    assert type(dog) is m.Dog and dog.age == 7
    with pytest.raises(ValueError, match="^unlucky$"):
        m.to_python_unlucky()
    with pytest.raises(TypeError, match="Hidden"):
        m.cast_hidden_out()
    thing = Thing()
    assert m.make_tuple(thing) == (1, "two", thing, None)
    with pytest.raises(ValueError, match="^unlucky$"):
        m.make_tuple_unlucky()
