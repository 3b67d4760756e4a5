"""Numbers: conversions by `__index__`, `__int__`, `__float__` and `__complex__`, operators, and what computes with them."""

import cmath
import datetime
import decimal
import fractions
import itertools
import math
import operator
import random
import select
import statistics
import time

from c_callers import Way


def one(use, kind="Number", **answers):
    """The function gets the only object of a list."""
    return lambda w: use(w.list(kind, **answers)[0])


def both(use, **answers):
    """An operator of two objects, each alone in a list."""
    return lambda w: use(w.list(**answers)[0], w.list(**answers)[0])


def same_list(use, **answers):
    """Both operands are in one list, which both destroy."""

    def run(w):
        made = w.list(more=(), count=2, **answers)
        return use(made[0], made[1])

    return run


def mapped(use, **answers):
    """The function is called by `map`, of which the arguments belong to nobody else."""
    return lambda w: list(map(use, w.iterator(count=3, **answers)))


def not_implemented(use):
    answers = {name: NotImplemented for name in ("__add__", "__radd__", "__eq__", "__lt__", "__gt__")}
    return lambda w: use(w.list(**answers)[0], w.list(**answers)[0])


OPERATORS = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "lshift", "rshift", "and_", "or_", "xor", "pow"]
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]

WAYS = {f"{name} of two": both(getattr(operator, name)) for name in OPERATORS + COMPARISONS}
WAYS |= {f"{name} of one list": same_list(getattr(operator, name)) for name in OPERATORS + COMPARISONS}
WAYS |= {f"{name} of a number": one(lambda it, use=getattr(operator, name): use(2, it)) for name in OPERATORS}
WAYS |= {
    f"i{name.rstrip('_')}": one(lambda it, use=getattr(operator, f"i{name.rstrip('_')}"): use(it, 2))
    for name in OPERATORS
}
WAYS |= {f"{name} by map": mapped(getattr(operator, name)) for name in ["neg", "pos", "abs", "invert", "not_", "truth", "index"]}
WAYS |= {f"{use.__name__} by map": mapped(use) for use in [repr, hash, int, float, complex, bool, round, bin, hex, oct, chr]}
WAYS |= {
    "add that is not implemented": not_implemented(operator.add),
    "eq that is not implemented": not_implemented(operator.eq),
    "lt that is not implemented": not_implemented(operator.lt),
    "divmod": both(divmod),
    "divmod of a number": one(lambda it: divmod(3, it)),
    "pow of three": one(lambda it: pow(it, 2, 3)),
    "chain of comparisons": one(lambda it: 1 < it < 3, __gt__=True, __lt__=True),
    "int with a base": one(lambda it: int("11", it), __index__=3),
    "complex of two": both(complex),
    "round to it": one(lambda it: round(1.25, it)),
    "range": one(range),
    "range of three": one(lambda it: list(range(0, 5, it))),
    "range in": one(lambda it: it in range(5)),
    "range index": one(lambda it: range(5).index(it)),
    "range count": one(lambda it: range(5).count(it)),
    "slice indices": one(lambda it: slice(None, 3, None).indices(it)),
    "slice of it": one(lambda it: slice(it, 3, 1).indices(5)),
    "slice repr": lambda w: repr(slice(*w.list())),
    "slice ==": lambda w: slice(*w.list()) == slice(1, 1),
    "math.fsum": lambda w: math.fsum(w.list()),
    "math.prod": lambda w: math.prod(w.list()),
    "math.gcd": lambda w: math.gcd(*w.list()),
    "math.lcm": lambda w: math.lcm(*w.list()),
    "math.hypot": lambda w: math.hypot(*w.list()),
    "math.dist": lambda w: math.dist(w.list(), w.list()),
    "math.sumprod": Way(lambda w: math.sumprod(w.list(), w.list()), since=(3, 12)),
    "math.pow": both(math.pow),
    "math.sqrt": mapped(math.sqrt),
    "math.floor": mapped(math.floor),
    "math.ceil": mapped(math.ceil),
    "math.trunc": mapped(math.trunc),
    "math.ldexp": both(math.ldexp),
    "math.isclose": both(math.isclose),
    "math.factorial": mapped(math.factorial),
    "math.comb": both(math.comb),
    "math.perm": both(math.perm),
    "math.isqrt": mapped(math.isqrt),
    "math.log": both(math.log, __float__=3.0),
    "math.atan2": both(math.atan2),
    "cmath.sqrt": mapped(cmath.sqrt),
    "sum": lambda w: sum(w.list()),
    "sum from it": lambda w: sum([1, 2], w.list()[0]),
    "min": lambda w: repr(min(w.list(__lt__=True, __gt__=True))),
    "max": lambda w: repr(max(w.list(__lt__=True, __gt__=True))),
    "any": lambda w: any(w.list(__bool__=False)),
    "all": lambda w: all(w.list()),
    "accumulate": lambda w: [type(it).__name__ for it in itertools.accumulate(w.list())],
    "islice": one(lambda it: list(itertools.islice([1, 2, 3], it))),
    "repeat": one(lambda it: list(itertools.repeat(1, it))),
    "count": lambda w: [type(it).__name__ for it in itertools.islice(itertools.count(w.list()[0], 2), 2)],
    "combinations": one(lambda it: list(itertools.combinations([1, 2], it))),
    "product repeat": one(lambda it: list(itertools.product([1, 2], repeat=it))),
    "batched": Way(one(lambda it: list(itertools.batched([1, 2], it))), since=(3, 12)),
    "enumerate from it": one(lambda it: list(enumerate([1, 2], it))),
    "statistics.fmean": lambda w: statistics.fmean(w.list()),
    "statistics.median": lambda w: repr(statistics.median(w.list())),
    "statistics.mode": lambda w: repr(statistics.mode(w.list())),
    "decimal +": one(lambda it: decimal.Decimal(1) + it, __radd__=NotImplemented),
    "decimal ==": one(lambda it: decimal.Decimal(1) == it),
    "fraction +": one(lambda it: fractions.Fraction(1, 2) + it),
    "timedelta *": one(lambda it: datetime.timedelta(1) * it, __rmul__=NotImplemented),
    "timedelta /": one(lambda it: datetime.timedelta(2) / it),
    "date": one(lambda it: datetime.date(2000, it, 1)),
    "date replace": one(lambda it: datetime.date(2000, 1, 1).replace(day=it)),
    "date ==": one(lambda it: datetime.date(2000, 1, 1) == it),
    "time": one(lambda it: datetime.time(it)),
    "datetime": one(lambda it: datetime.datetime(2000, 1, it)),
    "datetime fromtimestamp": one(lambda it: datetime.datetime.fromtimestamp(it, datetime.timezone.utc)),
    "time.sleep": one(lambda it: time.sleep(it), __index__=0, __float__=0.0),
    "time.gmtime": mapped(lambda it: time.gmtime(it).tm_year),
    "time.strftime": lambda w: time.strftime("%Y", tuple(w.list(more=(1,) * 8))),
    "random.getrandbits": one(lambda it: random.Random(1).getrandbits(it)),
    "random.choices": lambda w: len(random.Random(1).choices([1, 2], weights=w.list())),
    "random.randrange": one(lambda it: random.Random(1).randrange(it)),
    "select": Way(lambda w: select.select(w.list("Stream", fileno=-1), [], [], 0), windows=False),
    "bytes of a length": one(bytes),
    "bytearray of a length": one(bytearray),
    "bytes item": one(lambda it: b"abc"[it]),
    "bytes times": one(lambda it: b"abc" * it),
    "bytes from numbers": lambda w: bytes(w.list()),
    "bytearray from numbers": lambda w: bytearray(w.list()),
    "bytearray extend": lambda w: bytearray().extend(w.list()),
    "bytearray append": one(lambda it: bytearray().append(it)),
    "bytearray insert": one(lambda it: bytearray(b"a").insert(it, it)),
    "bytearray put": one(lambda it: bytearray(b"abc").__setitem__(it, 5)),
    "bytearray put it": one(lambda it: bytearray(b"abc").__setitem__(0, it)),
    "bytearray in": one(lambda it: it in bytearray(b"abc")),
    "bytes find": one(lambda it: b"a\x01c".find(it)),
    "memoryview item": one(lambda it: memoryview(b"abc")[it]),
    "memoryview put": one(lambda it: memoryview(bytearray(b"abc")).__setitem__(0, it)),
    "memoryview put a float": one(lambda it: memoryview(bytearray(8)).cast("d").__setitem__(0, it)),
    "str item": one(lambda it: "abc"[it]),
    "str times": one(lambda it: "abc" * it),
    "str center": one(lambda it: "abc".center(it)),
    "str find": one(lambda it: "abc".find("b", it)),
    "int to_bytes": one(lambda it: (5).to_bytes(it, "big")),
    "int from_bytes": one(lambda it: int.from_bytes(it, "big"), kind="Text"),
    "int from bytes of numbers": lambda w: int.from_bytes(w.list(), "big"),
}
