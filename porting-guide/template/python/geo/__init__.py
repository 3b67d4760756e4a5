"""Points of the plane, in Rust."""

from ._core import Point, centroid

__all__ = ["Point", "centroid"]
