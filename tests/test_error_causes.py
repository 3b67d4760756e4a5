"""What has caused an error of Rust is the `__cause__` of its exception; errors of anyhow and eyre."""

import gc
import weakref

import pytest
import test_error_causes_ext as m


def raised(function, *args):
    """The exception, its cause, the cause of that, and so on: class and text of each."""
    with pytest.raises(Exception) as caught:
        function(*args)
    error, all = caught.value, []
    while error is not None:
        all.append((type(error), str(error)))
        assert error.__cause__ is error.__context__
        error = error.__cause__
    return all


MISSING = "No such file or directory"


@pytest.mark.parametrize("function", [m.asked, m.boxed])
def test_sources_become_causes(function):
    outer, inner, last = raised(function)
    assert outer == (RuntimeError, "outer") and inner == (RuntimeError, "inner")
    assert last[0] is FileNotFoundError and MISSING in last[1]


def test_a_source_with_a_class_of_its_own():
    assert raised(m.own) == [(RuntimeError, "outer"), (m.Own, "my own")]


def test_no_source_no_cause():
    assert raised(m.none) == [(RuntimeError, "alone")]


def test_sources_without_an_end():
    all = raised(m.endless)
    assert set(all) == {(RuntimeError, "again")} and len(all) == 33


@pytest.mark.parametrize("depth", range(4))
def test_the_error_inside_of_an_anyhow_decides_about_the_class(depth):
    all = raised(m.anyhow, depth)
    assert len(all) == depth + 1
    assert all[0][0] is all[-1][0] is FileNotFoundError and MISSING in all[-1][1]
    assert {kind for kind, _ in all[1:-1]} <= {RuntimeError}
    for at, (_, text) in enumerate(all[:-1]):
        assert f"step {depth - 1 - at}" in text
    assert m.anyhow_ok(3) == 3


def test_an_own_class_inside_of_an_anyhow():
    assert raised(m.anyhow_own) == [(m.Own, "while it was tried"), (m.Own, "my own")]
    assert raised(m.anyhow_text) == [(RuntimeError, "only a text")]


def test_eyre():
    assert raised(m.eyre) == [(ValueError, "no number"), (ValueError, "invalid digit found in string")]
    assert raised(m.eyre_text) == [(RuntimeError, "only a text")]


def test_references_end():
    gone = []
    for _ in range(3):
        with pytest.raises(RuntimeError) as caught:
            m.boxed()

        class Watched(Exception):
            pass

        watched = Watched()
        caught.value.__cause__.__cause__.__cause__ = watched
        gone.append(weakref.ref(watched))
        del watched, caught
    gc.collect()
    assert [one() for one in gone] == [None] * 3
