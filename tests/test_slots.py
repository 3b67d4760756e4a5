"""Operators and protocols of bound classes behave as those of the same classes written in Python."""

import gc
import operator

import pytest
import test_slots_ext as m


class Num:
    """What `m.Num` is, in Python."""

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        if isinstance(other, Num):
            return type(self).make(self.value + other.value)
        return Num(self.value + other) if isinstance(other, int) else NotImplemented

    @staticmethod
    def make(value):
        return Num(value)

    def __radd__(self, other):
        return Num(other + self.value) if isinstance(other, int) else NotImplemented

    def __sub__(self, other):
        return Num(self.value - other.value) if isinstance(other, Num) else NotImplemented

    def __iadd__(self, other):
        if not isinstance(other, int):
            return NotImplemented
        self.value += other
        return self

    def __isub__(self, other):
        return Num(self.value - other) if isinstance(other, int) else NotImplemented

    def __neg__(self):
        return Num(-self.value)

    def __abs__(self):
        return Num(abs(self.value))

    def __invert__(self):
        return Num(~self.value)

    def __int__(self):
        return self.value

    def __float__(self):
        return float(self.value)

    def __index__(self):
        return self.value

    def __bool__(self):
        return self.value != 0

    def __len__(self):
        return self.value

    def __eq__(self, other):
        return self.value == other.value if isinstance(other, Num) else NotImplemented

    def __lt__(self, other):
        return self.value < other.value if isinstance(other, Num) else NotImplemented

    def __repr__(self):
        return f"Num({self.value})"

    def __str__(self):
        return str(self.value)

    def __getitem__(self, index):
        if index >= self.value:
            raise IndexError("too far")
        return index

    def __setitem__(self, index, value):
        self.value = index + value

    def __contains__(self, item):
        return 0 <= item < self.value


class Derived(Num):
    def __radd__(self, other):
        return self.value + other.value + 500 if isinstance(other, Num) else NotImplemented


class Right:
    def __init__(self, value):
        self.value = value

    def __radd__(self, other):
        return self.value + other.value + 1000 if isinstance(other, Num) else NotImplemented

    def __matmul__(self, other):
        return self.value * other.value if isinstance(other, Right) else NotImplemented


PYTHON = {"Num": Num, "Derived": Derived, "Right": Right}
BOUND = {"Num": m.Num, "Derived": m.Derived, "Right": m.Right}


def outcome(action, classes):
    """What came out, in a form that does not depend on which of the two classes it was."""
    try:
        result = action(**classes)
    except Exception as error:
        text = str(error).replace("test_slots_ext.", "")
        return type(error).__name__, text
    return type(result).__name__, getattr(result, "value", result)


ACTIONS = {
    "add": lambda Num, **_: Num(1) + Num(2),
    "add an int": lambda Num, **_: Num(1) + 2,
    "add to an int": lambda Num, **_: 2 + Num(1),
    "add a text": lambda Num, **_: Num(1) + "x",
    "add to a text": lambda Num, **_: "x" + Num(1),
    "subtract": lambda Num, **_: Num(5) - Num(2),
    "subtract an int": lambda Num, **_: Num(5) - 2,
    "subtract from an int": lambda Num, **_: 5 - Num(2),
    "a base and a derived": lambda Num, Derived, **_: Num(1) + Derived(2),
    "a derived and a base": lambda Num, Derived, **_: Derived(1) + Num(2),
    "two derived": lambda Derived, **_: Derived(1) + Derived(2),
    "the right one only": lambda Num, Right, **_: Num(1) + Right(2),
    "the right one on the left": lambda Num, Right, **_: Right(2) + Num(1),
    "two of the right ones": lambda Right, **_: Right(2) + Right(1),
    "matmul": lambda Right, **_: Right(2) @ Right(3),
    "matmul of others": lambda Right, Num, **_: Right(2) @ Num(3),
    "in place without that": lambda Num, **_: operator.isub(Num(5), Num(3)),
    "in place with a new object": lambda Num, **_: operator.isub(Num(5), 3),
    "negative": lambda Num, **_: -Num(5),
    "abs": lambda Num, **_: abs(Num(-5)),
    "invert": lambda Num, **_: ~Num(5),
    "positive": lambda Num, **_: +Num(5),
    "int": lambda Num, **_: int(Num(5)),
    "float": lambda Num, **_: float(Num(5)),
    "index": lambda Num, **_: [10, 20, 30][Num(1)],
    "bool": lambda Num, **_: (bool(Num(5)), bool(Num(0)), not Num(0)),
    "len": lambda Num, **_: len(Num(5)),
    "negative len": lambda Num, **_: len(Num(-5)),
    "len of a derived": lambda Derived, **_: len(Derived(5)),
    "eq": lambda Num, **_: (Num(1) == Num(1), Num(1) == Num(2), Num(1) == 1, 1 == Num(1)),
    "ne": lambda Num, **_: (Num(1) != Num(1), Num(1) != Num(2), Num(1) != 1),
    "lt": lambda Num, **_: (Num(1) < Num(2), Num(2) > Num(1), Num(2) < Num(1)),
    "le": lambda Num, **_: Num(1) <= Num(2),
    "lt an int": lambda Num, **_: Num(1) < 2,
    "eq of a derived": lambda Num, Derived, **_: (Num(1) == Derived(1), Derived(1) == Num(1)),
    "repr": lambda Num, **_: repr(Num(1)),
    "str": lambda Num, **_: f"{Num(1)}",
    "getitem": lambda Num, **_: Num(5)[3],
    "getitem out of range": lambda Num, **_: Num(5)[7],
    "iterate by index": lambda Num, **_: list(Num(4)),
    "delitem": lambda Num, **_: operator.delitem(Num(5), 3),
    "contains": lambda Num, **_: (3 in Num(5), 7 in Num(5)),
    "sum": lambda Num, **_: sum([Num(1), Num(2)]),
    "sort": lambda Num, **_: [x.value for x in sorted([Num(2), Num(1)])],
}


@pytest.mark.parametrize("name", ACTIONS)
def test_operators_do_what_those_of_a_python_class_do(name):
    expected = outcome(ACTIONS[name], PYTHON)
    assert outcome(ACTIONS[name], BOUND) == expected


@pytest.mark.parametrize("name", ACTIONS)
def test_a_python_subclass_inherits_the_operators(name):
    class Sub(m.Num):
        pass

    class SubDerived(m.Derived):
        pass

    classes = {"Num": Sub, "Derived": SubDerived, "Right": m.Right}
    got, expected = outcome(ACTIONS[name], classes), outcome(ACTIONS[name], BOUND)
    # `Num + Derived`: the two are no longer related.
    if name not in ["a base and a derived", "a derived and a base", "eq of a derived"]:
        assert tuple(str(part).replace("Sub", "Num") for part in got) == tuple(map(str, expected))


@pytest.mark.row("DSP-38")
def test_an_operator_in_place_returns_its_own_receiver():
    a = b = m.Num(1)
    a += 2
    assert a is b and a.value == 3
    a -= 1
    assert a is not b and (a.value, b.value) == (2, 3)


def test_setitem():
    num = m.Num(1)
    num[4] = 5
    assert num.value == 9
    with pytest.raises(TypeError, match="incompatible function arguments"):
        num["x"] = 1


class Overriding(m.Num):
    def __add__(self, other):
        return ("python", super().__add__(other))

    def __len__(self):
        return 77

    def __eq__(self, other):
        return "equal"

    __hash__ = None


def test_a_python_subclass_overrides_the_operators():
    num = Overriding(5)
    kind, inner = num + 2
    assert (kind, inner.value) == ("python", 7)
    assert (2 + num).value == 7
    assert len(num) == 77 and m.Num.__len__(num) == 5
    assert (num == 1, num != 1) == ("equal", False)
    # The derived class goes first, as everywhere in Python.
    assert (m.Num(1) == num) == "equal"


@pytest.fixture
def patched():
    """Sets attributes of a bound class and puts the old ones back."""
    undo = []

    def patch(cls, name, value):
        had = vars(cls).get(name)
        undo.append((cls, name, had))
        if value is None:
            delattr(cls, name)
        else:
            setattr(cls, name, value)

    yield patch
    for cls, name, had in reversed(undo):
        if had is None:
            delattr(cls, name)
        else:
            setattr(cls, name, had)


def test_patching_a_class_is_seen(patched):
    num, derived = m.Num(5), m.Derived(6)
    patched(m.Num, "__add__", lambda a, b: "patched")
    assert num + 1 == "patched" == derived + 1
    assert (1 + num).value == 6
    patched(m.Num, "__len__", lambda a: 3)
    assert len(num) == len(derived) == 3
    patched(m.Num, "__eq__", lambda a, b: "same")
    assert (num == 1) == "same"
    patched(m.Num, "__ne__", lambda a, b: "other")
    assert (num != 1) == "other"
    patched(m.Num, "__repr__", lambda a: "patched repr")
    assert repr(num) == "patched repr"
    patched(m.Num, "__gt__", lambda a, b: "greater")
    assert (num > 1) == "greater"
    assert num < m.Num(9)


def test_deleting_an_operator_is_seen(patched):
    num = m.Num(5)
    patched(m.Num, "__len__", None)
    with pytest.raises(TypeError, match="has no len"):
        len(num)
    patched(m.Num, "__add__", None)
    with pytest.raises(TypeError, match="unsupported operand"):
        num + 1
    assert (1 + num).value == 6
    patched(m.Num, "__eq__", None)
    assert num == num and num != m.Num(5)
    patched(m.Num, "__bool__", None)
    assert operator.truth(m.Num(0))


def test_a_patch_that_is_undone_leaves_the_operators_working():
    assert len(m.Num(5)) == 5 and (m.Num(1) + 2).value == 3 and m.Num(1) == m.Num(1)


def test_odd_answers_raise_what_python_raises():
    for answer, error, text in [
        (0, TypeError, "cannot be interpreted as an integer"),
        (1, OverflowError, "cannot fit"),
        (2, RuntimeError, "no length"),
        (3, KeyError, "none"),
        (-4, ValueError, "__len__\\(\\) should return >= 0"),
    ]:
        with pytest.raises(error, match=text):
            len(m.Odd(answer))
    assert len(m.Odd(9)) == 9
    for answer in [0, 1]:
        with pytest.raises(TypeError, match="__bool__ should return bool, returned"):
            bool(m.Odd(answer))
    with pytest.raises(KeyError):
        bool(m.Odd(3))
    with pytest.raises(TypeError, match="__repr__ returned non-string"):
        repr(m.Odd(1))
    assert "" not in m.Odd(1) and "x" in m.Odd(1)
    with pytest.raises(KeyError):
        "x" in m.Odd(3)
    with pytest.raises(AttributeError, match="__setitem__"):
        m.Odd(3)[1] = 2
    odd = m.Odd(3)
    del odd[5]
    assert list(odd) == [5, 4, 3, 2, 1]


def test_an_operator_may_call_back():
    odd = m.Odd(7)
    assert (odd == (lambda value: (value, odd == (lambda other: other)))) == (7, 7)

    def fail(value):
        raise LookupError(value)

    with pytest.raises(LookupError, match="7"):
        odd == fail


def test_a_class_may_go_while_its_operator_runs():
    class Temporary(m.Odd):
        pass

    odd = Temporary(1)

    def forget(value):
        nonlocal odd
        odd = None
        gc.collect()
        return value

    assert (odd == forget) == 1
