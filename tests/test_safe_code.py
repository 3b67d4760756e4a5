"""Safe Rust code that must be neither undefined behaviour nor a wait without end."""

import gc
import threading
import time

import pytest
import test_safe_code_ext as m


# A value that ends before its object has got it.


def test_a_value_that_ends_is_under_construction_until_its_destructor_has_run():
    m.ended()
    seen = []

    def again():
        for call in (lambda: bomb.__init__(None, False), lambda: bomb.length()):
            try:
                call()
                seen.append("done")
            except (TypeError, RuntimeError) as error:
                seen.append(type(error).__name__)

    bomb = m.Bomb.__new__(m.Bomb)
    with pytest.warns(RuntimeWarning), pytest.raises(ValueError, match="no"):
        bomb.__init__(again, True)
    assert seen == ["TypeError", "TypeError"]
    assert m.ended() == 1
    # It is empty now, and may be filled.
    bomb.__init__(None, False)
    assert bomb.length() == 100
    del bomb
    assert m.ended() == 1


def test_an_object_is_empty_after_a_panic_in_the_destructor_of_its_value():
    m.ended()
    bomb = m.Bomb.__new__(m.Bomb)
    with pytest.raises(Exception, match="the end of a bomb"):
        bomb.__init__(None, True, True)
    bomb.__init__(None, False)
    assert bomb.length() == 100
    assert m.ended() == 1


# Values without size that have an alignment.


def test_captures_without_size_are_aligned():
    assert m.token() % 64 == 0
    assert m.token_with(3) % 64 == 3
    assert m.ending() % 64 == 0
    placed = m.Placed()
    assert placed.place % 64 == placed.again % 64 == m.Placed.there() % 64 == 0
    assert m.Placed(5).place % 64 == 5


# Statics behind locks.


@pytest.fixture
def statics():
    yield m.Statics
    m.Statics.items = []
    m.Statics.shared = []


def in_time(thread):
    thread.join(20)
    return not thread.is_alive()


class Once:
    """A callback that runs `action` once, when it is armed: values are cloned when they are set as well."""

    def __init__(self, action):
        self.action = action
        self.armed = False

    def __call__(self):
        if self.armed:
            self.armed = False
            self.action()


def keep(statics, name, action):
    """Sets a static to a value whose next clone runs `action`."""
    callback = Once(action)
    setattr(statics, name, [m.Sticky(callback)])
    callback.armed = True


def test_a_clone_that_reads_its_own_static_is_refused(statics):
    seen = []

    def read():
        with pytest.raises(RuntimeError, match="the static 'items' is locked.*being copied"):
            statics.items
        with pytest.raises(RuntimeError, match="the static 'items' is locked"):
            statics.items = []
        # Others may be read.
        seen.append(statics.count)

    keep(statics, "items", read)
    assert len(statics.items) == 1
    assert len(seen) == 1


def test_a_clone_may_read_its_own_static_where_readers_share_it(statics):
    seen = []

    def read():
        seen.append(len(statics.shared))
        with pytest.raises(RuntimeError, match="the static 'shared' is locked"):
            statics.shared = []

    keep(statics, "shared", read)
    assert len(statics.shared) == 1
    assert seen == [1]


@pytest.mark.parametrize("name", ["items", "shared"])
def test_other_threads_wait_for_a_clone_without_the_interpreter(statics, name):
    threads = []

    def others():
        for action in (lambda: setattr(statics, name, []), lambda: getattr(statics, name)):
            threads.append(threading.Thread(target=action, daemon=True))
            threads[-1].start()
        time.sleep(0.1)

    keep(statics, name, others)
    reader = threading.Thread(target=lambda: getattr(statics, name), daemon=True)
    reader.start()
    assert in_time(reader)
    assert len(threads) == 2 and all(in_time(thread) for thread in threads)


def test_clones_that_wait_for_one_another_do_not_wait_for_ever(statics):
    """Each of two threads clones one of the values, and asks for the other."""
    meeting = threading.Barrier(2, timeout=20)
    outcomes = []

    def ask(name):
        def action():
            meeting.wait()
            try:
                setattr(statics, name, [])
                outcomes.append("set")
            except RuntimeError as error:
                outcomes.append("another static" in str(error))
            meeting.wait()

        return action

    keep(statics, "items", ask("shared"))
    keep(statics, "shared", ask("items"))
    threads = [threading.Thread(target=getattr, args=(statics, name), daemon=True) for name in ("items", "shared")]
    for thread in threads:
        thread.start()
    assert all(in_time(thread) for thread in threads)
    assert outcomes == [True, True]


def test_a_native_thread_that_has_the_lock_gets_the_interpreter(statics):
    before = statics.count
    m.hold_count()
    done = threading.Thread(target=lambda: statics.count_to_read, daemon=True)
    done.start()
    assert in_time(done)
    assert statics.count == before + 2
    m.hold_count()
    statics.count = 7
    assert statics.count == 7


def test_a_poisoned_lock_is_read_and_written(statics):
    statics.count = 3
    m.poison_count()
    assert statics.count == 3
    statics.count = 4
    assert statics.count_to_read == 4


# References out of bound objects, beside arguments that end with the call.


def test_references_into_an_object_beside_other_arguments():
    kennel = m.Kennel(["rex", "leo"])
    rex = kennel.get("rex")
    assert rex.name == "rex" and kennel.get("rex") is rex and kennel.get("max") is None
    assert [dog.name for dog in kennel.some(["leo", "max", "rex"])] == ["leo", "rex"]
    assert kennel.some(["rex"])[0] is rex
    number, best = kennel.with_number(1.5)
    assert (number, best.name) == (1.5, "best")
    kennel.get_mut("rex").name = "king"
    assert kennel.get("rex").name == "king"
    with pytest.raises(RuntimeError):
        rex.name
    del kennel
    gc.collect()
    assert best is not None


def test_references_into_one_of_several_objects():
    first, second = m.Kennel(["rex"]), m.Kennel(["leo"])
    assert first.either([]).name == first.either([second]).name == "best"
    assert first.maybe(None, "x").name == first.maybe(second, "x").name == "best"
    kept = first.either([second])
    del first, second
    gc.collect()
    assert kept.name == "best"


def test_references_to_statics_beside_other_arguments():
    stray = m.Kennel([]).stray("rex")
    gc.collect()
    assert stray.name == ""
    with pytest.raises(RuntimeError):
        stray.name = "rex"


def test_results_of_getters_that_are_no_references():
    assert m.Mood.GLAD.word == "glad"
    kennel = m.Kennel(["rex"])
    assert kennel.bark(kennel.get("rex"), "barks at") == "rex barks at best"
