"""Exceptions that bound code raises by name, and panics wherever Python asks."""

import contextlib
import gc
import importlib
import sys
import warnings

import pytest
import test_raising_ext as m


def raised(kind, call, *args):
    with pytest.raises(kind) as info:
        call(*args)
    assert type(info.value) is kind
    return info.value


@pytest.mark.row("ex-01", "ex-06")
def test_an_error_without_a_rule_is_a_runtime_error():
    for text in ["went wrong", "", "100%", "gr\u00fcn \0 \U0001f980"]:
        assert raised(RuntimeError, m.plain, text).args == (text,)
        assert raised(RuntimeError, getattr(m, "raise"), text).args == (text,)


@pytest.mark.row("ERR-17", "ERR-07", "api-err-20", "api-err-21")
def test_texts_of_any_length_and_with_any_sign():
    for length in [0, 1, 511, 512, 513, 100_000]:
        text = "%s\u00e9{}"[: length % 6] + "x" * (length - min(length, length % 6))
        assert raised(RuntimeError, getattr(m, "raise"), text).args == (text,)
    assert str(raised(TypeError, m.raise_type_error, 5)) == "5% of 1.00"


@pytest.mark.row("ex-07")
def test_an_iterator_by_hand():
    assert list(m.Countdown(3)) == [2, 1, 0]
    done = m.Countdown(0)
    assert raised(StopIteration, next, done).value == "lift off"
    assert next(done, "default") == "default" and list(done) == []


@pytest.mark.row("ex-08")
def test_an_index_error_ends_a_loop_over_indices():
    squares = m.Squares(4)
    assert not hasattr(m.Squares, "__iter__")
    assert [x for x in squares] == [0, 1, 4, 9] and 9 in squares and 5 not in squares
    assert raised(IndexError, squares.__getitem__, 4).args == ("past the end",)
    assert raised(IndexError, squares.__setitem__, 4, 1).args == ("fixed",)


@pytest.mark.row("ex-14")
def test_an_attribute_error_is_a_missing_attribute():
    squares = m.Squares(4)
    assert squares.area == 16
    assert hasattr(squares, "zzz") is False and getattr(squares, "zzz", 5) == 5
    assert raised(AttributeError, getattr, squares, "zzz").args == ("zzz",)


@pytest.mark.row("ex-09")
def test_a_key_error_without_a_text():
    error = raised(KeyError, m.key_error_without_text)
    assert error.args == ("",) and str(error) == "''"


@pytest.mark.row("ex-10")
def test_a_value_error_for_an_item_that_is_missing():
    bag = m.Bag([1, 2])
    assert bag.remove(2) == 2
    assert str(raised(ValueError, bag.remove, 2)) == "2 is not in the bag"


@pytest.mark.row("ex-11")
def test_a_type_error_of_the_body_is_no_reason_for_another_overload():
    assert raised(TypeError, m.two, 1).args == ("plain text",)
    assert m.two("x") == "the second"


@pytest.mark.row("ex-44", "api-err-13")
def test_the_only_overload_declines():
    text = str(raised(TypeError, m.declines, 1))
    assert text.startswith("declines(): incompatible function arguments. The following argument types are supported:")
    assert "    1. declines(x: int) -> None\n" in text and "Invoked with types: int" in text


@pytest.mark.row("ex-02", "ex-03", "ERR-12", "api-err-17")
def test_errors_of_the_standard_library():
    assert str(raised(MemoryError, m.layout))
    assert raised(UnicodeError, m.decode_utf16)
    for what in ["int", "float", "bool", "char", "code", "slice", "address", "nul", "from_bytes", "until_nul"]:
        assert str(raised(ValueError, m.parse, what)), what
    assert raised(OSError, m.io_without_a_code).args == ("no code",)


@pytest.mark.skipif(sys.platform == "win32", reason="there the code of an error of Rust's is not an errno")
@pytest.mark.row("ERR-12")
def test_errors_of_the_system_have_their_class_and_code():
    import errno

    for code, kind in [
        (errno.ENOENT, FileNotFoundError), (errno.EACCES, PermissionError), (errno.EEXIST, FileExistsError),
        (errno.EINTR, InterruptedError), (errno.EPIPE, BrokenPipeError), (errno.ECONNREFUSED, ConnectionRefusedError),
        (errno.ETIMEDOUT, TimeoutError), (errno.ENOTDIR, NotADirectoryError), (errno.EXDEV, OSError),
    ]:  # fmt: skip
        assert raised(kind, m.io, code).errno == code


@pytest.fixture
def unraisable(monkeypatch):
    """What was reported to sys.unraisablehook."""
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: reported.append(type(args.exc_value).__name__))
    return reported


#: What each fuse is for.
PLACES = {
    "next": lambda bomb: next(bomb),
    "hash": hash,
    "eq": lambda bomb: bomb == 1,
    "repr": repr,
    "len": len,
    "getattr": lambda bomb: bomb.anything,
    "setitem": lambda bomb: bomb.__setitem__(1, 2),
    "enter": lambda bomb: bomb.__enter__(),
    "call": lambda bomb: bomb(),
    "get": lambda bomb: bomb.value,
    "set": lambda bomb: setattr(bomb, "value", 1),
}


@pytest.mark.row("ex-18")
@pytest.mark.parametrize("place", PLACES)
def test_a_panic_is_an_exception_wherever_python_asks(place):
    with pytest.raises(RuntimeError, match="^a panic with a value that is not a text ") as caught:
        PLACES[place](m.Bomb(place))
    assert type(caught.value).__name__ == "panic_error"
    PLACES[place](m.Bomb("none"))


@pytest.mark.row("ex-18")
def test_a_panic_where_nobody_can_catch_it(unraisable):
    m.Bomb("drop")
    assert unraisable == ["panic_error"]


@pytest.mark.row("ex-18")
def test_a_panic_while_the_collector_looks(capfd):
    bomb = m.Bomb("traverse")
    for _ in range(3):
        gc.collect()
    assert gc.is_tracked(bomb) and m.Bomb in gc.get_referents(bomb)
    # There is nobody to tell but the terminal.
    assert "panicked at" in capfd.readouterr().err


@pytest.mark.row("ex-15")
def test_a_panic_with_any_payload_leaves_nothing_behind():
    def many(count):
        for _ in range(count):
            with pytest.raises(RuntimeError):
                m.payload()
        gc.collect()

    many(10)
    blocks, dropped = sys.getallocatedblocks(), m.dropped()
    # Unwinding takes milliseconds in builds with all debugging information.
    many(2000)
    assert m.dropped() - dropped == 2000
    assert sys.getallocatedblocks() - blocks < 500


@pytest.mark.row("ERR-14")
@pytest.mark.parametrize("name", ["test_fail_error_ext", "test_fail_python_ext"])
def test_imports_that_fail_leave_nothing_behind(name):
    def many(count):
        for _ in range(count):
            with pytest.raises(ImportError):
                importlib.import_module(name)
            assert name not in sys.modules
        gc.collect()

    many(1000)  # Tables grow at first.
    before = sys.getallocatedblocks()
    many(1000)
    assert sys.getallocatedblocks() - before < 300


@pytest.mark.row("ERR-22")
@pytest.mark.parametrize("as_error", [False, True])
def test_a_warning_about_a_class_may_use_the_library(monkeypatch, as_error):
    """A class is bound twice, and what shows the warning imports, binds, calls and fails."""
    used = []
    gc.collect()  # the class of an earlier import

    def show(message, *args):
        used.append(str(message))
        with pytest.raises(ImportError):
            importlib.import_module("test_fail_error_ext")
        assert list(m.Countdown(2)) == [1, 0]
        assert raised(TypeError, m.two, 1).args == ("plain text",)
        if as_error:
            raise KeyError("no warnings")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", show)
        with pytest.raises(ImportError) if as_error else contextlib.nullcontext() as caught:
            importlib.import_module("test_fail_bound_twice_ext")
    sys.modules.pop("test_fail_bound_twice_ext", None)
    assert len(used) == 1 and "was already registered as" in used[0]
    if as_error:
        assert type(caught.value.__cause__) is KeyError
