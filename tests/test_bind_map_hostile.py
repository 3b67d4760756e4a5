"""Maps whose keys compare and hash with code that panics, and iterators whose types are made by many threads at once."""

import subprocess
import sys

import pytest
import test_bind_map_hostile_ext as m


@pytest.fixture(autouse=True)
def calm():
    yield
    m.panics(False)


VIEWS = [lambda table: iter(table), lambda table: iter(table.keys()), lambda table: iter(table.values()), lambda table: iter(table.items())]


@pytest.mark.row("BND-24")
@pytest.mark.parametrize("kind", ["Sorted", "Hashed"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_comparison_that_panics_ends_the_iterator_that_asked_for_it(kind, view):
    table = getattr(m, kind)()
    for number in range(5):
        table[m.Key(number)] = number * number
    iterator = view(table)
    next(iterator)
    m.panics(True)
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append(next(iterator))
        except RuntimeError as error:
            assert "not this key" in str(error)
            outcomes.append("panicked")
        except StopIteration:
            outcomes.append("end")
    # The panic is raised once, and the iterator has ended.
    assert outcomes == ["panicked", "end", "end", "end"]
    m.panics(False)
    assert list(iterator) == []
    # The map is as it was.
    assert sorted((key.number, value) for key, value in table.items()) == [(n, n * n) for n in range(5)]


@pytest.mark.parametrize("kind", ["Sorted", "Hashed"])
def test_a_comparison_that_panics_leaves_the_map_as_it_was(kind):
    table = getattr(m, kind)()
    table[m.Key(1)] = 1
    m.panics(True)
    for action in (
        lambda: table[m.Key(1)],
        lambda: table.__setitem__(m.Key(2), 2),
        lambda: table.__delitem__(m.Key(1)),
        lambda: m.Key(1) in table,
    ):
        with pytest.raises(RuntimeError, match="not this key"):
            action()
    m.panics(False)
    assert [(key.number, value) for key, value in table.items()] == [(1, 1)]
    table[m.Key(2)] = 2
    assert len(table) == 2


RACE = """
import sys, threading
import test_bind_map_hostile_ext as m
sys.setswitchinterval(1e-6)
numbers, table = m.Numbers(range(50)), m.Table({n: n for n in range(50)})
ways = [lambda: iter(numbers), lambda: iter(table), lambda: iter(table.keys()), lambda: iter(table.values()), lambda: iter(table.items()),
        lambda: table.made()]
start, seen, errors = threading.Barrier(32), [], []
def work():
    try:
        start.wait()
        for way in ways:
            iterator = way()
            seen.append((ways.index(way), type(iterator), len(list(iterator))))
    except BaseException as error:
        errors.append(error)
threads = [threading.Thread(target=work) for _ in range(32)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert errors == [], errors
assert len(seen) == 32 * len(ways) and all(count == 50 for _, _, count in seen)
assert len({(way, kind) for way, kind, _ in seen}) == len(ways)
"""


@pytest.mark.row("BND-06")
def test_threads_that_iterate_first_share_the_iterators_type():
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
