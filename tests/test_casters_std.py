"""The conversions of the standard library's other sequences, texts and paths."""

import array
import collections
import gc
import heapq
import os
import pathlib

import pytest

import test_casters_std_ext as t
from samples import Index, List, Located, Sequence, Text, refused

SEQUENCES = ["linked", "heap", "boxed", "rc", "arc"]


# Sequences


@pytest.mark.row("api-hdr-9")
@pytest.mark.parametrize("name", SEQUENCES)
def test_a_sequence_is_taken_as_a_vector_takes_it_and_becomes_a_list(name):
    function, strict = getattr(t, name), getattr(t, name + "_strict")
    for value in ([], [1], [1, 2, 3], (1, 2), range(4), List([5]), collections.deque([1]), array.array("i", [7, 8]),
                  Sequence(lambda i: i, 3)):  # fmt: skip
        result = function(value)
        assert result == list(value) and type(result) is list and result is not value
        assert strict(value) == result
    assert function([True, Index(2)]) == [1, 2]
    for value in ("12", b"12", {1, 2}, {1: 2}, iter([1]), (x for x in [1]), None, 1, [1.0], ["a"], [None], [2**31]):
        refused(function, value)
    for value in ([True], [Index(2)]):
        refused(strict, value)


@pytest.mark.row("api-hdr-9")
def test_signatures_of_sequences():
    for name in SEQUENCES:
        assert getattr(t, name).__doc__ == f"{name}(arg: collections.abc.Sequence[int], /) -> list[int]"
    assert t.linked_text.__doc__ == "linked_text(arg: collections.abc.Sequence[str], /) -> list[str]"
    assert t.boxed_bytes.__doc__ == "boxed_bytes(arg: collections.abc.Sequence[int], /) -> list[int]"


def test_the_list_of_a_heap_is_sorted():
    for value in ([3, 1, 2], [5, 5, -1], list(range(50, 0, -1))):
        result = t.heap(value)
        assert result == sorted(value)
        again = list(result)
        heapq.heapify(again)
        assert again == result


def test_an_order_that_panics_is_an_exception():
    assert t.moody([3, 2]) == 2 and t.moody([1]) == 1
    with pytest.raises(RuntimeError, match="no order for 1"):
        t.moody([3, 1, 2])


def test_sequences_nest():
    assert t.nested([[[1], []], ((2, 3),), []]) == [[[1], []], [[2, 3]], []]
    assert t.linked_maybe([None, 1]) == [None, 1] and t.linked_text(["a", "b"]) == ["a", "b"]
    assert t.boxed_bytes([1, 255]) == t.boxed_bytes(bytearray(b"\x01\xff")) == [1, 255]
    refused(t.nested, [[[1]], [[1, 2, "a"]]])
    refused(t.boxed_bytes, b"ab")
    refused(t.boxed_bytes, [256])


def test_elements_of_bound_classes():
    pieces = [t.Piece(3), t.Piece(1)]
    t.linked_refs(pieces)
    assert [p.value for p in pieces] == [4, 2]
    assert t.boxed_refs(pieces) == 6 and t.heap_refs(tuple(pieces)) == 4 and t.heap_refs([]) is None
    with pytest.raises(RuntimeError):
        t.linked_refs([pieces[0], pieces[0]])
    for function in (t.linked_values, t.boxed_values, t.rc_values, t.arc_values, t.heap_values):
        result = function(pieces)
        assert sorted(p.value for p in result) == [2, 4] and not set(map(id, result)) & set(map(id, pieces))
        for value in ([None], [1], [pieces[0], None]):
            refused(function, value)
    assert [p.value for p in t.heap_values(pieces)] == [2, 4]
    assert t.linked_strs(["a", "b"]) == "a+b" and t.heap_strs(["b", "a"]) == "a+b"


def test_nobody_else_has_a_counted_argument():
    assert t.sole_owner("text", [1]) == (True, True)


def test_fields_of_bound_elements_are_their_parts():
    shelf = t.Shelf()
    for name in ("linked", "boxed"):
        first, second = getattr(shelf, name)
        assert getattr(shelf, name)[1] is second
        second.value = 9
    assert shelf.values() == ([1, 9], [1, 9])
    kept = shelf.linked[1]
    shelf.linked = [t.Piece(5)]
    with pytest.raises(RuntimeError):
        kept.value
    shelf.boxed = (t.Piece(6), t.Piece(7))
    assert shelf.values() == ([5], [6, 7]) and shelf.boxed[1].value == 7


def test_fields_of_values_are_copies():
    shelf = t.Shelf()
    assert (shelf.heap, shelf.counted, shelf.text, shelf.shared_text) == ([1, 2, 3], [4, 5], "a", "b")
    assert (shelf.path, shelf.shared_path) == (pathlib.Path("c"), pathlib.Path("d"))
    shelf.counted.append(6)
    shelf.heap, shelf.counted = [9, 8], shelf.counted + [7]
    shelf.text, shelf.shared_text, shelf.path, shelf.shared_path = "é", "𝄞", "x", b"y"
    assert (shelf.heap, shelf.counted, shelf.text, shelf.shared_text) == ([8, 9], [4, 5, 7], "é", "𝄞")
    assert (shelf.path, shelf.shared_path) == (pathlib.Path("x"), pathlib.Path("y"))
    for name in ("heap", "counted", "text", "shared_text", "path", "shared_path"):
        with pytest.raises(TypeError):
            setattr(shelf, name, None)


@pytest.mark.row("api-hdr-9")
@pytest.mark.parametrize("name", SEQUENCES)
def test_a_list_that_changes_while_it_converts_is_refused(name):
    function = getattr(t, name)
    for place in range(3):
        for change in (list.clear, lambda x: x.extend([0] * 5000), lambda x: (x.clear(), gc.collect())):
            source = [1001, 1002, 1003]
            source[place] = Index(5, lambda: change(source))
            refused(function, source)


def fail(*_):
    raise LookupError("on purpose")


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_raises_is_the_cause(name):
    function = getattr(t, name)
    raising = [
        [1, Index(1, fail)],
        Sequence(fail, 3),
        type("Len", (), {"__len__": fail, "__getitem__": fail})(),
        type("Iter", (), {"__len__": lambda s: 2, "__iter__": fail, "__getitem__": fail})(),
    ]
    for value in raising:
        assert isinstance(refused(function, value).__cause__, LookupError)
    for lie in (-1, "a", 2**80):
        refused(function, Sequence(lambda i: i, 3, lie))
    assert function(Sequence(lambda i: i, 3, 2**40)) == [0, 1, 2]
    refused(function, Sequence(lambda i: i, 3, 2))
    stop = Index(1, lambda: (_ for _ in ()).throw(KeyboardInterrupt("stop")))
    with pytest.raises(KeyboardInterrupt, match="^stop$"):
        function([stop])


# Texts and paths


@pytest.mark.parametrize("name", ["box_str", "rc_str", "arc_str"])
def test_a_text_of_its_own(name):
    function = getattr(t, name)
    assert function.__doc__ == f"{name}(arg: str, /) -> str"
    for value in ("", "a", "a\0b", "é", "𝄞𝄞", "\uffff", Text("sub")):
        assert function(value) == value and type(function(value)) is str
    for value in (b"a", bytearray(b"a"), 1, None, ["a"], pathlib.Path("a")):
        assert refused(function, value).__cause__ is None
    assert isinstance(refused(function, "\ud800").__cause__, UnicodeEncodeError)


def test_texts_in_containers():
    assert t.texts(["a", "é"]) == ["a", "é"]
    refused(t.texts, ["a", "\ud800"])
    refused(t.texts, ["a", None])
    assert t.text_maybe(None) is None and t.text_maybe("a") == "a"


@pytest.mark.parametrize("name", ["box_path", "rc_path", "arc_path"])
def test_a_path_of_its_own(name):
    function = getattr(t, name)
    assert function.__doc__ == f"{name}(arg: str | os.PathLike, /) -> pathlib.Path"
    for value in ("a/b", pathlib.PurePath("a/b"), b"a/b", Located("a/b")):
        assert function(value) == pathlib.Path("a/b")
    odd = os.fsdecode(b"x\xffy")
    assert function(odd) == pathlib.Path(odd)
    for value in (1, None, ["a"]):
        assert refused(function, value).__cause__ is None
    assert isinstance(refused(function, "a\0b").__cause__, ValueError)
    assert isinstance(refused(function, Located(OSError("gone"))).__cause__, OSError)


@pytest.mark.row("STL-09")
def test_a_null_c_text_is_none():
    assert t.c_text(None) is None and t.c_text("é") == "é" and t.c_string(None) is None
    assert t.c_result(False) is None and t.c_result(True) == "text"
    assert t.c_text.__doc__ == "c_text(arg: str | None, /) -> str | None"
    for function in (t.c_text, t.c_string):
        for value in (b"a", 1, "a\0b", "\ud800"):
            refused(function, value)


# Errors inside of results


def test_the_first_error_of_a_container_is_raised():
    assert t.results([1, 2]) == [1, 2] and t.results([]) == []
    with pytest.raises(RuntimeError, match="^-5 is negative$"):
        t.results([1, -5, -6])
    assert t.result_pair(3) == (3, 3)
    with pytest.raises(KeyError, match="negative"):
        t.result_pair(-1)
    assert t.results.__doc__ == "results(arg: collections.abc.Sequence[int], /) -> list[int]"
