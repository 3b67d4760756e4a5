"""Methods with special names make the protocols of Python work, as in a class written in Python."""

import cmath
import math
import operator
import os

import pytest
import test_protocols_ext as m


class Bag:
    """What `m.Bag` is, in Python."""

    def __init__(self, items):
        object.__setattr__(self, "items", list(items))
        object.__setattr__(self, "attributes", {})
        object.__setattr__(self, "entered", False)
        object.__setattr__(self, "position", 0)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        try:
            return self.items[index]
        except IndexError:
            raise IndexError("no such item") from None

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            for at in range(*index.indices(len(self.items))):
                self.items[at] = value
        else:
            self[index]
            self.items[index] = value

    def __delitem__(self, index):
        self[index]
        del self.items[index]

    def __contains__(self, item):
        return item in self.items

    def __reversed__(self):
        return self.items[::-1]

    def __iter__(self):
        return self

    def __next__(self):
        if self.position == len(self.items):
            raise StopIteration
        object.__setattr__(self, "position", self.position + 1)
        return self.items[self.position - 1]

    def __length_hint__(self):
        return len(self.items) - self.position

    def __call__(self, *args, **kwargs):
        return len(self.items), args, kwargs

    def __enter__(self):
        object.__setattr__(self, "entered", True)
        return self

    def __exit__(self, kind, value, trace):
        object.__setattr__(self, "entered", False)
        return kind is KeyError

    def __int__(self):
        return sum(self.items)

    def __float__(self):
        return sum(self.items) + 0.5

    def __index__(self):
        return len(self.items)

    def __complex__(self):
        return complex(1, len(self.items))

    def __round__(self, digits=None):
        return 0 if digits is None else digits + len(self.items)

    def __trunc__(self):
        return len(self.items)

    def __floor__(self):
        return len(self.items)

    def __ceil__(self):
        return len(self.items) + 1

    def __bytes__(self):
        return bytes(self.items)

    def __format__(self, how):
        return f"{how}:{len(self.items)}"

    def __fspath__(self):
        return f"/bag/{len(self.items)}"

    def __dir__(self):
        return sorted(self.attributes)

    def __getattr__(self, name):
        try:
            return self.attributes[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        self.attributes[name] = value

    def __delattr__(self, name):
        if name not in self.attributes:
            raise AttributeError(name)
        del self.attributes[name]


def with_statement(bag, error):
    with bag as inner:
        seen = inner is bag, bag.entered
        if error is not None:
            raise error("inside")
    return seen, bag.entered


def attributes(bag):
    bag.color, bag.size = 3, 4
    before = bag.color, bag.size, dir(bag), hasattr(bag, "weight"), getattr(bag, "weight", "none")
    del bag.color
    return before, dir(bag), hasattr(bag, "color")


def assign(bag, key, value):
    bag[key] = value
    return bag[:]


def delete(bag, key):
    del bag[key]
    return bag[:]


ACTIONS = {
    "item": lambda b: (b[0], b[-1], b[2]),
    "item out of range": lambda b: b[9],
    "negative item out of range": lambda b: b[-9],
    "slices": lambda b: (b[1:3], b[:], b[::2], b[::-1], b[5:9], b[-2:]),
    "slice with a step of 0": lambda b: b[::0],
    "assign an item": lambda b: assign(b, -1, 7),
    "assign out of range": lambda b: assign(b, 9, 7),
    "assign a slice": lambda b: assign(b, slice(1, None), 7),
    "delete an item": lambda b: delete(b, 1),
    "delete out of range": lambda b: delete(b, 9),
    "contains": lambda b: (2 in b, 9 in b),
    "reversed": lambda b: reversed(b),
    "iterate": lambda b: (iter(b) is b, list(b), next(b, "end")),
    "for": lambda b: [n for n in b],
    "unpack": lambda b: (lambda x, *rest: (x, rest))(*b),
    "length hint": lambda b: (operator.length_hint(b), next(b), operator.length_hint(b)),
    "call": lambda b: (b(), b(1, "x"), b(1, a=2, **{"b": 3}), callable(b)),
    "with": lambda b: with_statement(b, None),
    "with an exception that goes on": lambda b: with_statement(b, ValueError),
    "numbers": lambda b: (int(b), float(b), operator.index(b), complex(b), [0] * 5 == [0] * 5),
    "as an index": lambda b: "abcdef"[b],
    "in math": lambda b: (math.sqrt(b), cmath.phase(b), hex(b), range(b), bytes(b)),
    "rounding": lambda b: (round(b), round(b, 2), math.trunc(b), math.floor(b), math.ceil(b)),
    "format": lambda b: (f"{b:>3}", format(b), "{:x}".format(b)),
    "path": lambda b: (os.fspath(b), os.path.join(b, "x")),
    "attributes": attributes,
    "attribute that is not there": lambda b: b.weight,
    "delete an attribute that is not there": lambda b: delattr(b, "weight"),
}


def outcome(action, cls):
    try:
        return action(cls([1, 2, 3]))
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("name", ACTIONS)
def test_protocols_do_what_those_of_a_python_class_do(name):
    assert outcome(ACTIONS[name], m.Bag) == outcome(ACTIONS[name], Bag)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_python_subclass_inherits_the_protocols(name):
    class Sub(m.Bag):
        __slots__ = ()

    assert outcome(ACTIONS[name], Sub) == outcome(ACTIONS[name], Bag)


def test_a_with_statement_can_swallow_its_exception():
    bag = m.Bag([])
    with bag:
        raise KeyError("swallowed")
    assert not bag.entered


def test_getattribute_goes_before_getattr():
    watched = m.Watched()
    assert (watched.answer, watched.method()) == (42, 1)
    assert watched.secret == "instead of secret" and watched.other == "instead of other"

    class Sub(m.Watched):
        def __getattribute__(self, name):
            return "python" if name == "answer" else super().__getattribute__(name)

    assert (Sub().answer, Sub().method(), Sub().secret) == ("python", 1, "instead of secret")


def test_a_descriptor():
    class Owner:
        double = m.Doubled()

    owner = Owner()
    owner.double = 4
    assert (owner.value, owner.double, Owner.double, Owner.named) == (4, 8, 0, "double")
    del owner.double
    assert owner.double == 0


def test_missing_keys_of_a_dict():
    @m.add_missing
    class Texts(dict):
        pass

    texts = Texts(a="here")
    assert texts["a"] == "here" and texts["b"] == "no b" and "b" not in texts
    with pytest.raises(KeyError, match="fail"):
        texts["fail"]
    with pytest.raises(TypeError, match=r"__missing__\(\): incompatible function arguments"):
        texts[1]
