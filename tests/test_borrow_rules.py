"""Borrow rules: what one call may be given at once, and what code may touch meanwhile."""

import threading

import pytest
import test_classes_ext as m
from refusals import raised
from samples import Index

SELF_BUSY = r"(being modified|being read) by a call that has not finished yet"


def aliased(function, a, b, cls):
    return (
        f"{function}(): {a} and {b} refer to the same {cls} object, and the function modifies it: "
        "pass two different objects"
    )


def test_one_object_for_two_mutable_arguments_is_refused():
    dog = m.Dog("a")
    text = aliased("swap", "argument 'a'", "argument 'b'", "test_classes_ext.Dog")
    assert raised(RuntimeError, m.swap, dog, dog) == text
    assert raised(RuntimeError, m.swap, b=dog, a=dog) == text
    assert "copy_into(): " in raised(RuntimeError, m.copy_into, dog, dog)
    assert "refer to the same test_classes_ext.Puppy object" in raised(RuntimeError, m.swap, *[m.Puppy("x")] * 2)
    assert m.same(dog, dog) is True
    assert m.pick(dog, dog, True) is dog and m.copy_of(dog) is not dog
    # Nothing stays marked.
    m.rename(dog, "b")
    assert dog.name == "b"


def test_one_object_twice_in_a_list_of_mutable_arguments_is_refused():
    dogs = [m.Dog("a"), m.Dog("b")]
    assert m.rename_all(dogs, "c") == 2 and [d.name for d in dogs] == ["c", "c"]
    assert "refer to the same" in raised(RuntimeError, m.rename_all, [*dogs, dogs[0]], "d")
    assert [d.name for d in dogs] == ["c", "c"]
    assert m.rename_all(dogs, "e") == 2


def test_field_and_owner_in_one_call():
    dog = m.Dog("a", 1)
    assert "refer to the same" in raised(RuntimeError, m.play, dog, dog.toy)
    assert dog.age == 1 and dog.toy.squeaks == 0
    assert m.watch(dog, dog.toy) == 1
    m.play(dog, m.Toy(1))
    assert dog.age == 2


def test_two_fields_of_one_owner_are_disjoint():
    dog = m.Dog("a")
    dog.toy.squeaks, dog.spare.squeaks = 1, 2
    m.swap_toys(dog.toy, dog.spare)
    assert (dog.toy.squeaks, dog.spare.squeaks) == (2, 1)
    assert "refer to the same" in raised(RuntimeError, m.swap_toys, dog.toy, dog.toy)
    raised(RuntimeError, m.swap_toys, dog.toy, dog.first_mut())
    raised(RuntimeError, m.swap_toys, dog.first_mut(), dog.toy)
    m.swap_toys(dog.toy, dog.spare)
    assert (dog.toy.squeaks, dog.spare.squeaks) == (1, 2)


def test_two_mutable_references_to_one_value_without_size_are_refused():
    token, tokens = m.Token(), m.Tokens()
    m.two_tokens(token, m.Token())
    m.two_tokens(token, tokens.left)
    assert "refer to the same" in raised(RuntimeError, m.two_tokens, token, token)
    assert "refer to the same" in raised(RuntimeError, m.two_tokens, tokens.left, tokens.left)


def test_reentry_while_modified_is_refused():
    dog = m.Dog("a", 1)
    toy = dog.toy
    texts = []

    def intrude():
        for use in [
            dog.bark,
            lambda: dog.age,
            lambda: setattr(dog, "age", 50),
            lambda: m.rename(dog, "x"),
            lambda: m.call_back(dog, lambda: None),
            lambda: toy.squeaks,
            lambda: setattr(toy, "squeaks", 3),
            lambda: dog.toy,
            lambda: m.Dog(dog),
        ]:
            texts.append(raised(RuntimeError, use))

    assert m.call_back(dog, intrude) == 3
    assert all("is being modified by a call that has not finished yet" in text for text in texts)
    assert (dog.name, dog.age, toy.squeaks) == ("a", 3, 0)


def test_reentry_while_read_may_read_but_not_modify():
    dog = m.Dog("a", 1)
    seen = []

    def peek():
        seen.extend([dog.age, dog.bark(), dog.toy.squeaks, m.same(dog, dog), m.call_back_reading(dog, lambda: None)])
        for use in [lambda: setattr(dog, "age", 2), lambda: m.rename(dog, "x"), lambda: setattr(dog.toy, "squeaks", 1)]:
            assert "is being read by a call that has not finished yet" in raised(RuntimeError, use)

    assert m.call_back_reading(dog, peek) == 1
    assert seen == [1, "a: woof!", 0, True, 1]
    dog.age = 7
    assert dog.age == 7


def test_marks_end_when_a_call_fails():
    dog = m.Dog("a", 1)

    def fail():
        raise KeyError("no")

    raised(KeyError, m.call_back, dog, fail)
    assert dog.age == 2
    with pytest.raises(RuntimeError, match="after the callback"):
        m.call_back_then_panic(dog, lambda: None)
    with pytest.raises(RuntimeError, match="the callback raised"):
        m.call_back_then_panic(dog, fail)
    dog.age = 10
    assert dog.age == 10


def test_object_may_lose_its_last_name_during_a_call():
    holder = [m.Dog("a", 1)]
    assert m.call_back(holder[0], holder.clear) == 3


def test_marks_hold_across_threads():
    dog = m.Dog("a", 1)
    thread = threading.Thread(target=m.busy_without_interpreter, args=(dog, 300))
    thread.start()
    refused = 0
    while thread.is_alive():
        try:
            dog.age
        except RuntimeError as error:
            assert "is being modified" in str(error)
            refused += 1
    thread.join()
    assert refused > 0 and dog.age == 2


def test_receiver_may_be_changed_while_arguments_convert():
    dog = m.Dog("a", 1)
    assert m.age_after(dog, Index(1, lambda: setattr(dog, "age", 40))) == 41


def test_results_are_the_arguments_they_refer_to():
    a, b = m.Dog("a", 1), m.Puppy("b")
    assert m.oldest([b, a]) is a and m.oldest([]) is None


def test_more_readers_than_a_mark_can_count():
    dog = m.Dog("a", 1)
    assert m.oldest([dog] * 65_600) is dog
    dog.age = 2
    assert dog.age == 2
