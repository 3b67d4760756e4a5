"""Who has a lock, and for how long: what strangers have found when they attacked the locks."""

import pickle
import signal
import sys
import threading
import time

import pytest
import test_lock_holders_ext as m


@pytest.fixture(autouse=True)
def limit():
    m.set_lock_timeout(5000)
    yield
    m.set_lock_timeout(5000)


def after(seconds, action):
    thread = threading.Timer(seconds, action)
    thread.start()
    return thread


def held(function, *args):
    """Another thread is in the function when this returns."""
    thread = threading.Thread(target=function, args=args)
    thread.start()
    time.sleep(0.05)
    return thread


def text_of(function, *args):
    with pytest.raises(RuntimeError) as raised:
        function(*args)
    return str(raised.value)


def test_a_trampoline_whose_object_moves_behind_a_lock_keeps_none_on_another_thread():
    class Talker(m.Dog):
        def speak(self):
            m.as_lock(self)
            del Talker.speak
            return "first"

    talker = Talker(3)
    assert m.twice_elsewhere(talker) == ["first", "woof 3"]
    assert m.is_free(talker)
    talker.age = 5
    assert m.twice_elsewhere(talker) == ["woof 5", "woof 5"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer that raises a signal")
def test_a_wait_gives_back_its_own_locks_alone():
    a, b, c = m.P(1), m.P(2), m.P(3)
    for p in (a, b, c):
        m.lock(p)
    before = signal.signal(signal.SIGALRM, lambda *_: m.keep_reader(b))
    try:
        first = held(m.hold, c, 400)
        second = after(0.1, lambda: m.hold(a, 600))
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        m.three(a, b, c)
    finally:
        signal.signal(signal.SIGALRM, before)
        first.join(), second.join()
    # The handler has lent it for good.
    m.set_lock_timeout(50)
    assert "is being read by a call that has not finished" in text_of(setattr, b, "name", "x" * 100)
    assert m.read() == b.name


def test_more_loans_than_can_be_counted():
    p = m.P(1)
    m.lock(p)
    m.lend(p, 65534)
    try:
        assert "is being read by a call that has not finished" in text_of(p.read_call, m.let_go)
    finally:
        m.let_go()
    p.name = "short"
    assert p.read_call(lambda: None) == "short"


class Number:
    def __index__(self):
        return 5


def test_a_member_keeps_the_value_while_its_owner_is_waited_for(monkeypatch):
    mem = m.Mem(1)
    m.lock_mem(mem)
    state = {"count": Number()}
    # `pickle` does not own what it assigns.
    monkeypatch.setattr(sys.modules[__name__], "found", {"mem": mem, "state": state}, raising=False)
    other = held(m.hold_mem, mem, 300)
    cleared = after(0.1, state.clear)
    name = __name__.encode()
    pickle.loads(b"c" + name + b"\nget_mem\n)RNc" + name + b"\nget_state\n)R\x86b.")
    other.join(), cleared.join()
    assert mem.count == 5


def get_mem():
    return found["mem"]  # noqa: F821


def get_state():
    return found["state"]  # noqa: F821


def test_an_object_keeps_the_lock_that_a_running_function_was_given():
    p = m.P(1)
    seen = []

    def convert():
        seen.append(text_of(m.lock_mutex, p))

    m.drop_then_call(p, convert)
    assert "is shared with native code in an `Arc<RwLock<..>>`, and this function takes it in an `Arc<Mutex<..>>`" in seen[0]
    assert (m.lock_mutex(p), m.lock(p)) == (2, 2)


def test_a_trait_object_is_a_lock_or_a_trampoline_from_the_beginning_of_the_call():
    dog, p = m.Dog(1), m.P(1)
    m.lock(p)
    other = held(m.hold, p, 300)
    locked = after(0.1, lambda: m.as_lock(dog))
    # It was no lock when the call began to wait.
    assert m.lock_and_value(dog, p, dog) == ("woof 1", 1)
    other.join(), locked.join()
    assert "one of them to its lock" in text_of(m.lock_and_value, dog, p, dog)


def test_a_refused_assignment_loses_nothing():
    m.set_lock_timeout(30)
    holder = m.Holder()
    m.lock_holder(holder)
    m.keep_busy(holder, 15)
    refused = number = 0
    while refused < 3 and number < 100_000:
        number += 1
        one = m.NoClone(number)
        for name, value in (("one", one), ("list", [one])):
            try:
                setattr(holder, name, value)
                break
            except RuntimeError:
                refused += 1
                assert one.v == number
    assert refused >= 3


def test_a_result_that_is_the_object_of_the_call_is_not_waited_for():
    m.set_lock_timeout(50)
    mate = m.make_mate()
    try:
        assert mate.mates() == [mate]
    finally:
        m.forget_mates()


def test_an_object_that_owns_a_value_stays_known_beside_references_to_it():
    p = m.P(1)
    child = p.arc_ref()
    owner = p.arc
    p.x = 2
    assert child.v == 0
    assert p.arc is owner
