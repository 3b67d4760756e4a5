"""What a call says that no overload takes."""

import pytest

HEAD = "{}(): incompatible function arguments. The following argument types are supported:\n"


def refusal(signatures, types):
    """nanobind's text for a call that no overload takes."""
    lines = "".join(f"    {place}. {text}\n" for place, text in enumerate(signatures, 1))
    return HEAD.format(signatures[0].split("(")[0]) + lines + "\nInvoked with types: " + types


def refused(call, *args, **kwargs):
    """The text of the TypeError that the call raises."""
    with pytest.raises(TypeError) as caught:
        call(*args, **kwargs)
    assert type(caught.value) is TypeError
    return str(caught.value)
