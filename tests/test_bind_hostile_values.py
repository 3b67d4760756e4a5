"""Values in bound containers that panic when they are cloned, and call Python when they are dropped."""

import gc
import subprocess
import sys

import pytest
import test_bind_hostile_values_ext as m

KINDS = {
    "Vector": lambda numbers: m.Vector([m.Elem(n) for n in numbers]),
    "Set": lambda numbers: m.Set([m.Elem(n) for n in numbers]),
    "Hashed": lambda numbers: m.Hashed([m.Elem(n) for n in numbers]),
    "Map": lambda numbers: m.Map({m.Elem(n): n for n in numbers}),
    "Values": lambda numbers: m.Values({n: m.Elem(n) for n in numbers}),
}


@pytest.fixture(autouse=True)
def nothing_is_lost():
    gc.collect()
    before = m.live()
    m.failed()
    yield
    m.clones(0)
    gc.collect()
    assert m.failed() == 0 and m.live() == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_panic_while_a_container_is_shown_does_not_go_on(kind, nth):
    made = KINDS[kind]([1, 2])
    m.clones(nth)
    try:
        repr(made)
    except RuntimeError as error:
        assert "no clone" in str(error)
    m.clones(0)
    assert "..." not in repr(made) and repr(made).count("Elem") == 2


@pytest.mark.parametrize("kind", ["Set", "Hashed"])
def test_what_is_missing_from_a_set(kind):
    made = KINDS[kind]([1, 2])
    with pytest.raises(KeyError):
        made.remove(m.Elem(5))
    made.discard(m.Elem(5))
    with pytest.raises(RuntimeError, match="changed size during iteration"):
        for _ in made:
            made.add(m.Elem(len(made) + 10))
    other = KINDS[kind]([1])
    with pytest.raises(RuntimeError, match="changed during iteration|changed size"):
        for _ in other:
            other.remove(m.Elem(1))
            other.add(m.Elem(9))
            other.add(m.Elem(8))


def test_what_is_missing_from_a_map():
    made = KINDS["Map"]([1, 2])
    with pytest.raises(KeyError):
        made[m.Elem(5)]
    with pytest.raises(KeyError):
        del made[m.Elem(5)]
    with pytest.raises(TypeError):
        made[m.Elem(5)] = "no number"
    with pytest.raises(RuntimeError, match="changed size during iteration"):
        for _ in made.items():
            made[m.Elem(len(made) + 10)] = 1


def test_what_has_no_place_in_a_vector():
    made = KINDS["Vector"]([1, 2, 3])
    with pytest.raises(IndexError):
        made[5] = m.Elem(1)
    with pytest.raises(IndexError):
        made.insert(9, m.Elem(1))
    with pytest.raises(IndexError, match="a slice of a bound container keeps its size"):
        made[::2] = [m.Elem(1)]
    with pytest.raises(ValueError):
        made.remove(m.Elem(7))
    with pytest.raises(IndexError):
        made.pop(7)
    with pytest.raises(TypeError):
        made.extend([m.Elem(1), "none"])
    assert len(made) == 3


def test_a_step_that_fails_ends_the_iterator_and_says_why():
    steps = m.steps(2)
    assert next(steps) == 1 and next(steps) == 0
    with pytest.raises(ValueError, match="^mine$"):
        next(steps)
    assert list(steps) == []


@pytest.mark.parametrize(
    "name, error, text",
    [
        ("ends", RuntimeError, "ends 1"),
        ("ends_asked", RuntimeError, "ends 2"),
        ("ends_caused", ValueError, "outer"),
        ("ends_fetched", RuntimeError, "ends 4"),
        ("tuple_fails", RuntimeError, "no first"),
        ("list_fails", RuntimeError, "no second"),
        ("map_fails", RuntimeError, "no second"),
        ("nested_fails", RuntimeError, "ends 6"),
    ],
)
def test_an_error_does_not_get_lost_in_a_destructor(name, error, text):
    with pytest.raises(error, match=f"^{text}$") as raised:
        getattr(m, name)()
    if name == "ends_caused":
        assert str(raised.value.__cause__) == "ends 3"


def test_an_error_does_not_get_lost_on_the_way_to_the_hook_and_to_the_import(monkeypatch):
    shown = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: shown.append((str(info.exc_value), info.object)))
    m.ends_unraisable()
    assert shown == [("ends 5", "here")]
    with pytest.raises(ImportError, match="^ends 9$"):
        import test_bind_hostile_ends_ext  # noqa: F401


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, RecursionError, GeneratorExit])
def test_what_must_not_be_swallowed_ends_the_search_for_a_conversion(error):
    class Raises:
        def __iter__(self):
            return self

        def __next__(self):
            raise error("on purpose")

    for call in (lambda: m.Key(Raises()), lambda: m.texts(Raises(), 1), lambda: m.count(Raises(), 1)):
        with pytest.raises(error, match="on purpose"):
            call()
    assert m.texts(iter(["a"]), 1) == ["a"] and m.texts([1], 1) == []


@pytest.mark.parametrize("call", ["m.count(S(), 1)", "m.texts(S(), 1)", "m.Set(S())", "m.Vector(S())"])
def test_an_iterator_that_comes_back_for_ever(call):
    code = f"""
import test_bind_hostile_values_ext as m
class S:
    def __iter__(self): return self
    def __next__(self): return {call}
try: {call}
except RecursionError: pass
else: raise AssertionError
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
