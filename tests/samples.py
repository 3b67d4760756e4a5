"""What tests of conversions share: limits of integers, objects of Python like and unlike its own types, the error of a refused value."""

import enum
import sys
import sysconfig

import pytest

# For tests in which threads of native code call Python while it ends.
ENDS_UNDER_THREADS = pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    reason="once in a hundred ends of a free-threaded Python, a thread is still inside PyGILState_Ensure or PyGILState_Release "
    "when the interpreter is deleted, and crashes there",
)

WIDTHS = {
    "i8": (-(2**7), 2**7 - 1),
    "i16": (-(2**15), 2**15 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "i64": (-(2**63), 2**63 - 1),
    "i128": (-(2**127), 2**127 - 1),
    "isize": (-sys.maxsize - 1, sys.maxsize),
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u32": (0, 2**32 - 1),
    "u64": (0, 2**64 - 1),
    "u128": (0, 2**128 - 1),
    "usize": (0, 2 * sys.maxsize + 1),
}


def refused(function, *args, **kwargs):
    """The `TypeError` of a call that no overload accepts."""
    with pytest.raises(TypeError, match=r"^\w+\(\): incompatible function arguments\.") as info:
        function(*args, **kwargs)
    return info.value


def fails(error):
    """A function that raises it."""

    def raises():
        raise error

    return raises


def caught(call, *args):
    """The exception that leaves the call."""
    with pytest.raises(BaseException) as info:
        call(*args)
    return info.value


class Thing:
    """A plain class."""


class Index:
    """Converts through `__index__`, after doing something."""

    def __init__(self, value=5, action=None):
        self.value, self.action = value, action

    def __index__(self):
        if self.action is not None:
            self.action()
        return self.value


class Sequence:
    """A sequence that makes its items anew each time, and may lie about its length."""

    def __init__(self, make, length, stated=None):
        self.make, self.length = make, length
        self.stated = length if stated is None else stated

    def __len__(self):
        return self.stated

    def __getitem__(self, index):
        if index >= self.length:
            raise IndexError
        return self.make(index)


class Text(str):
    pass


class Bytes(bytes):
    pass


class Int(int):
    pass


class Float(float):
    pass


class List(list):
    pass


class Tuple(tuple):
    pass


class Dict(dict):
    pass


class Number(enum.IntEnum):
    THREE = 3


class Mapping:
    """A mapping whose items are what it is told."""

    def __init__(self, items):
        self.made = items

    def __getitem__(self, key):
        return 1

    def items(self):
        if isinstance(self.made, BaseException):
            raise self.made
        return self.made


class Located:
    def __init__(self, where):
        self.where = where

    def __fspath__(self):
        if isinstance(self.where, BaseException):
            raise self.where
        return self.where


#: Source text of a class for other processes and interpreters, which notes which attributes it is asked for.
SPY = """
class Spy:
    asked = []
    def __getattr__(self, name):
        self.asked.append(name)
        return self
"""
