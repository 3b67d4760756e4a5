"""Slices of any shape, as pairs of bounds."""

import sys

import pytest

import test_casters_bounds_ext as t
from samples import Index, refused

SHAPES = [slice(1, 5), slice(5, 1), slice(1, None), slice(None, 5), slice(None), slice(-(2**31), 2**31 - 1)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_slice_is_a_pair_of_bounds_and_back(shape):
    for function in (t.echo, t.echo_strict, t.pair):
        assert function(shape) == shape and type(function(shape)) is slice
    assert t.list([shape, shape]) == [shape, shape]
    assert t.echo(slice(shape.start, shape.stop, 1)) == shape


def test_the_start_is_included_and_the_end_is_not():
    assert t.texts(slice(1, 5)) == ("with 1", "without 5")
    assert t.texts(slice(None, 5)) == ("none", "without 5")
    assert t.texts(slice(1, None)) == ("with 1", "none")
    assert t.texts(slice(None)) == ("none", "none")
    assert t.between(slice(2, 4)) == [4, 9] and t.between(slice(8, None)) == [64, 81] and t.between(slice(None, 2)) == [0, 1]
    with pytest.raises(RuntimeError):
        t.between(slice(4, 2))


def test_what_is_refused():
    for value in (slice(1, 5, 2), slice(1, 5, -1), slice(1, 5, True), (1, 5), [1, 5], (None, None), range(5), 5, None, "1:5"):
        refused(t.echo, value)
    for value, note in ((slice(1, 2**31), "element 1: out of range"), (slice("a", None), "element 0: wrong type")):
        notes = getattr(refused(t.echo, value), "__notes__", [])
        assert any(note in line for line in notes) or sys.version_info < (3, 11)
    assert t.echo(slice(True, Index(5))) == slice(1, 5)
    refused(t.echo_strict, slice(True, 5))
    assert t.maybe(None) is None and t.maybe(slice(None, 255)) == slice(None, 255)
    refused(t.maybe, slice(None, 256))

    def fail():
        raise LookupError("on purpose")

    assert isinstance(refused(t.echo, slice(None, Index(1, fail))).__cause__, LookupError)
    assert t.echo_text(slice("a", None)) == slice("a", None)
    assert t.echo.__doc__ == "echo(arg: slice, /) -> slice"


def test_bounds_that_no_slice_has():
    for function in (t.odd_start, t.odd_end):
        with pytest.raises(ValueError, match="a slice includes its start and excludes its end"):
            function()


def test_bounds_of_a_class():
    low, high = t.Mark(1), t.Mark(5)
    t.add(slice(low, high))
    t.add(slice(None, high))
    t.add(slice(None))
    assert (low.value, high.value) == (2, 7)
    with pytest.raises(RuntimeError):
        t.add(slice(low, low))
    refused(t.add, slice(low, 1))


def test_a_field():
    window = t.Window()
    assert window.shown == slice(None, 3)
    window.shown = slice(1, None)
    assert window.shown == slice(1, None)
    with pytest.raises(TypeError):
        window.shown = slice(None, None, 2)


def test_overloads():
    assert t.kind(slice(1, 2)) == "both" and t.kind(slice(None, 2)) == "any" and t.kind(slice(None, None, 3)) == "slice"
