"""The plugin that looks for half-made objects finds some that are made for it."""

import ctypes
import gc
import sys

import half_made
import pytest
import test_c_callers_ext as m

new_tuple = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_ssize_t)(("PyTuple_New", ctypes.pythonapi))
new_list = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_ssize_t)(("PyList_New", ctypes.pythonapi))


@pytest.fixture
def look():
    """What the plugin finds while a function runs, whoever makes it."""
    before, half_made.found[:] = half_made.found[:], []

    def run(function):
        undo = half_made.watched(half_made.Hook(lambda it, frame: not half_made.iterating(frame)))
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


@pytest.mark.parametrize("make", [m.paths, m.path_pair, m.path_set, m.path_map, lambda: m.call_with_paths(lambda *_: 0)])
def test_results_are_whole_while_their_items_are_made(look, make):
    """Each item takes Python code to make."""
    make()
    assert look(make) == ""


def test_whole_objects_are_left_alone(look):
    kept = [(1, [2]), [3, {}], {"a": [1]}, {1: [2]}, {("a",)}, frozenset([("b",)]), type("Made", (), {})]
    assert look(lambda: len(kept)) == ""


def test_tuples_of_iterators_are_counted(look):
    before = half_made.counts["made by Python"]

    def numbers():
        for number in range(3):
            yield len([number])

    assert look(lambda: tuple(zip(numbers(), numbers()))) == ""
    assert half_made.counts["made by Python"] > before


@pytest.mark.skipif(half_made.c_stack() is None, reason="the C library does not show its stack")
def test_extensions_are_seen_on_the_c_stack():
    assert "_ext.so" not in half_made.c_stack()

    def stack(_):
        return half_made.c_stack()

    assert m.handler0(stack)().find("_ext.so") > 0


def test_the_hook_is_taken_away(look):
    before = sys.getprofile()
    look(lambda: gc.isenabled())
    assert sys.getprofile() is before
