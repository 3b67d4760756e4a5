"""What type checkers make of bound classes."""

from collections.abc import ItemsView, Iterator

from typing_extensions import assert_type

import test_stubs_ext as m
from test_stubs_ext import sub

p = m.Point(3, y=4)
assert_type(p.x, float)
p.x = 2
p.x = "2"  # type: ignore[assignment]
p.length = 1  # type: ignore[misc]
assert_type(p.both, tuple[float, float])
p.both = (1, 2)
assert_type(p.scaled(2), m.Point)
assert_type(p.resized((1.0, 2.0)), m.Point)
assert_type(m.Point.origin(), m.Point)
assert_type(p + p, m.Point)
p + 1  # type: ignore[operator]
assert_type(p == 1, bool)
assert_type(m.Point.DIMENSIONS, int)
assert_type(m.Position(), m.Point)

path = m.Path([p], name="n", closed=True)
assert_type(path.name, str)
assert_type(path.first(), m.Point | None)
assert_type(iter(path), Iterator[m.Point])
assert_type([one for one in path], list[m.Point])
shape: m.Shape = path
assert_type(m.Path.live, int)
m.Path.live = 1  # type: ignore[misc]
m.Path.limit = 1
assert_type(path.summary().count, int)

# There is no constructor.
m.Summary()  # type: ignore[call-arg]
m.Summary(1)  # type: ignore[arg-type]
m.Detailed()  # type: ignore[call-arg]


class MorePaths(m.Path):
    def first(self) -> m.Point:
        return m.Point()


class NoMore(m.Detailed):  # type: ignore[misc]
    pass


# Members that are called as classes.
s = m.Shadows(1)
assert_type(s.bool, bool)
assert_type(s.int, int)
assert_type(s.is_negative, bool)
assert_type(s.point(), m.Point)

assert_type(m.Outer().inner(), m.Outer.Inner)
assert_type(m.Outer().itself(), m.Outer)
assert_type(m.Outer.Inner(1).next(), m.Outer.Inner)
m.Outer()._private()  # type: ignore[attr-defined]
assert_type(m.open().close(), None)

assert_type(m.Made(1).value, int)
try:
    pass
except m.Lost as lost:
    key_error: KeyError = lost

ages = m.Ages({"Ann": 3})
assert_type(ages["Ann"], int)
assert_type(ages.items(), ItemsView[str, int])
assert_type(list(ages), list[str])
points = m.Points([p])
assert_type(points[0], m.Point)
assert_type(points[:1], m.Points)

assert_type(sub.middle(p, p), m.Point)
assert_type(sub.Point(), m.Point)
