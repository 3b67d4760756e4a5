"""Conversions of objects that change, raise, lie about their length or call back while they are converted."""

import gc
import math
import sys
import threading

import pytest

import test_casters_ext as t
from samples import Index, Located, Mapping, Sequence, refused


def change(kind, target):
    """Changes a list from inside its own conversion."""
    return {
        "clear": target.clear,
        "shrink": lambda: target.__delitem__(slice(1, None)),
        "grow": lambda: target.extend([1] * 5000),
        "replace": lambda: target.__setitem__(slice(None), [7] * len(target)),
        "free": lambda: (target.clear(), target.extend(object() for _ in range(3)), gc.collect()),
    }[kind]


HOSTILE = {
    "vec": (t.vec, lambda x: x),
    "vec_f64": (t.vec_f64, lambda x: x),
    "deque": (t.deque, lambda x: x),
    "array": (t.array, lambda x: x),
    "slice": (t.slice, lambda x: x),
    "hash_set": (t.hash_set, lambda x: x),
    "btree_set": (t.btree_set, lambda x: x),
    "vec_vec": (t.vec_vec, lambda x: [x, [1]]),
    "vec_array": (lambda x: t.vec_array([x[0][:2], x[0]]), lambda x: [x]),
    "option_vec": (t.option_vec, lambda x: x),
    "vec_option": (t.vec_option, lambda x: x),
    "map_vec": (t.map_vec, lambda x: {"a": x}),
    "deep": (t.deep, lambda x: [{"a": x}]),
}


@pytest.mark.row("LIV-01")
@pytest.mark.parametrize("kind", ["clear", "shrink", "grow", "replace", "free"])
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_list_that_changes_while_it_converts_is_refused_or_read_cleanly(name, kind, place):
    function, wrap = HOSTILE[name]
    source = [1001, 1002, 1003]
    source[place] = Index(5, change(kind, source))
    try:
        function(wrap(source))
    except TypeError as error:
        assert "incompatible function arguments" in str(error)
    else:
        # A change of the length is never read half-way.
        assert kind in ("replace", "free") or name == "vec_array"


@pytest.mark.row("LIV-01")
@pytest.mark.parametrize("kind", ["clear", "shrink", "grow", "replace", "free"])
def test_a_list_that_changes_while_it_becomes_a_tuple_is_read_as_it_was(kind):
    for place in (0, 1):
        source = [1, 2]
        source[place] = Index(5, change(kind, source))
        assert t.pair(source) == ((5, 2) if place == 0 else (1, 5))
        outer = [[1, 2], 3]
        inner = outer[0]
        inner[place] = Index(6, change(kind, outer))
        refused(t.vec_pair, outer)


@pytest.mark.row("LIV-01")
def test_the_outer_list_may_lose_the_inner_one_while_that_converts():
    outer = []
    outer.extend([[Index(1, outer.clear), 2, 3], [4]])
    refused(t.vec_vec, outer)
    outer.extend([[1001, Index(2, lambda: outer.__setitem__(0, None)), 1003]])
    assert t.vec_vec(outer) == [[1001, 2, 1003]]


FATAL = [KeyboardInterrupt, SystemExit, MemoryError, RecursionError, GeneratorExit]


def raiser(error):
    def raise_it(*_):
        raise error

    return raise_it


def hostile_calls(error):
    """Every place where a conversion runs Python code, which raises."""
    fail = raiser(error)
    evil = Index(1, fail)
    number = type("FloatLike", (), {"__float__": fail})()
    items = Mapping(error)
    iterable = type("Iter", (), {"__iter__": fail, "__getitem__": fail, "__len__": lambda s: 3})()
    getitem = Sequence(fail, 3)
    length = type("Len", (), {"__len__": fail, "__getitem__": lambda s, i: 1})()
    attribute = type("Attr", (), {"__getattr__": fail, "__getitem__": fail})()
    yielding = type("Yield", (), {"__iter__": lambda s: (fail() for _ in (1,))})()
    return [
        (t.i32, evil), (t.u64, evil), (t.i128, evil), (t.f64, number), (t.f32, number), (t.f64, evil),
        (t.vec, [1, evil]), (t.deque, [evil]), (t.array, [1, 2, evil]), (t.slice, [evil]), (t.pair, (1, evil)),
        (t.pair, [evil, 1]), (t.hash_set, [evil]), (t.btree_set, {evil}), (t.hash_map, {"a": evil}),
        (t.map_int, {evil: "a"}), (t.option, evil), (t.option_vec, [evil]), (t.vec_vec, [[1], [evil]]),
        (t.deep, [{"a": [1, evil]}]), (t.hash_map, items), (t.vec, iterable), (t.vec, getitem), (t.pair, Sequence(fail, 2)),
        (t.array, getitem), (t.vec, length), (t.array, length), (t.pair, length), (t.hash_set, iterable),
        (t.hash_set, yielding), (t.hash_set, length), (t.PathBuf, Located(error)), (t.path, Located(error)),
        (t.vec_pair, [(1, evil)]), (t.refs_deep, [(evil, None)]), (t.hash_map, attribute),
    ]  # fmt: skip


@pytest.mark.row("LIV-04")
@pytest.mark.parametrize("error", FATAL)
def test_an_exception_that_must_not_be_lost_gets_through_every_conversion(error):
    for function, value in hostile_calls(error("stop")):
        with pytest.raises(error, match="^stop$") as info:
            function(value)
        assert info.type is error
    # Also through overloads that could take the value otherwise.
    with pytest.raises(error):
        t.width(Index(1, raiser(error("stop"))))


@pytest.mark.row("LIV-04")
@pytest.mark.parametrize("error", [ValueError, TypeError, ZeroDivisionError, OSError, StopIteration, KeyError])
def test_another_exception_becomes_the_cause_of_the_type_error(error):
    raised = error("reason")
    for function, value in hostile_calls(raised):
        if error is StopIteration and not isinstance(value, (Index, list, tuple)):
            continue  # which ends an iteration
        found = refused(function, value)
        assert found.__cause__ is raised, (function, value)
        assert found.__cause__.__traceback__ is not None


@pytest.mark.row("LIV-04")
def test_a_real_recursion_error_gets_through():
    class Deep:
        def __index__(self):
            return t.i32(self)

    with pytest.raises(RecursionError):
        t.i32(Deep())


@pytest.mark.row("LIV-10")
def test_a_huge_or_false_length_reserves_nothing():
    for stated in (2**60, sys.maxsize, 10**12):
        source = Sequence(lambda i: i, 3, stated)
        assert t.vec(source) == [0, 1, 2] and t.deque(source) == [0, 1, 2] and t.hash_set(source) == {0, 1, 2}
        refused(t.array, source)
        refused(t.pair, source)
    for stated in (0, 1, 2):
        source = Sequence(lambda i: i, 3, stated)
        refused(t.vec, source)
        refused(t.hash_set, source)
    for wrong in (-1, sys.maxsize + 1, "3", 1.5):
        found = refused(t.vec, Sequence(lambda i: i, 3, wrong))
        assert isinstance(found.__cause__, (ValueError, OverflowError, TypeError))
    endless = Sequence(lambda i: i, math.inf, 3)
    for function in (t.vec, t.array, t.hash_set):
        refused(function, endless)
    refused(t.pair, Sequence(lambda i: i, math.inf, 2))

    class Hinted:
        def __init__(self, hint):
            self.hint = hint

        def __iter__(self):
            return iter([1, 2])

        def __length_hint__(self):
            return self.hint

    for hint in (2**60, sys.maxsize, 0, -1, "x"):
        assert t.hash_set(Hinted(hint)) == {1, 2}
        refused(t.vec, Hinted(hint))


@pytest.mark.row("LIV-10")
def test_a_mapping_that_answers_every_index_is_no_endless_sequence():
    class Endless(Mapping):
        def __len__(self):
            return 1

    refused(t.vec, Endless([("a", 1)]))
    assert t.hash_map(Endless([("a", 1)])) == {"a": 1}


def test_a_conversion_may_call_back_into_the_same_function():
    depth = []

    def again():
        if len(depth) < 50:
            depth.append(1)
            assert t.vec([1, Index(2, again)]) == [1, 2]

    assert t.vec([Index(1, again)]) == [1] and len(depth) == 50


def test_a_conversion_may_use_the_objects_of_the_same_call():
    item = t.Item(1)

    def nested():
        t.refs_add([item], 1)

    t.refs_add([item], Index(10, nested))
    assert item.value == 12


def test_lists_that_other_threads_change_are_read_cleanly():
    shared, stop = list(range(50)), threading.Event()

    def disturb():
        while not stop.is_set():
            shared.extend([1] * 50)
            del shared[25:]
            shared[:] = range(50)

    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(2000):
            for function in (t.vec, t.vec_option, t.hash_set):
                try:
                    assert all(0 <= i < 50 for i in function(shared))
                except TypeError:
                    pass
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(old)
