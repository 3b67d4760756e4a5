"""What type checkers make of generic classes, and of what is written in Python."""

from decimal import Decimal

from typing_extensions import assert_type

import test_stubs_ext as m
import test_stubs_other_ext as other
import test_stubs_python_ext as python

assert_type(m.Wrapper(3).get(), int)
wrapper: m.Wrapper[str] = m.Texts()
assert_type(m.Texts().get(), str)
wrong: m.Wrapper[int] = m.Texts()  # type: ignore[assignment]

assert_type(other.same(m.Point()), Decimal)
assert_type(other.parameter_of_its_own(True), list[bool])
other.parameter_of_its_own("x")  # type: ignore[type-var]
assert_type(other.Where(), m.Point)
assert_type(other.kind, m.Kind)

assert_type(python.python_function(1, key=[2], more=True), list[int])
assert_type(python.round_down(1.5), int)
assert_type(python.PythonClass.make().method(), python.PythonClass)
assert_type(python.PythonClass().area, float)
pair: python.Pair = (1, "x")
maybe: python.Maybe = None
match python.shape:
    case python.PythonClass(size):
        assert_type(size, int)
