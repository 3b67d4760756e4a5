"""Exceptions as values in Rust: their text, class and traceback, their causes, and their end where nobody catches them."""

import gc
import os
import sys
import threading
import types

import pytest
import test_error_values_ext as m
from samples import caught, fails


@pytest.fixture(autouse=True)
def nothing_is_kept():
    yield
    m.forget()


# The text.


def innermost():
    {}["nokey"]


def outer():
    innermost()


@pytest.mark.row("ex-32", "api-err-5")
def test_the_text_has_the_traceback():
    m.keep(outer)
    lines = m.what().splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    first = outer.__code__.co_firstlineno + 1
    assert lines[-3:] == [
        f'  File "{__file__}", line {first}, in outer',
        f'  File "{__file__}", line {first - 4}, in innermost',
        "KeyError: 'nokey'",
    ]
    # The callers of the bound function are there too, in the order of their calls, without lines of source.
    here = sys._getframe()
    assert lines[-4].startswith(f'  File "{__file__}", line ') and lines[-4].endswith(f", in {here.f_code.co_name}")
    callers = []
    while here:
        callers.append(f'  File "{here.f_code.co_filename}", line ')
        here = here.f_back
    assert len(lines) == 1 + len(callers) + 2 + 1
    assert all(line.startswith(start) for line, start in zip(lines[1:], reversed(callers)))


@pytest.mark.row("ex-32", "ERR-03")
def test_the_text_is_made_once_and_stays():
    class Changing(Exception):
        asked = 0

        def __str__(self):
            Changing.asked += 1
            return f"text {Changing.asked}"

    m.keep(fails(Changing()))
    gc.collect()
    first = m.what()
    assert first.endswith("Changing: text 1")
    assert [m.what() for _ in range(100)] == [first] * 100 and Changing.asked == 1
    assert m.what_is_kept() is True


@pytest.mark.row("ex-32")
def test_the_text_on_a_detached_thread():
    m.keep(fails(ValueError("of a thread")))
    what, text, attached = m.what_detached()
    assert what.startswith("Traceback") and what.endswith("\nValueError: of a thread")
    # What formats a value does not attach.
    assert text == "<Python exception, thread detached>" and attached is False


@pytest.mark.row("ex-32", "ERR-19")
def test_texts_that_raise_or_ask_again():
    class Evil(Exception):
        def __str__(self):
            raise KeyError("no text")

    class Asks(Exception):
        def __str__(self):
            return m.what() if not self.args else "asked"

    class Loops(Exception):
        def __str__(self):
            if not seen:
                seen.append(m.what())
            return "loops"

    m.keep(fails(Evil()))
    assert m.what().endswith("Evil: <exception str() failed>")
    seen = []
    m.keep(fails(Loops()))
    assert m.what() == seen[0]
    m.keep(fails(Asks()))
    # It asks itself for ever, which Python ends.
    assert "Asks" in m.what()


@pytest.mark.row("ex-32")
def test_an_exception_without_a_text_or_a_traceback():
    m.keep(fails(IndexError()))
    assert m.what().splitlines()[-1] == "IndexError"
    assert m.what_of_native() == ["a text", "out of range integral type conversion attempted", "next overload"]


@pytest.mark.row("ERR-08")
def test_a_file_name_that_is_no_utf8():
    name = os.fsdecode(b"b\xffad.py")
    code = compile("def raises():\n    raise ValueError('x')\n", "good.py", "exec")
    scope = {}
    exec(code, scope)
    raises = scope["raises"]
    raises.__code__ = raises.__code__.replace(co_filename=name, co_name="na\udc80me")
    m.keep(raises)
    assert m.what().splitlines()[-2:] == ['  File "b?ad.py", line 2, in na?me', "ValueError: x"]


@pytest.mark.row("ERR-02")
def test_texts_do_not_leak():
    resource = pytest.importorskip("resource", reason="only Unix tells how much memory a process has had")
    error = ValueError("x" * 10_000)

    def many(count):
        for _ in range(count):
            assert m.what_of(fails(error)) > 10_000
            error.__traceback__ = None

    many(1000)
    blocks, memory = sys.getallocatedblocks(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many(20_000)
    assert sys.getallocatedblocks() - blocks < 1000
    # In kilobytes, on macOS in bytes; all texts together are 200 MB.
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 50_000_000


def test_many_threads_ask_for_the_text():
    class Slow(Exception):
        def __str__(self):
            for _ in range(100):
                pass
            return "slow"

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    failures = []

    def run():
        try:
            for _ in range(50):
                m.keep(fails(Slow()))
                first = m.what()
                assert first == m.what() and first.endswith("Slow: slow")
            m.forget()
        except BaseException as error:
            failures.append(error)

    try:
        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failures == []


# The parts.


@pytest.mark.row("ex-31", "ERR-05", "api-err-10", "api-err-11")
def test_class_value_and_traceback():
    seen = []

    def raises():
        try:
            innermost()
        except KeyError:
            seen.extend(sys.exc_info())
            raise

    kind, value, traceback = m.parts(raises)
    assert kind is seen[0] and value is seen[1] and value.args == ("nokey",)
    assert isinstance(traceback, types.TracebackType) and traceback is value.__traceback__
    assert traceback.tb_frame.f_code.co_name == "raises"
    assert traceback.tb_next.tb_frame.f_code.co_name == "innermost"
    # An exception that C code has set is made up to an instance.
    kind, value, traceback = m.parts(m.raw)
    assert kind is AttributeError and type(value) is AttributeError and traceback is None
    assert m.parts_of_native() is True


@pytest.mark.row("ex-43", "ERR-16", "api-err-2", "api-err-4")
def test_clones_are_the_same_exception():
    error = LookupError("one")
    assert caught(m.clones, fails(error)) is error
    assert str(caught(m.clone_of_native)) == "invalid digit found in string"


@pytest.mark.row("ex-33", "api-err-6", "api-disc-12")
def test_classes_are_told_apart():
    gone = fails(FileNotFoundError(2, "gone"))
    for kind in [OSError, FileNotFoundError, BaseException, (KeyError, OSError), ((OSError,), KeyError)]:
        assert m.matches(gone, kind) is True
    for kind in [PermissionError, (), (KeyError, PermissionError), 5, "x"]:
        assert m.matches(gone, kind) is False


@pytest.mark.row("ex-34")
def test_some_are_dealt_with_and_others_pass(tmp_path, monkeypatch):
    (tmp_path / "there").write_text("")
    assert m.open(str(tmp_path / "there")) == "opened"
    assert m.open(str(tmp_path / "missing")) == "not found"
    assert isinstance(caught(m.open, str(tmp_path)), IsADirectoryError)

    def denied(name):
        raise PermissionError(13, name)

    # The tests may run as one who may open everything.
    monkeypatch.setattr("builtins.open", denied)
    assert m.open("x") == "not allowed"


@pytest.mark.row("ex-16")
def test_exceptions_of_python_are_not_native_ones():
    assert m.kinds(fails(KeyError("k"))) == ("Python's", "native")


@pytest.mark.row("ex-29")
def test_exceptions_of_all_classes_arrive_as_they_are():
    class Odd(BaseException):
        pass

    for error in [IndexError("i"), MemoryError(), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), StopIteration(5), Odd()]:
        assert m.arrives(fails(error)) is error


@pytest.mark.row("ex-30")
def test_an_exception_is_the_same_after_two_hops():
    error = ValueError("far")
    found = caught(m.through, lambda: m.through(fails(error)))
    assert found is error
    names, traceback = [], found.__traceback__
    while traceback:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert names == ["caught", "<lambda>", "raises"]
    # Without the lambda's frame, the context stays what it was.
    assert error.__context__ is None and error.__cause__ is None


@pytest.mark.row("ex-35")
def test_an_error_of_the_c_api_is_fetched():
    assert isinstance(caught(m.raw), AttributeError)


@pytest.mark.row("ex-36")
def test_fetching_nothing():
    assert str(caught(m.fetch_nothing)) == "nb: an operation failed without raising an exception"


@pytest.mark.row("ex-37")
def test_an_exception_that_is_left_pending():
    if not m.checks_results():
        pytest.skip("a build for speed leaves this to CPython")
    text = "nb: leaves_one_pending() returned a result while an exception is raised: return it as `Err(nb::Error::fetch())`, or clear it"
    for given in [object(), object()]:
        references = sys.getrefcount(given)
        error = caught(m.leaves_one_pending, ValueError, given)
        assert type(error) is SystemError and str(error) == text
        assert type(error.__cause__) is ValueError and error.__cause__.args == ("left behind",)
        del error
        gc.collect()
        assert sys.getrefcount(given) == references
    assert type(caught(m.Leaving, ValueError)) is SystemError
