"""What the tests of the low-level interface share: the texts for instances that have no value."""

import pytest
from refusals import raised


def refused(text, use, *args):
    """The value is refused as an argument, with a warning that has this text; gives the text of the error."""
    with pytest.warns(RuntimeWarning) as seen:
        error = raised(TypeError, use, *args)
    assert text in {str(w.message) for w in seen}
    return error


def uninitialized(name):
    return f"nanobind: attempted to access an uninitialized instance of type 'test_lowlevel_ext.{name}'!\n"


def relinquished(name):
    return f"nanobind: attempted to access a relinquished instance of type 'test_lowlevel_ext.{name}'!\n"
