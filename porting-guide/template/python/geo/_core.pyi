"""Points of the plane, in Rust"""

from collections.abc import Sequence
from typing import overload

class Point:
    """A point of the plane"""

    def __init__(self, x: float = 0.0, y: float = 0.0) -> None: ...

    @property
    def x(self) -> float: ...

    @x.setter
    def x(self, arg: float, /) -> None: ...

    @property
    def y(self) -> float: ...

    @y.setter
    def y(self, arg: float, /) -> None: ...

    def length(self) -> float:
        """Distance from the origin"""

    @overload
    def scaled(self, by: float) -> Point: ...

    @overload
    def scaled(self, by: tuple[float, float]) -> Point: ...

    def __add__(self, arg: Point, /) -> Point: ...

    def __repr__(self) -> str: ...

def centroid(points: Sequence[Point]) -> Point:
    """The mean of some points; `ValueError` if there are none"""
