from collections.abc import Callable, Sequence
from decimal import Decimal as Decimal
from math import floor
from typing import Any, ClassVar, TypeAlias

round_down = floor

def python_function(a: int, /, b: str | None = None, *rest: float, key: Sequence[int] = (), **more: bool) -> list[int]:
    """Written in Python."""

def untyped(a: Any, b: Any = ...) -> Any: ...

def with_callback(f: Callable[[int, str], None], *, g: Callable[..., float]) -> int | None: ...

class PythonClass:
    """A class written in Python."""

    __match_args__ = ('size',)

    limit: ClassVar[int] = 3

    size: int

    def method(self, by: float = 1.5) -> PythonClass: ...

    @classmethod
    def make(cls) -> PythonClass: ...

    @staticmethod
    def number() -> int: ...

    @property
    def area(self) -> float:
        """How large it is."""

    @area.setter
    def area(self, value: float) -> None: ...

    write_only: int  # can be assigned only

Pair: TypeAlias = tuple[int, str]

Maybe: TypeAlias = int | None

__all__ = ['PythonClass']

# "an instance" is left out: Python's grammar has no such name

shape: PythonClass = ...

mixed: tuple[int, str, None] = (1, 'a', None)

def unknown(arg: int, /) -> int: ...
