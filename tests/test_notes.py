"""What the notes of a refused call say, overload by overload.

The text of the exception is nanobind's; the notes stand below it in a traceback.
"""

import sys
import traceback

import pytest
import test_notes_ext as m

HAS_NOTES = sys.version_info >= (3, 11)


def notes(call, *args, **kwargs):
    """The notes of the TypeError that the call raises; none before Python 3.11, whatever is expected."""
    with pytest.raises(TypeError, match=r"incompatible function arguments\. The following") as caught:
        call(*args, **kwargs)
    found = getattr(caught.value, "__notes__", [])
    assert HAS_NOTES or found == []
    return found


def expect(found, *lines):
    assert found == (list(lines) if HAS_NOTES else [])


def test_a_plain_mismatch_has_no_notes():
    for call, args in [
        (m.byte, ["x"]),
        (m.byte, [1.5]),
        (m.floats, [5]),
        (m.rows, ["x"]),
        (m.natural, ["x"]),
        (m.dog, [5]),
        (m.three_args, [1, "x", 3]),
        (m.several, [b"x"]),
        (m.pair, [{1, 2}]),
        (m.letter, [5]),
        (m.Dog, ["x"]),
    ]:
        with pytest.raises(TypeError) as caught:
            call(*args)
        if call is not m.several:
            assert not hasattr(caught.value, "__notes__"), caught.value.__notes__
            assert caught.value.__cause__ is None


def test_numbers_that_do_not_fit():
    expect(notes(m.byte, 256), "argument 1: out of range")
    expect(notes(m.byte_named, -1), "argument 'x': out of range")
    expect(notes(m.byte_named, x=2**70), "argument 'x': out of range")
    expect(notes(m.wide, 2**63), "argument 'x': out of range")
    expect(notes(m.wide, 0, 2**64), "argument 'y': out of range")
    expect(notes(m.wide, 0, -1), "argument 'y': out of range")
    expect(notes(m.wide, z=2**127), "argument 'z': out of range")
    expect(notes(m.exact, 0.1), "argument 'x': has no exact counterpart, and the argument accepts no conversion")
    assert m.exact(0.5) == 0.5


def test_texts_that_do_not_fit():
    for text in ("", "ab"):
        expect(notes(m.letter, text), "argument 'c': not a single character")
    expect(notes(m.c_text, "a\0b"), "argument 'text': contains a null character")
    found = notes(m.text, "\ud800")
    if HAS_NOTES:
        assert len(found) == 1
        assert found[0].startswith("argument 'text': its conversion raised UnicodeEncodeError: 'utf-8' codec can't")


def test_elements_are_named():
    expect(notes(m.floats, [1, 2.5, "x"]), "argument 'all', element 2: wrong type")
    expect(notes(m.floats, (1, None)), "argument 'all', element 1: wrong type")
    expect(notes(m.bytes_, range(254, 260)), "argument 'all', element 2: out of range")
    expect(notes(m.rows, [[1], [2, 3], [4, "x"]]), "argument 'all', element 2, element 1: wrong type")
    expect(notes(m.rows, [[1], [2, 2**40]]), "argument 'all', element 1, element 1: out of range")
    expect(notes(m.rows, [[1, 2], 5]), "argument 'all', element 1: wrong type")
    # Two levels are enough to find it.
    expect(notes(m.cubes, [[[1]], [[2], [3, "x"]]]), "argument 'all', element 1, element 1: wrong type")
    expect(notes(m.pair, ("x", [])), "argument 'all', element 0: wrong type")
    expect(notes(m.pair, (1, [1, "x"])), "argument 'all', element 1, element 1: wrong type")
    expect(notes(m.ages, {"a": 1, "b": 300}), "argument 'all', element 1: out of range")
    expect(notes(m.ages, {"a": 1, 2: 3}), "argument 'all', element 1: wrong type")
    expect(notes(m.unique, [1, 2, -1]), "argument 'all', element 2: out of range")
    expect(notes(m.naturals, [1.5, "x"]), "argument 'all', element 1: wrong type")


def test_containers_of_the_wrong_length():
    expect(notes(m.three, [1, 2]), "argument 'all': wrong number of elements")
    expect(notes(m.pair, (1,)), "argument 'all': wrong number of elements")
    expect(notes(m.three, [1, 2, "x"]), "argument 'all', element 2: wrong type")


def test_a_list_that_changes_meanwhile():
    class Shrink:
        def __float__(self):
            values.clear()
            return 1.0

    values = [Shrink(), 2.0, 3.0]
    expect(notes(m.floats, values), "argument 'all': changed while it was converted")


class Raises:
    def __init__(self, error):
        self.error = error

    def __index__(self):
        raise self.error

    __float__ = __index__


def test_converters_that_raise():
    error = ValueError("first line\nsecond line")
    with pytest.raises(TypeError) as caught:
        m.byte_named(Raises(error))
    assert caught.value.__cause__ is error
    if HAS_NOTES:
        assert caught.value.__notes__ == ["argument 'x': its conversion raised ValueError: first line"]
        shown = "".join(traceback.format_exception(caught.value))
        assert shown.endswith("Raises\nargument 'x': its conversion raised ValueError: first line\n")
    expect(notes(m.byte_named, Raises(KeyError())), "argument 'x': its conversion raised KeyError")
    found = notes(m.floats, [1.0, Raises(ZeroDivisionError("no"))])
    expect(found, "argument 'all', element 1: its conversion raised ZeroDivisionError: no")
    # The exception of an argument that fitted in the end, or of a later overload's, is no reason.
    expect(notes(m.with_text, "x", 1, 2))


def test_implicit_conversions_that_fail(capfd):
    with pytest.raises(TypeError) as caught:
        m.natural(-1.5)
    assert type(caught.value.__cause__) is ValueError
    if HAS_NOTES:
        line = "argument 'n': its implicit conversion raised ValueError: -1.5 is negative"
        assert caught.value.__notes__ == [line]
    found = notes(m.naturals, [1.0, -2.0])
    expect(found, "argument 'all', element 1: its implicit conversion raised ValueError: -2 is negative")
    # The source is of the right type, and does not fit.
    expect(notes(m.small, 300), "argument 's': out of range")
    expect(notes(m.small, "x"))
    expect(notes(m.second, -1.5, "x"), "argument 1: its implicit conversion raised ValueError: -1.5 is negative")
    # It was made: what is wrong is the other argument, of which the types say all.
    expect(notes(m.second, 1.5, "x"))


@pytest.mark.filterwarnings("ignore:nanobind")
def test_objects_without_a_value():
    line = "argument 'd': has no value: its __init__ has not run, or the value was moved away"
    expect(notes(m.dog, m.Dog.__new__(m.Dog)), line)
    dog = m.Dog(3)
    m.take(dog)
    expect(notes(m.dog, dog), line)
    expect(notes(dog.rest, 1), line.replace("argument 'd'", "self"))


def test_none_where_it_is_refused():
    expect(notes(m.byte, None), "argument 1: None is not accepted")
    expect(notes(m.three_args, 1, 2, c=None), "argument 'c': None is not accepted")
    expect(notes(m.three_args, 1, None), "argument 'b': None is not accepted")
    expect(notes(m.Dog, None), "argument 'age': None is not accepted")


def test_arguments_that_cannot_be_arranged():
    expect(notes(m.three_args), "missing: argument 'a', argument 'b'")
    expect(notes(m.three_args, 1), "missing: argument 'b'")
    expect(notes(m.three_args, b=1), "missing: argument 'a'")
    expect(notes(m.three_args, 1, 2, 3, 4), "at most 3 positional arguments accepted, 4 given")
    expect(notes(m.three_args, 1, 2, z=3), "unexpected keyword argument 'z'")
    expect(notes(m.three_args, 1, 2, a=3), "argument 'a' is given by position and by keyword")
    expect(notes(m.no_names, 1), "missing: argument 2")
    expect(notes(m.no_names, 1, b=2), "keyword arguments are not accepted")
    expect(notes(m.nothing, 1), "at most 0 positional arguments accepted, 1 given")
    expect(notes(m.byte, 1, 2), "at most 1 positional argument accepted, 2 given")
    # The receiver does not count, unless it is missing.
    dog = m.Dog(3)
    expect(notes(dog.walk), "missing: argument 'by'")
    expect(notes(dog.walk, 1, True, 2), "at most 2 positional arguments accepted, 3 given")
    expect(notes(dog.walk, far=None, by=1), "argument 'far': None is not accepted")
    expect(notes(dog.rest), "missing: argument 1")
    expect(notes(m.Dog.parse), "missing: argument 1")
    expect(notes(m.Dog), "missing: argument 'age'")
    # Names that are not interned are found too.
    name = "".join(["un", "known"])
    expect(notes(m.three_args, 1, 2, **{name: 3}), "unexpected keyword argument 'unknown'")


def test_arguments_that_are_collected_or_given_by_name_only():
    assert m.with_rest(1, 2, "x", "y", k=3, z=1) == 9
    expect(notes(m.with_rest, 1), "missing: argument 'b', argument 'k'")
    expect(notes(m.with_rest, 1, 2, 3, 4), "missing: argument 'k'")
    expect(notes(m.with_rest, 1, 2, 3, a=1, k=1), "argument 'a' is given by position and by keyword")
    expect(notes(m.with_rest, 1, 2, None, k=None, z=None), "argument 'k': None is not accepted")
    expect(notes(m.with_rest, 1, 2, 3, k=300), "argument 'k': out of range")
    expect(notes(m.with_rest, 1, 300, 3, k=1), "argument 'b': out of range")
    assert m.keyword_only(1, k=2) == 3
    expect(notes(m.keyword_only, 1, 2), "at most 1 positional argument accepted, 2 given")
    expect(notes(m.keyword_only, 1), "missing: argument 'k'")
    expect(notes(m.keyword_only, 1, k=300), "argument 'k': out of range")
    expect(notes(m.keyword_only, 1, k=2, z=3), "unexpected keyword argument 'z'")
    assert m.any_names(a=1, b=None) == 2 and m.any_number(1, None) == 2
    expect(notes(m.any_names, 1), "at most 0 positional arguments accepted, 1 given")
    expect(notes(m.any_number, 1, a=2), "unexpected keyword argument 'a'")
    # The receiver is collected too.
    assert m.Dog(3).all(1, None) == 3
    expect(notes(m.Dog(3).all, 1, a=2), "unexpected keyword argument 'a'")


def test_methods_properties_and_constructors():
    dog = m.Dog(3)
    expect(notes(dog.walk, 300), "argument 'by': out of range")
    expect(notes(dog.rest, 300), "argument 1: out of range")
    expect(notes(m.Dog.parse, 300), "argument 1: out of range")
    expect(notes(m.Dog, 2**40), "argument 'age': out of range")
    with pytest.raises(TypeError) as caught:
        dog.age = 2**40
    if HAS_NOTES:
        assert len(caught.value.__notes__) == 1 and caught.value.__notes__[0].endswith(": out of range")
    # An operator lets Python try the other operand.
    assert dog.__add__(300) is NotImplemented


@pytest.mark.row("ex-44")
def test_a_body_that_declines():
    assert m.even(2) == 2
    expect(notes(m.even, 3), "the function declined the call")


def test_each_overload_has_its_own_note(capfd):
    assert m.several(7) == 7 and m.several(1.5) == 1.5 and m.several("x") == "x" and m.several(300) == 300.0
    missing = "overload 4: missing: argument 'y'"
    with pytest.raises(TypeError) as caught:
        m.several(-1)
    assert str(caught.value.__cause__).startswith("-1 is negative")
    expect(
        getattr(caught.value, "__notes__", []),
        "overload 1: argument 'x': out of range",
        "overload 2: argument 'n': its implicit conversion raised ValueError: -1 is negative",
        missing,
        "overload 6: the function declined the call",
    )
    expect(notes(m.several, [1, "x"]), "overload 3: argument 'all', element 1: wrong type", missing)
    none = "argument 'x': None is not accepted"
    expect(
        notes(m.several, None),
        f"overload 1: {none}",
        "overload 2: argument 'n': None is not accepted",
        "overload 3: argument 'all': None is not accepted",
        missing,
        "overload 5: argument 'text': None is not accepted",
        f"overload 6: {none}",
    )
    expect(notes(m.several, b"x"), missing)
    many = "at most 1 positional argument accepted, 2 given"
    expect(
        notes(m.several, 1, 2**40),
        f"overload 1: {many}",
        f"overload 2: {many}",
        f"overload 3: {many}",
        "overload 4: argument 'y': out of range",
        f"overload 5: {many}",
        f"overload 6: {many}",
    )


def test_the_overload_that_fits_is_found_as_before():
    assert m.widening(5) == "u8 5"
    assert m.widening(500) == "i64 500"
    assert m.widening([1, 2]) == "bytes [1, 2]"
    assert m.widening([1, 256]) == "numbers [1, 256]"


def test_the_message_is_unchanged():
    with pytest.raises(TypeError) as caught:
        m.byte_named(300)
    assert str(caught.value) == (
        "byte_named(): incompatible function arguments. The following argument types are supported:\n"
        "    1. byte_named(x: int) -> int\n\nInvoked with types: int"
    )
    assert caught.value.args == (str(caught.value),)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, RecursionError])
def test_what_ends_the_call_has_no_notes(error):
    with pytest.raises(error) as caught:
        m.byte_named(Raises(error("now")))
    assert not hasattr(caught.value, "__notes__")


@pytest.mark.skipif(not HAS_NOTES, reason="the text is asked for by the notes only")
def test_the_text_of_a_cause_may_raise():
    class Mute(Exception):
        error = None

        def __str__(self):
            raise self.error

    Mute.__qualname__ = "Mute"
    mute = Mute()
    Mute.error = ZeroDivisionError("no text")
    with pytest.raises(TypeError) as caught:
        m.byte_named(Raises(mute))
    assert caught.value.__cause__ is mute
    assert caught.value.__notes__ == [f"argument 'x': its conversion raised {Mute.__module__}.Mute"]
    for fatal in (KeyboardInterrupt, MemoryError):
        Mute.error = fatal("now")
        with pytest.raises(fatal):
            m.byte_named(Raises(mute))
    # The text may call the same function again.
    Mute.__str__ = lambda self: str(m.byte_named(3))
    expect(notes(m.byte_named, Raises(mute)), f"argument 'x': its conversion raised {Mute.__module__}.Mute: 3")


def test_notes_do_not_convert_again():
    class Once:
        asked = 0

        def __index__(self):
            Once.asked += 1
            return 300

    expect(notes(m.byte_named, Once()), "argument 'x': out of range")
    assert Once.asked == 1
