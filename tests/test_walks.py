"""Elements that are read and written in place, numbers that are not asked of Python, calls with keywords on the stack."""

import gc
import sys
import weakref

import pytest
import test_walks_ext as m
from samples import Thing


def test_a_list_that_changes_while_it_is_walked():
    values, seen = [1, 2, 3], []

    def grow(value):
        seen.append(value)
        if len(values) < 5:
            values.append(value + 10)

    assert m.walk_list(values, grow) == 5 and seen == [1, 2, 3, 11, 12]
    values = list(range(10))
    assert m.walk_list(values, lambda value: values.pop()) == 5
    values = [Thing() for _ in range(4)]
    ends = [weakref.ref(value) for value in values]
    assert m.walk_list(values, lambda value: values.clear()) == 1
    gc.collect()
    assert not any(end() for end in ends)

    def fail(value):
        raise KeyError

    thing = Thing()
    before = sys.getrefcount(thing)
    for _ in range(10):
        with pytest.raises(KeyError):
            m.walk_list([thing], fail)
    assert sys.getrefcount(thing) == before


def test_a_tuple_is_walked_to_its_end():
    class Named(tuple):
        def __getitem__(self, index):
            raise AssertionError

        def __len__(self):
            return 7

    seen = []
    assert m.walk_tuple(Named([1, "a"]), seen.append) == 2 and seen == [1, "a"]
    assert m.walk_tuple((), seen.append) == 0
    assert m.rest_of_tuple((1, 2, 3)) == (2, 2) and m.rest_of_tuple(()) == (0, 0)


def test_a_dict_is_walked_as_it_was():
    values, seen = {n: Thing() for n in range(4)}, []

    def change(key, value):
        seen.append(key)
        values.clear()
        values.update({n: n for n in range(100)})

    assert m.walk_dict(values, change) == 4 and seen == [0, 1, 2, 3]
    for n in range(0, 100, 2):
        del values[n]
    seen.clear()
    assert m.walk_dict(values, lambda key, value: seen.append((key, value))) == 50
    assert seen == [(n, n) for n in range(1, 100, 2)]
    assert m.walk_dict({}, change) == 0

    class Other(dict):
        def __len__(self):
            return 1

    assert m.walk_dict(Other(a=1, b=2), lambda key, value: None) == 2


def test_append_to_a_list_that_is_sorted():
    values = [3, 1, 2]

    def key(value):
        m.append(values, value)
        return value

    with pytest.raises(ValueError, match="list modified during sort"):
        values.sort(key=key)
    assert sorted(values) == [1, 2, 3]


def test_append_as_python_does():
    class Loud(list):
        def append(self, value):
            raise AssertionError

    values = Loud()
    m.append(values, 1)
    assert values == [1]
    values = []
    m.append_many(values, 1000)
    assert values == list(range(1000))
    del values[10:]
    m.append_many(values, 3)
    assert values == [*range(10), 0, 1, 2]
    values.clear()
    m.append(values, values)
    assert values[0] is values
    thing = Thing()
    before = sys.getrefcount(thing)
    values = []
    for _ in range(100):
        m.append(values, thing)
    assert sys.getrefcount(thing) == before + 100
    values.clear()
    assert sys.getrefcount(thing) == before


def test_numbers_are_those_of_python():
    for n in [*range(-300, 300), 2**31, -(2**31), 2**62, 2**63 - 1, -(2**63)]:
        assert m.signed(n) == n
        if -5 <= n <= 256:
            assert m.signed(n) is int(str(n))
    for n in range(-128, 128):
        assert m.small(n) == (n,) * 6
    for n in [*range(256), 2**64 - 1, 2**63, 2**63 - 1]:
        assert m.unsigned(n) == (n, n & 0xFF, n & 0xFFFF, n & 0xFFFFFFFF, n, n)


def test_references_to_numbers_are_counted():
    before = [sys.getrefcount(n) for n in (-5, 0, 100, 256)]
    values = [m.signed(n) for n in (-5, 0, 100, 256) for _ in range(1000)]
    m.append_many(values, 257)
    del values
    # Other code has some too, and gives them back.
    assert all(abs(sys.getrefcount(n) - count) < 50 for n, count in zip((-5, 0, 100, 256), before))


def test_numbers_are_read_or_refused():
    class Number(int):
        pass

    class Index:
        def __index__(self):
            return 7

    assert m.casts([0, -1, 2**30, -(2**30), 2**63 - 1, True, Number(5), Index()]) == [
        "0", "-1", str(2**30), str(-(2**30)), str(2**63 - 1), "1", "5", "7",
    ]  # fmt: skip
    assert all("bad_cast" in text for text in m.casts([2**63, 1.0, "1", None]))
    assert m.cast_truth([True, False]) == [True, False]
    with pytest.raises(RuntimeError, match="bad_cast"):
        m.cast_truth([1])
    assert m.casts(list(range(-300, 300))) == [str(n) for n in range(-300, 300)]
    assert m.cast_small(127) == 127 and m.cast_small(128) is None


def test_keywords_anywhere_among_the_arguments():
    def echo(*args, **named):
        return args, named

    o = object()
    assert m.named(echo, o) == ((o, "three"), {"a": 1, "b": o})
    assert list(m.all_named(lambda **named: named).items()) == [(chr(ord("a") + n), n + 1) for n in range(12)]
    assert m.all_named(dict) == {chr(ord("a") + n): n + 1 for n in range(12)}

    class Target:
        def method(self, *args, **named):
            return self, args, named

    target = Target()
    assert m.named_method(target, o) == (target, (1,), {"key": o})


def test_a_call_with_keywords_that_fails_gives_all_back():
    o = Thing()
    before = sys.getrefcount(o)
    with pytest.raises(TypeError, match="'a'"):
        m.named_twice(lambda *args, **named: None, o)
    with pytest.raises(ZeroDivisionError):
        m.named(lambda *args, **named: 1 / 0, o)
    with pytest.raises(TypeError, match="unexpected keyword"):
        m.named(lambda x: x, o)
    with pytest.raises(TypeError, match="not callable"):
        m.named(5, o)
    with pytest.raises(AttributeError, match="method"):
        m.named_method(o, o)
    assert sys.getrefcount(o) == before


def test_attributes_that_run_code():
    class Odd:
        def __getattr__(self, name):
            gc.collect()
            if name == "x":
                return 5
            raise AttributeError(f"no {name}")

    assert m.read(Odd()) == m.read_number(Odd()) == 5
    with pytest.raises(AttributeError, match="no inner"):
        m.read_inner(Odd())
    outer, o = Thing(), Thing()
    outer.inner = o
    m.write(o, 3)
    assert o.x == m.read_inner(outer) == 3
    m.write_inner(outer, 4)
    assert m.read_number(o) == 4
    o.x = "text"
    with pytest.raises(RuntimeError, match="bad_cast"):
        m.read_number(o)
    with pytest.raises(AttributeError):
        m.write(object(), 1)
    with pytest.raises(AttributeError):
        m.write_inner(Odd(), 1)
