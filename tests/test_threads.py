"""Python objects on threads that detach and attach."""

import builtins
import subprocess
import sys
import textwrap
import threading

import pytest
import test_threads_ext as m
from samples import Thing


@pytest.mark.row("api-gil-2")
@pytest.mark.parametrize("name", m.uses())
def test_using_an_object_after_detaching_is_an_exception(name):
    kinds = {"list": [], "tuple": (), "dict": {}, "set": set(), "str": "x", "float": 1.5}
    kinds.update({"bytearray": bytearray(), "slice": slice(1, 2, 0), "type": Thing})
    values = kinds.get(name.split("_")[0], [])
    before = repr(values)
    m.keep(values)
    try:
        with pytest.raises(RuntimeError, match="Python objects can be used only while the thread is attached"):
            m.use_detached(name)
        # The thread is attached again, and the object as good as before.
        assert m.is_attached() == (True, False)
        assert m.repr(values) == before
    finally:
        m.forget()


def test_formatting_after_detaching_shows_a_placeholder():
    m.keep([1])
    try:
        assert m.show_detached() == "<Python object, thread detached> <Python object, thread detached>"
    finally:
        m.forget()


def test_an_object_dropped_while_detached_is_released():
    died = []

    class Last:
        def __del__(self):
            died.append(threading.current_thread())

    m.keep(Last())
    assert died == []
    m.drop_detached()
    assert died == [threading.current_thread()]


def test_an_object_dropped_by_an_ending_thread_is_released():
    thing = Thing()
    before = sys.getrefcount(thing)
    builtins.test_threads_thing = thing
    try:
        assert m.drop_at_thread_end("test_threads_thing") is True
    finally:
        del builtins.test_threads_thing
    assert sys.getrefcount(thing) == before


@pytest.mark.row("api-gil-1")
def test_threads_of_rust_attach_to_use_objects():
    values = []
    builtins.test_threads_values = values
    try:
        assert m.append_from_threads("test_threads_values", 50) == 0
    finally:
        del builtins.test_threads_values
    assert values == [1] * 200
    # An exception in such a thread stays there.
    assert m.append_from_threads("no_such_name", 3) == 12


@pytest.mark.row("api-gil-1")
def test_attaching_twice_is_fine():
    values = []
    m.acquire_nested(values)
    assert values == [1] and m.is_attached() == (True, False)


def test_a_list_read_by_many_threads_while_it_shrinks():
    values, failures = list(range(200)), []

    def read():
        try:
            for _ in range(20):
                m.each(values, lambda x: None)
                m.double_all(values)
        except BaseException as error:
            failures.append(error)

    def shrink():
        while values:
            values.pop()

    threads = [threading.Thread(target=target) for target in [read, read, shrink]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and values == []


def test_an_object_may_outlive_the_interpreter():
    code = """
        import test_threads_ext as m

        class Last:
            def __del__(self):
                print("released")

        m.keep([1, 2])
        m.keep([3, 4])
        print("done")
    """
    paths = [path for path in sys.path if path]
    script = f"import sys; sys.path[:] = {paths!r}\n" + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
