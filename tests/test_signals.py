"""Ctrl-C and other signals reach native code that runs for long."""

import os
import signal
import sys
import threading
import time

import pytest
import test_signals_ext as m

LONG = 30.0
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent by os.kill")


class Mine(Exception):
    pass


@pytest.fixture
def sent():
    """Sends a signal to this process after a moment, once it is called."""
    threads = []

    def send(number=signal.SIGINT, after=0.15):
        def later():
            time.sleep(after)
            os.kill(os.getpid(), number)

        threads.append(threading.Thread(target=later))
        threads[-1].start()

    yield send
    for thread in threads:
        thread.join()


@pytest.fixture
def handler():
    """Sets a handler of SIGUSR1 for one test."""
    before = signal.getsignal(signal.SIGUSR1)
    yield lambda function: signal.signal(signal.SIGUSR1, function)
    signal.signal(signal.SIGUSR1, before)


# A thread can send a signal only while the interpreter is let go, which `attached` and `plain` do not: so the signal comes from a timer.
@pytest.fixture
def alarm():
    before = signal.getsignal(signal.SIGALRM)
    yield lambda function: (signal.signal(signal.SIGALRM, function), signal.setitimer(signal.ITIMER_REAL, 0.15))
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def raises(number, frame):
    raise Mine("by the handler")


@pytest.mark.parametrize("name", ["detached", "stays"])
def test_ctrl_c_ends_work_without_the_interpreter(name, sent):
    sent()
    with pytest.raises(KeyboardInterrupt):
        getattr(m, name)(LONG)


@pytest.mark.parametrize("name", ["attached", "plain", "detached"])
def test_what_a_handler_raises_ends_the_work(name, alarm):
    alarm(raises)
    with pytest.raises(Mine, match="by the handler") as raised:
        getattr(m, name)(LONG)
    names = []
    traceback = raised.value.__traceback__
    while traceback:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert names[-1] == "raises"


def test_a_handler_that_raises_nothing_lets_the_work_go_on(handler, sent):
    seen = []
    handler(lambda number, frame: seen.append(number))
    for after in (0.05, 0.1, 0.15):
        sent(signal.SIGUSR1, after)
    assert m.detached(0.5) is False and seen and set(seen) == {signal.SIGUSR1}
    assert m.attached(0.01) is False and m.plain(0.01) is None and m.calls(100_000) == 100_000


def test_another_thread_has_no_signals(handler, sent):
    handler(raises)
    results = []
    thread = threading.Thread(target=lambda: results.append(m.detached(0.3)))
    thread.start()
    thread.join()
    assert results == [False]
    sent(signal.SIGUSR1)
    worker = threading.Thread(target=lambda: results.append(m.detached(0.4)))
    with pytest.raises(Mine):
        worker.start()
        time.sleep(0.6)
    worker.join()
    assert results == [False, False]


@pytest.mark.parametrize("name", ["forgets", "drops_detached"])
def test_what_nobody_asks_for_is_shown(name, sent, monkeypatch):
    shown = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: shown.append((info.exc_type, info.object)))
    sent()
    assert getattr(m, name)(LONG) is True
    assert shown == [(KeyboardInterrupt, "nb::signals")]
