"""What type checkers make of bound functions. Lines marked `type: ignore` have to be errors: strict checkers report a mark without need."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from typing_extensions import assert_type

import test_stubs_ext as m

assert_type(m.bare(), None)
assert_type(m.again(), None)
assert_type(m.unnamed(1, "x"), str)
m.unnamed(arg0=1, arg1="x")  # type: ignore[call-arg]
assert_type(m.half_named(1, 2), int)
assert_type(m.defaults(b="x", e=(1, 2)), int)
m.defaults(e=(1, 2, 3))  # type: ignore[arg-type]
assert_type(m.default_first(1, 2), int)
assert_type(m.by_name(1, b=2), int)
m.by_name(1, 2)  # type: ignore[call-arg]
assert_type(m.collects(1, 2, "x", key=[]), tuple[Any, ...])
m.keyword(1, to=2)
m.keyword(from_=1, to=2)  # type: ignore[call-arg]
m.keyword_by_name(1, **{"lambda": 2})
m.größe(länge=1)

# Overloads: `int` comes before `float`, as Python's `int` is taken.
assert_type(m.over(1), int)
assert_type(m.over(1.5), float)
assert_type(m.over("x"), int)
m.over("z")  # type: ignore[call-overload]

# Types of containers: abstract ones in, concrete ones out.
assert_type(m.containers([(1, 2)], {"x": None}, {1}, (1, "x")), list[list[int]])
assert_type(m.results(), dict[int, tuple[bool, list[int]]])
assert_type(m.optional("x"), Path | None)
assert_type(m.optional(Path("x")), Path | None)
assert_type(m.typed([1], (1, 2, 3), int), list[int])

# Callbacks.
assert_type(m.callback(str), str)
m.callback(lambda a, b: "x")  # type: ignore[arg-type, misc]
f: Callable[[int], str] = m.callback  # type: ignore[assignment]

# `nb::sig`: the user's own types.
assert_type(m.given("x"), str)
m.without_types(1, str=2)

# The module has functions of these names.
assert_type(m.str(1), str)
assert_type(m.list("x"), int)

# Constants.
assert_type(m.__version__, str)
assert_type(m.LIMIT, int)
assert_type(m.NAMES, list[str])
assert_type(m.FAR, float)
m.NOTHING.x  # type: ignore[attr-defined]
