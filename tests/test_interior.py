"""Fields that change through a shared reference: atomics, locks, and what is set once."""

import gc
import inspect
import signal
import sys
import threading
import time
import weakref

import pytest
import test_interior_ext as m
from refusals import raised


@pytest.fixture
def gauge():
    gauge = m.Gauge()
    m.keep(gauge)
    yield gauge
    m.let_go()


@pytest.fixture
def short_timeout():
    before = m.timeout()
    m.set_timeout(0.2)
    yield
    m.set_timeout(before)


def test_fields_are_seen_as_their_values():
    gauge = m.Gauge()
    gauge.level = 2**40
    gauge.small += 255
    gauge.on = True
    gauge.name = "é"
    gauge.limits = (1, 2.5)
    assert (gauge.level, gauge.small, gauge.on, gauge.name, gauge.limits) == (2**40, 255, True, "é", [1.0, 2.5])
    assert gauge.note is None
    gauge.note = "n"
    assert gauge.note == "n"
    gauge.note = None
    assert gauge.note is None
    assert (gauge.level_ro, gauge.name_ro) == (2**40, "é")


def test_signatures_and_docs_are_those_of_the_values():
    doc = {name: getattr(m.Gauge, name).fget.__doc__ or "" for name in ["level", "name", "limits", "note", "first"]}
    assert doc["level"].splitlines()[0].endswith("-> int")
    assert doc["name"].splitlines()[0].endswith("-> str")
    assert doc["limits"].splitlines()[0].endswith("-> list[float]")
    assert doc["note"].splitlines()[0].endswith("-> str | None")
    assert doc["first"].splitlines()[0].endswith("-> str | None")
    assert inspect.getdoc(m.Gauge.small) == "Level as a byte"


@pytest.mark.parametrize(
    ("name", "value"),
    [("level", "1"), ("level", 2**63), ("small", 256), ("small", -1), ("name", 1), ("name", None), ("limits", ["a"]), ("note", 3)],
)
def test_what_does_not_fit_changes_nothing(name, value):
    gauge = m.Gauge()
    before = getattr(gauge, name)
    with pytest.raises(TypeError, match="incompatible function arguments"):
        setattr(gauge, name, value)
    assert getattr(gauge, name) == before


def test_what_is_read_only_stays_so():
    gauge = m.Gauge()
    for name in ["first", "level_ro", "name_ro"]:
        with pytest.raises(AttributeError):
            setattr(gauge, name, None)
        with pytest.raises(AttributeError):
            delattr(gauge, name)


def test_what_is_inside_of_something_read_only_is_read_only():
    panel = m.Panel()
    panel.own.level = 4
    panel.own.name = "own"
    for gauge in [panel.gauge, m.fixed()]:
        for name, value in [("level", 1), ("name", "x"), ("limits", [])]:
            with pytest.raises(RuntimeError, match="cannot be modified"):
                setattr(gauge, name, value)
    assert (panel.gauge.level, panel.gauge.name) == (4, "own")
    assert m.fixed().level == 0


def test_python_writes_to_a_value_that_native_code_shares(gauge):
    gauge.level = 5
    gauge.name = "from Python"
    gauge.limits = [1.5]
    assert m.native() == (5, "from Python", [1.5])
    assert m.add(3) == 5
    gauge.level += 1
    assert gauge.level == 9
    assert m.native()[0] == 9
    # A plain field of the same value cannot be written.
    with pytest.raises(RuntimeError, match="shared"):
        gauge.plain = 1


def test_what_is_set_once_is_none_before(gauge):
    assert gauge.first is None
    assert m.set_first("now")
    assert gauge.first == "now"
    assert not m.set_first("later")
    assert gauge.first == "now"


def test_the_rules_of_borrowing_hold_for_the_owner():
    gauge = m.Gauge()

    def write():
        gauge.level = 3
        gauge.name = "inside"

    gauge.call_while_read(write)
    assert (gauge.level, gauge.name) == (3, "inside")
    error = raised(RuntimeError, gauge.call_while_changed, write)
    assert "is being modified" in str(error) or "is already borrowed" in str(error) or "self" in str(error)
    with pytest.raises(RuntimeError):
        gauge.call_while_changed(lambda: gauge.level)
    assert gauge.level == 3


def test_the_lock_is_waited_for_without_the_interpreter(gauge):
    gauge.name = "a"
    m.hold_name_and_wait()
    # The thread with the lock wants the interpreter before it lets go.
    assert gauge.name == "a!"
    m.hold_name_and_wait()
    gauge.name = "b"
    assert gauge.name == "b"


def test_other_threads_run_while_one_waits(gauge):
    steps = []
    done = threading.Event()

    def count():
        while not done.is_set():
            steps.append(1)
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    m.hold_name(200)
    gauge.name = "c"
    done.set()
    thread.join()
    assert len(steps) > 5


def test_a_lock_that_stays_taken_is_reported(gauge, short_timeout):
    m.hold_name(600)
    with pytest.raises(RuntimeError, match=r"the field 'name' has been locked by native code for more than 0\.2 s"):
        gauge.name = "d"
    with pytest.raises(RuntimeError, match="the field 'name_ro' has been locked by native code"):
        gauge.name_ro
    time.sleep(0.4)
    assert gauge.name == ""


def test_native_code_that_holds_the_lock_and_calls_back_is_told(gauge, short_timeout):
    seen = []

    def read():
        try:
            return gauge.name
        except RuntimeError as error:
            seen.append(str(error))
            raise

    with pytest.raises(RuntimeError, match="the field 'name' has been locked by native code"):
        gauge.call_with_name_locked(read)
    assert len(seen) == 1
    assert "has called back on this one" in seen[0]
    # Another field is not concerned, and the lock is given back.
    assert gauge.call_with_name_locked(lambda: gauge.level) == 0
    assert gauge.name == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no timer signals")
def test_a_signal_ends_the_wait(gauge):
    class Stop(Exception):
        pass

    def stop(*_):
        raise Stop

    before = signal.signal(signal.SIGALRM, stop)
    try:
        m.hold_name(1500)
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(Stop):
            gauge.name
        assert time.monotonic() - start < 1.4
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_poisoned_lock_is_like_any_other(gauge):
    gauge.name = "kept"
    with pytest.raises(RuntimeError, match="with the lock held"):
        gauge.poison()
    assert gauge.name == "kept"
    gauge.name = "new"
    assert gauge.name == "new"


def test_the_old_value_ends_when_the_lock_is_free():
    gauge = m.Gauge()
    seen = []

    class Noisy:
        def __del__(self):
            seen.append(gauge.held)
            gauge.held = None

    gauge.held = Noisy()
    gauge.held = 5
    gc.collect()
    assert seen == [5]
    assert gauge.held is None


def test_objects_in_a_lock_are_kept_and_let_go():
    class Thing:
        pass

    gauge = m.Gauge()
    thing = Thing()
    alive = weakref.ref(thing)
    gauge.held = thing
    assert gauge.held is thing
    del thing
    gc.collect()
    assert alive() is gauge.held
    gauge.held = None
    gc.collect()
    assert alive() is None


def test_a_clone_that_reads_its_own_field_is_refused():
    gauge = m.Gauge()
    seen = []

    def read():
        seen.append(str(raised(RuntimeError, getattr, gauge, "items")))
        seen.append(str(raised(RuntimeError, setattr, gauge, "items", [])))
        # Others may be read.
        seen.append(gauge.level)

    gauge.items = [m.Sticky(lambda: None)]
    gauge.items = [m.Sticky(read)]
    seen.clear()
    assert len(gauge.items) == 1
    assert seen[0] == "the field 'items' is locked, and this thread cannot wait for it: its value is being copied on this very thread"
    assert seen[1] == seen[0]
    assert seen[2] == 0


def test_many_threads_write_and_nothing_is_lost(gauge):
    def work():
        for _ in range(500):
            gauge.name = "x" * 10
            m.add(1)
            assert gauge.name in ("x" * 10, "")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gauge.level == 2000
