//! What a module has that is written in Python, in its own namespace.

use nb::prelude::*;

const CODE: &str = r#"
import functools as _functools
from collections.abc import Callable as _Callable, Sequence as _Sequence
from math import floor as round_down
from decimal import Decimal

def python_function(a: int, /, b: "str | None" = None, *rest: float, key: _Sequence[int] = (), **more: bool) -> "list[int]":
    """Written in Python."""

def untyped(a, b=object()):
    pass

def with_callback(f: _Callable[[int, str], None], *, g: _Callable[..., float]) -> int | None:
    pass

class PythonClass:
    """A class written in Python."""

    __match_args__ = ("size",)
    limit = 3
    size: int = 1

    def method(self, by: float = 1.5) -> "PythonClass":
        pass

    @classmethod
    def make(cls) -> "PythonClass":
        pass

    @staticmethod
    def number() -> int:
        pass

    @property
    def area(self) -> float:
        """How large it is."""

    @area.setter
    def area(self, value: float) -> None:
        pass

    def _set(self, value: int) -> None:
        pass

    write_only = property(None, _set)

Pair = tuple[int, str]
Maybe = int | None
__all__ = ["PythonClass"]
"#;

nb_module!(test_stubs_python_ext, m, {
    nb::exec(CODE, m.attr("__dict__").get()?);
    m.attr("an instance") = 1;
    m.attr("shape") = m.attr("PythonClass").get()?.call(());
    m.attr("mixed") = (1, "a", nb::none());
    m.attr("unknown") = nb::cpp_function(|a: i32| a);
});
