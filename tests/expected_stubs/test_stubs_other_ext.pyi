from decimal import Decimal as _Decimal
from typing import TypeAlias

from test_stubs_ext import Kind, Outer, Point as Point

def same(p: Point, inner: Outer.Inner = ...) -> _Decimal: ...

def hold(p: object = Kind.Open) -> object: ...

def parameter_of_its_own[U: int](a: U, /) -> list[U]: ...

Where: TypeAlias = Point

kind: Kind = Kind.Open

Decimal: int = 1
