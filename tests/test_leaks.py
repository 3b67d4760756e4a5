"""The report of what is left over when Python has ended."""

import re
import subprocess
import sys
import sysconfig
import textwrap

import pytest
import test_leaks_ext as m

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
HINT = (
    "nanobind: this is likely caused by a reference counting issue in the binding code.\n"
    "See https://nanobind.readthedocs.io/en/latest/refleaks.html"
)


def run(script, code=0):
    """What a script with the extension writes to standard error."""
    source = f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}\nimport test_leaks_ext as m\n" + textwrap.dedent(script)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return re.sub("0x[0-9a-f]+", "0x", done.stderr)


def report(count):
    """The expected report for instances of `W`, whose class has got a constructor and two accessors."""
    if FREE_THREADED:
        return ""
    lines = [f"nanobind: leaked {count} instances!"]
    lines += [' - leaked instance 0x of type "test_leaks_ext.W"'] * count
    lines += ["nanobind: leaked 1 types!", ' - leaked type "test_leaks_ext.W"', "nanobind: leaked 3 functions!"]
    lines += [' - leaked function ""'] * 2 + [' - leaked function "__init__"', HINT]
    return "\n".join(lines)


@pytest.mark.row("leak-01", "leak-20", "why-16")
def test_a_cycle_that_the_collector_cannot_see_is_reported():
    assert run("w = m.W(); w.value = w") == report(1)


@pytest.mark.row("leak-03")
def test_debug_builds_list_every_leak():
    assert run("for _ in range(30): w = m.W(); w.value = w") == report(30)


@pytest.mark.skipif(FREE_THREADED, reason="no report without the GIL")
@pytest.mark.row("leak-03")
def test_release_builds_leave_most_of_the_leaks_out():
    text = run("m.shorten_reports()\nfor _ in range(30): w = m.W(); w.value = w")
    lines = report(30).splitlines()
    assert text.splitlines() == lines[:21] + [" - ... skipped remainder"] + lines[31:]
    text = run("m.shorten_reports()\nfor _ in range(20): w = m.W(); w.value = w")
    assert "skipped" not in text and text == report(20)
    # As many kinds of things as cannot be listed.
    text = run(
        """
        m.shorten_reports()
        w = m.W()
        w.value = [w, m.many_functions]
        assert len(w.value[1]) == 30
        """
    )
    assert "nanobind: leaked 33 functions!" in text
    assert sum(line.startswith(" - leaked function") for line in text.splitlines()) == 10
    assert text.count(" - ... skipped remainder") == 1


@pytest.mark.row("leak-19")
def test_what_a_last_exception_keeps_alive_is_no_leak():
    # The exception knows the object and is kept by `sys.last_value`, which goes when Python ends.
    for make in ("w = m.W()", "w = m.Seen(); w.value = w"):
        text = run(make + "; w.nope", code=1)
        assert "has no attribute 'nope'" in text and "leaked" not in text
    # One reference too many does leak, wherever it comes from.
    assert "leaked 1 instances" in run(LEAK + "w = m.W(); leak(w)") or FREE_THREADED


@pytest.mark.row("api-flag-5", "api-v3-4")
def test_alive_until_the_end():
    assert m.is_alive()
    assert m.try_attach() == (True, True, True)
    script = "m.tell_at_exit(); assert m.is_alive(); sys.kept = m.Late()"
    assert run(script).splitlines() == [
        "dropped: true", "at exit: false", "on a thread: false", "attached: None, None",
    ]  # fmt: skip


@pytest.mark.row("leak-17")
def test_a_class_that_shows_what_it_holds_does_not_leak():
    assert run("w = m.Seen(); w.value = w") == ""
    assert run("w = m.W(); s = m.Seen(); w.value = s; s.value = [s]") == ""


@pytest.mark.row("leak-01", "leak-10", "leak-11", "why-16")
def test_a_clean_end_is_silent():
    # A default of the class itself, one of another class.
    assert run("assert m.Nurse().meet() == 4 and m.Nurse().twice() == 0") == ""
    assert run("w = m.W(); n = m.Nurse(); n.keep([n, w]); n.twice()") == ""
    assert run("class D(m.Nurse): pass\nd = D(); d.me = d; f = m.Nurse.twice") == ""


LEAK = "import ctypes; leak = lambda o: ctypes.pythonapi.Py_IncRef(ctypes.py_object(o))\n"


@pytest.mark.skipif(FREE_THREADED, reason="no report without the GIL")
@pytest.mark.row("leak-02")
def test_types_and_functions_alone_are_not_reported():
    assert run(LEAK + "leak(m.W.value)") == ""
    text = run(LEAK + "w = m.W(); n = m.Nurse(); n.keep([]); leak(n)")
    # The default of a method of the leaked class is one more.
    instance = ' - leaked instance 0x of type "test_leaks_ext.Nurse"'
    assert text.splitlines()[:4] == [
        "nanobind: leaked 2 instances!",
        instance,
        instance,
        "nanobind: leaked 1 keep_alive records!",
    ]


@pytest.mark.row("leak-04", "why-17", "api-flag-1", "api-flag-2")
def test_the_report_can_be_turned_off():
    assert m.leak_warnings() is True
    assert run("m.set_leak_warnings(False); assert not m.leak_warnings(); w = m.W(); w.value = w") == ""


@pytest.mark.row("leak-05")
def test_every_extension_has_a_setting_of_its_own():
    other = LEAK + "import test_collector_ext as other; leak(other.Shrub())\n"
    assert run(other) == ""
    assert run(other + "w = m.W(); w.value = w") == report(1)


def test_what_was_freed_meanwhile_is_not_reported():
    text = run(
        """
        for _ in range(5):
            w = m.W()
            w.value = w
            del w
        w = m.W()
        w.value = w
        w.value = None
        """
    )
    assert text == report(5)
