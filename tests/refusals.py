"""What a call says that raises, and one that no overload takes."""

import pytest

HEAD = "{}(): incompatible function arguments. The following argument types are supported:\n"


def refusal(signatures, types):
    """nanobind's text for a call that no overload takes."""
    lines = "".join(f"    {place}. {text}\n" for place, text in enumerate(signatures, 1))
    return HEAD.format(signatures[0].split("(")[0]) + lines + "\nInvoked with types: " + types


def raised(kind, call, *args, **kwargs):
    """The text of the exception, of exactly this class, that the call raises."""
    with pytest.raises(kind) as caught:
        call(*args, **kwargs)
    assert type(caught.value) is kind
    return str(caught.value)


def relinquished(call, *args):
    """The text of the `TypeError` of a call with an object whose value was moved into native code, which warns too."""
    with pytest.warns(RuntimeWarning) as seen:
        text = raised(TypeError, call, *args)
    assert any("nanobind: attempted to access a relinquished instance of type" in str(w.message) for w in seen)
    return text


def refused(call, *args, **kwargs):
    """The text of the TypeError that the call raises."""
    return raised(TypeError, call, *args, **kwargs)
