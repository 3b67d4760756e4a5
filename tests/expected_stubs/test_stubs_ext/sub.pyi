"""A module inside"""

from test_stubs_ext import Point as Point

def middle(arg0: Point, arg1: Point, /) -> Point: ...
