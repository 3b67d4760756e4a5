"""Closure literals: what the macros accept that Rust alone would refuse."""

import pickle

import pytest
import test_closures_ext as m


@pytest.mark.finding(15)
def test_a_closure_returns_a_borrow_of_its_argument():
    dog = m.Dog("Max")
    assert (dog.name(), dog.name_written(), dog.name_in_a_block()) == ("Max", "Max", "Max")
    assert dog.weights() == [1.5, 2.0]
    assert dog.name_again == "Max"
    assert dog.nth_unchecked(2).length == 3
    assert dog.texts(dog) == ("Max", ["Max"])
    assert dog.other_name(m.Dog("Rex")) == "Rex"
    assert m.Dog.first(dog, m.Dog("Rex")) == "Max"


@pytest.mark.finding(15)
def test_what_such_a_closure_returns_obeys_the_policy():
    dog = m.Dog("Max")
    dog.tail().length = 8
    assert dog.tail().length == dog.prop_tail.length == 8
    dog.tail_copy().length = 9
    assert dog.tail().length == 8
    assert dog.nth(0).length == 1
    dog.nth_to_change(0).length = 5
    assert dog.nth(0).length == 5
    with pytest.raises(IndexError, match="no such tail"):
        dog.nth(3)
    assert dog.keep() is dog
    assert dog.flag().length == 99


@pytest.mark.finding(15)
def test_captures_patterns_and_several_references():
    dog = m.Dog("Max")
    assert dog.tagged("tag:big").length == dog.tagged("big").length == 30
    assert dog.tagged("small") is None
    tail = dog.tagged("big")
    del dog
    assert tail.length == 30


@pytest.mark.finding(15)
def test_closures_whose_result_is_their_own_are_left_alone():
    dog = m.Dog("Max")
    assert dog.same_name(m.Dog("Max")) and not dog.same_name(m.Dog("Rex"))
    assert dog.length() == 3
    assert dog.mapped(str.upper) == "MAX"


@pytest.mark.finding(15)
def test_in_every_macro():
    assert m.longer("abc", b="de") == "abc" and m.longer("a", "bcd") == "bcd"
    assert m.trimmed("  x ") == "x"
    assert m.late(text="abc") == "bc"
    assert isinstance(m.Counter(3).same(), m.Counter)
    assert list(m.Counter(3)) == [2, 1, 0]
    dog = m.Dog("Max")
    dog.prop_name = "Rex"
    assert dog.prop_name == "Rex"


@pytest.mark.finding(15)
def test_a_closure_fills_a_slot():
    assert list(pickle.loads(pickle.dumps(m.Counter(2)))) == [1, 0]
    assert m.Tail("ff", 16).length == 255
    with pytest.raises(ValueError, match="invalid digit"):
        m.Tail("x", 16)


@pytest.mark.finding(15)
def test_types_with_parameters():
    assert m.PairOfText(1, "b").second() == "b"
    pair = m.pair(4, 5)
    assert (pair.first().length, pair.second().length) == (4, 5)


@pytest.mark.finding(15)
def test_a_variable_of_the_parameter_s_name_is_no_borrow():
    assert m.shadowed("abc") == 4 and m.shadowed_pair("abc") == 3
