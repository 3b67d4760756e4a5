"""
A module with everything.

Its "docstring" has a \\ and \"\"\" in it.
"""

import builtins
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, Set, ValuesView
from enum import Enum, Flag, IntEnum
from os import PathLike
from pathlib import Path as _Path
from types import EllipsisType
from typing import Any as _Any, ClassVar, Final, Generic, Literal, NoReturn, ParamSpec, TypeAlias, TypeVar, final, overload

from typing_extensions import CapsuleType, Self, deprecated

from . import sub as sub
import test_stubs_ext

class Kind(Enum):
    """What a path is"""

    Open = 0
    """has two ends"""

    Closed = 1

    Half = 2

    Shut = Closed

    def label(self) -> builtins.str:
        """The label"""

    @staticmethod
    def first() -> Kind: ...

    @property
    def is_open(self) -> bool: ...

Open: Kind = Kind.Open

Closed: Kind = Kind.Closed

Half: Kind = Kind.Half

class Access(Flag):
    Read = 1

    Write = 2

class Level(IntEnum):
    """How high"""

    Low = -1

    High = 1

class Color(builtins.str, Enum):
    Red = 'red'

    Green = 'green'

class Odd(Enum):
    # "name" is left out: all members have an attribute of this name

    # "value" is left out: all members have an attribute of this name

    # "None" is left out: Python's grammar has no such name

    other = 3

def of_kind(k: Kind = Kind.Closed) -> int:
    """Describes a kind"""

def may(a: Access = Access.Read | Access.Write) -> Access: ...

def bare() -> None: ...

def documented(arg: int, /) -> float:
    """One line"""

def explained(a: int) -> float:
    """
    Several lines.

        code = r"\\d"

    The last ends with "quotes\"
    """

def unnamed(arg0: int, arg1: builtins.str, /) -> builtins.str: ...

def half_named(a: int, arg1: int, /) -> int: ...

def defaults(a: int = 1, b: builtins.str = "it's", c: float = float('nan'), d: int | None = None, e: tuple[int, int] = (1, 2), f: Sequence[int] = [1, 2]) -> int: ...

def long_default(a: builtins.str = ...) -> int: ...

def shown_default(a: int = LIMIT) -> int: ...

def unreadable_default(a: int = ...) -> int: ...

def default_first(a: int = 1, b: int = ...) -> int: ...

def by_name(a: int, *, b: int = 2) -> int: ...

def collects(arg0: int, /, *args: _Any, **kwargs: _Any) -> tuple[_Any, ...]: ...

def collects_and_takes(*args: _Any, b: bool = True, **options: _Any) -> tuple[_Any, ...]: ...

def keyword(from_: int, /, to: int) -> int: ...

def keyword_by_name(a: int, **kwargs: _Any) -> int: ...

def größe(länge: int) -> int: ...

# "class" is left out: Python's grammar has no such name

@overload
def over(a: int) -> int:
    """Of an int"""

@overload
def over(a: float) -> float:
    """Of a float"""

@overload
def over(a: Literal['x', "y"]) -> int: ...

@overload
def same_doc(arg: int, /) -> int: ...

@overload
def same_doc(arg: builtins.str, /) -> int:
    """Said once"""

@deprecated('use "bare"')
def given(a: T, /, b: int = 3) -> T:
    """Old"""

def without_types(list: _Any, str: _Any=1, *args: _Any) -> _Any: ...

def containers(arg0: Sequence[Sequence[int]], arg1: Mapping[builtins.str, float | None], arg2: Set[int], arg3: tuple[int, builtins.str], /) -> builtins.list[builtins.list[int]]: ...

def results() -> dict[int, tuple[bool, builtins.list[int]]]: ...

def optional(arg: builtins.str | PathLike[builtins.str] | None, /) -> _Path | None: ...

def wrappers(arg0: builtins.list[_Any], arg1: dict[_Any, _Any], arg2: tuple[_Any, ...], arg3: set[_Any], arg4: Callable[..., _Any], arg5: type[_Any], /) -> builtins.list[_Any]: ...

def more_wrappers(arg0: _Any, arg1: Iterator[_Any], arg2: Sequence[_Any], arg3: CapsuleType, arg4: EllipsisType, arg5: slice, /) -> _Any: ...

def typed(arg0: builtins.list[int], arg1: tuple[int, ...], arg2: Callable[[float], int], /) -> builtins.list[int]: ...

def any_arguments(arg0: Callable[..., int], arg1: Callable[..., int], /) -> Callable[..., int]: ...

def callback(f: Callable[[int], builtins.str]) -> builtins.str: ...

def makes() -> object: ...

def type_var_tuple(name: builtins.str) -> object: ...

def str(arg: int, /) -> builtins.str: ...

def list(arg: builtins.str, /) -> int: ...

again = bare

__version__: builtins.str = '1.2'

LIMIT: int = 12

RATIO: float = 0.5

NOTHING: None = None

FAR: float = float('inf')

NAMES: builtins.list[builtins.str] = ['a', 'b']

LONG: builtins.str = ...

T = TypeVar("T")

AnyText = TypeVar("AnyText", builtins.str, bytes)

Sub = TypeVar("Sub", bound=builtins.str, covariant=True)

P = ParamSpec("P")

Anything: TypeAlias = _Any

class Point:
    """
    A point.

    In two dimensions.
    """

    def __init__(self, x: float = 0.0, y: float = 0.0) -> None:
        """From coordinates"""

    @property
    def x(self) -> float:
        """How far right"""

    @x.setter
    def x(self, arg: float, /) -> None: ...

    @property
    def y(self) -> float: ...

    @y.setter
    def y(self, arg: float, /) -> None: ...

    @property
    def length(self) -> float:
        """From the origin"""

    @property
    def both(self) -> tuple[float, float]:
        """Both coordinates"""

    @both.setter
    def both(self, arg: tuple[float, float], /) -> None:
        """Sets both"""

    @staticmethod
    def origin() -> Point:
        """The middle"""

    @overload
    def scaled(self, by: float) -> Point: ...

    @overload
    def scaled(self, by: tuple[float, float]) -> Point:
        """Away from the origin"""

    def __add__(self, arg: Point, /) -> Point: ...

    def __eq__(self, arg: object, /) -> bool: ...

    def __ne__(self, arg: object, /) -> bool: ...

    def __repr__(self) -> builtins.str: ...

    DIMENSIONS: ClassVar[int] = 2

    resized = scaled

Position: TypeAlias = Point

class Shape:
    def __init__(self, arg: builtins.str, /) -> None: ...

    @property
    def name(self) -> builtins.str: ...

class Path(Shape):
    def __init__(self, points: Sequence[Point], *, name: builtins.str = 'path', closed: bool = False) -> None: ...

    @property
    def closed(self) -> bool: ...

    @closed.setter
    def closed(self, arg: bool, /) -> None: ...

    @closed.deleter
    def closed(self) -> None: ...

    def first(self) -> Point | None: ...

    def summary(self) -> Summary: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Point]: ...

    live: Final[int]
    """How many there are"""

    limit: ClassVar[int]
    """How many there may be"""

class Summary:
    """Only paths make it"""

    def __init__(self, no_constructor: NoReturn, /) -> None: ...

    @property
    def count(self) -> int: ...

@final
class Detailed(Summary):
    def __init__(self, no_constructor: NoReturn, /) -> None: ...

class Wrapper(Generic[T]):
    """Holds a value"""

    def __init__(self, value: T, /) -> None: ...

    def get(self) -> T: ...

    def same(self, arg: Wrapper[_Any], /) -> Wrapper[_Any]: ...

class Texts(Wrapper[builtins.str]):
    def __init__(self) -> None: ...

class Shadows:
    def __init__(self, arg: builtins.int, /) -> None: ...

    @builtins.property
    def bool(self) -> builtins.bool: ...

    @builtins.property
    def int(self) -> builtins.int: ...

    @builtins.property
    def Any(self) -> builtins.int: ...

    @builtins.property
    def Point(self) -> builtins.int: ...

    @builtins.property
    def property(self) -> builtins.bool: ...

    @builtins.property
    def is_negative(self) -> builtins.bool: ...

    def point(self) -> test_stubs_ext.Point: ...

class Outer:
    def __init__(self) -> None: ...

    class Inner:
        """Lies inside"""

        def __init__(self, arg: int, /) -> None: ...

        def next(self) -> Outer.Inner: ...

    def itself(self) -> Self: ...

    def inner(self) -> Outer.Inner: ...

    # "import" is left out: Python's grammar has no such name

class _Handle:
    def __init__(self, no_constructor: NoReturn, /) -> None: ...

    def close(self) -> None: ...

def open() -> _Handle:
    """Gives a handle"""

class Loose:
    def __init__(self) -> None: ...

class Made:
    def __init__(self, value: int) -> None:
        """Makes one"""

    @property
    def value(self) -> int: ...

class Lost(KeyError): ...

class Ages:
    """How old they are"""

    @overload
    def __init__(self) -> None:
        """Default constructor"""

    @overload
    def __init__(self, arg: Ages, /) -> None:
        """Copy constructor"""

    @overload
    def __init__(self, arg: dict[builtins.str, int], /) -> None:
        """Construct from a dictionary"""

    def __len__(self) -> int: ...

    def __bool__(self) -> bool:
        """Check whether the map is nonempty"""

    def __repr__(self) -> builtins.str: ...

    @overload
    def __contains__(self, arg: builtins.str, /) -> bool: ...

    @overload
    def __contains__(self, arg: object | None, /) -> bool: ...

    def __iter__(self) -> Iterator[builtins.str]: ...

    def __getitem__(self, arg: builtins.str, /) -> int: ...

    def __setitem__(self, arg0: builtins.str, arg1: int, /) -> None: ...

    def __delitem__(self, arg: builtins.str, /) -> None: ...

    def clear(self) -> None:
        """Remove all items"""

    def update(self, arg: Ages, /) -> None:
        """Update the map with element from ``arg``"""

    def __reduce__(self) -> tuple[_Any, ...]: ...

    def keys(self) -> KeysView[builtins.str]:
        """Returns an iterable view of the map's keys."""

    def values(self) -> ValuesView[int]:
        """Returns an iterable view of the map's values."""

    def items(self) -> ItemsView[builtins.str, int]:
        """Returns an iterable view of the map's items."""

    def __eq__(self, arg: object, /) -> bool: ...

    def __ne__(self, arg: object, /) -> bool: ...

class Points:
    @overload
    def __init__(self) -> None:
        """Default constructor"""

    @overload
    def __init__(self, arg: Points, /) -> None:
        """Copy constructor"""

    @overload
    def __init__(self, arg: Iterable[Point], /) -> None:
        """Construct from an iterable object"""

    def __len__(self) -> int: ...

    def __bool__(self) -> bool:
        """Check whether the vector is nonempty"""

    def __repr__(self) -> builtins.str: ...

    def __iter__(self) -> Iterator[Point]: ...

    @overload
    def __getitem__(self, arg: int, /) -> Point: ...

    @overload
    def __getitem__(self, arg: slice, /) -> Points: ...

    def clear(self) -> None:
        """Remove all items from list."""

    def append(self, arg: Point, /) -> None:
        """Append ``arg`` to the end of the list."""

    def insert(self, arg0: int, arg1: Point, /) -> None:
        """Insert object ``arg1`` before index ``arg0``."""

    def pop(self, index: int = -1) -> Point:
        """Remove and return item at ``index`` (default last)."""

    def extend(self, arg: Points, /) -> None:
        """Extend ``self`` by appending elements from ``arg``."""

    @overload
    def __setitem__(self, arg0: int, arg1: Point, /) -> None: ...

    @overload
    def __setitem__(self, arg0: slice, arg1: Points, /) -> None: ...

    @overload
    def __delitem__(self, arg: int, /) -> None: ...

    @overload
    def __delitem__(self, arg: slice, /) -> None: ...

    def sort(self, *, key: Callable[[Point], object] | None = None, reverse: bool = False) -> None:
        """Sort in place, as ``list.sort`` does."""

    def __reduce__(self) -> tuple[_Any, ...]: ...

    def __eq__(self, arg: object, /) -> bool: ...

    def __ne__(self, arg: object, /) -> bool: ...

    @overload
    def __contains__(self, arg: Point, /) -> bool: ...

    @overload
    def __contains__(self, arg: object | None, /) -> bool: ...

    def count(self, arg: Point, /) -> int:
        """Return number of occurrences of ``arg``."""

    def remove(self, arg: Point, /) -> None:
        """Remove first occurrence of ``arg``."""
