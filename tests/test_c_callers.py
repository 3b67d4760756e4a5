"""What C code calls may run Python code that takes the object away: no bound class and no native function minds.

Each way in `c_callers/` is a C function of the standard library or of NumPy that calls a method, key function, hook or handler
with references it does not hold. What comes of it is the same as with a plain Python class, for values in the object, in a
`Box`, in an `Arc`, in a part of another object, and in instances of Python subclasses.
"""

import pytest
from c_callers import ways
from c_callers.apart import Worlds

WAYS = ways()


@pytest.fixture(scope="module")
def worlds(request):
    """The outcomes of the ways that were selected; those of one world come together, from a process of its own."""
    here = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]
    asked = {item.callspec.params["name"] for item in here}
    return Worlds([name for name, way in WAYS.items() if name in asked and not way.missing()])


def test_there_are_enough_of_them():
    assert sum(not way.missing() for way in WAYS.values()) >= 200


@pytest.mark.parametrize("name", WAYS)
def test_a_method_that_destroys_its_container(worlds, name):
    why = WAYS[name].missing()
    if why:
        pytest.skip(why)
    assert worlds.wrong(name) == {}
