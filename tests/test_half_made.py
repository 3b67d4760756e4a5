"""The plugin that looks for half-made objects finds some that are made for it."""

import ctypes
import gc
import sys

import half_made
import pytest

new_tuple = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_ssize_t)(("PyTuple_New", ctypes.pythonapi))
new_list = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_ssize_t)(("PyList_New", ctypes.pythonapi))


@pytest.fixture
def look():
    """What the plugin finds while a function runs."""
    before, half_made.found[:] = half_made.found[:], []

    def run(function):
        undo = half_made.watched()
        try:
            function()
        finally:
            undo()
        return "".join(half_made.found)

    yield run
    half_made.found[:] = before


@pytest.mark.parametrize("make, name", [(new_tuple, "tuple"), (new_list, "list")])
def test_items_that_are_missing_are_noticed(look, make, name):
    made = make(3)
    assert f"a {name} of 3 items of which only 0 are there" in look(lambda: len("x"))
    # Untracked ones are nobody's business.
    assert type(made).__name__ == name


def test_whole_objects_are_left_alone(look):
    kept = [(1, [2]), [3, {}], {"a": [1]}, {1: [2]}, {("a",)}, frozenset([("b",)]), type("Made", (), {})]
    assert look(lambda: len(kept)) == ""


def test_tuples_of_iterators_are_counted(look):
    before = half_made.counts["tuples of iterators"]

    def numbers():
        for number in range(3):
            yield len([number])

    assert look(lambda: tuple(zip(numbers(), numbers()))) == ""
    assert half_made.counts["tuples of iterators"] >= before


def test_the_hook_is_taken_away(look):
    before = sys.getprofile()
    look(lambda: gc.isenabled())
    assert sys.getprofile() is before
