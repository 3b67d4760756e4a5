"""What type checkers make of bound enumerations."""

from typing import Literal

from typing_extensions import assert_type

import test_stubs_ext as m

assert_type(m.Kind.Open.value, Literal[0])
assert_type(m.Kind.Open.name, Literal["Open"])
assert_type(m.Kind.Open.label(), str)
assert_type(m.Kind.first(), m.Kind)
assert_type(m.Kind.Closed.is_open, bool)
assert_type(m.Half, m.Kind)
assert_type(m.of_kind(), int)
assert_type([kind for kind in m.Kind], list[m.Kind])
m.of_kind(1)  # type: ignore[arg-type]

assert_type(m.Access.Read | m.Access.Write, m.Access)
assert_type(m.may(), m.Access)
assert_type(m.Level.Low + 1, int)
color: str = m.Color.Red


def is_high(level: m.Level) -> bool:
    """All members are known."""
    if level is m.Level.Low:
        return False
    assert_type(level, Literal[m.Level.High])
    return True
