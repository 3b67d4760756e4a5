"""Python's exceptions in Rust: `nb::Error`, what it matches, and where it goes."""

import builtins
import gc
import weakref

import pytest
import test_errors_ext as m


@pytest.mark.row("port-04", "api-err-6")
def test_an_exception_of_a_callback_can_be_matched():
    def raises(error):
        def body():
            raise error

        return body

    assert m.catch(lambda: 5) == "returned 5"
    assert m.catch(raises(KeyError("k"))) == "a lookup failed: KeyError: 'k'"
    assert m.catch(raises(IndexError())) == "a lookup failed: IndexError"
    assert m.catch(raises(FileNotFoundError(2, "gone"))) == "FileNotFoundError with (2, 'gone')"
    assert m.catch(raises(UnicodeError("u"))) == "UnicodeError with ('u',)"
    error = ZeroDivisionError("passes")
    with pytest.raises(ZeroDivisionError) as caught:
        m.catch(raises(error))
    assert caught.value is error


@pytest.mark.row("ex-30")
def test_an_exception_keeps_its_traceback_on_the_way_through():
    def innermost():
        raise LookupError("deep down")

    for call in [m.call_0, m.restore]:
        with pytest.raises(LookupError) as caught:
            call(innermost)
        names = []
        traceback = caught.value.__traceback__
        while traceback:
            names.append(traceback.tb_frame.f_code.co_name)
            traceback = traceback.tb_next
        assert names[-1] == "innermost"


def test_a_swallowed_exception_leaves_nothing_behind():
    class Error(Exception):
        pass

    watch = []

    def fails():
        error = Error()
        watch.append(weakref.ref(error))
        raise error

    assert m.call_and_swallow(fails) is True
    gc.collect()
    assert watch[0]() is None
    assert m.call_and_swallow(lambda: None) is False


@pytest.mark.row("api-err-3", "api-err-7", "api-err-22")
def test_errors_are_fetched_and_restored():
    assert m.fetch() == (True, "KeyError: 'raw'")
    assert m.restore(lambda: None) == 0
    error = KeyError("again")

    def fails():
        raise error

    with pytest.raises(KeyError) as caught:
        m.restore(fails)
    assert caught.value is error


@pytest.mark.row("api-err-15", "ex-09", "ex-12", "ex-13", "api-err-14")
def test_builtin_exceptions_have_factories():
    for cls in [StopIteration, IndexError, KeyError, ValueError, TypeError, BufferError, ImportError, AttributeError]:
        for text in ["what went wrong", "", "\u00e9\0x"]:
            with pytest.raises(cls) as caught:
                m.raise_builtin(cls.__name__, text)
            assert type(caught.value) is cls and caught.value.args == (text,)


@pytest.mark.row("api-undoc-6")
def test_kinds_of_exceptions():
    def fail(error):
        raise error

    kinds = "RuntimeError StopIteration IndexError KeyError ValueError TypeError BufferError ImportError".split()
    for name in kinds + ["AttributeError", "OverflowError", "OSError", "UnicodeError", "LookupError", "ArithmeticError"]:
        assert m.kind_of_raised(lambda: fail(getattr(builtins, name)())) == name
        assert m.kind_of_native(name) == name
    derived = {FileNotFoundError(): "OSError", RecursionError(): "RuntimeError", ModuleNotFoundError(): "ImportError"}
    derived |= {ZeroDivisionError(): "ArithmeticError", UnicodeEncodeError("x", "y", 0, 1, "z"): "UnicodeError"}
    for error, name in derived.items():
        assert m.kind_of_raised(lambda: fail(error)) == name
    for error in (KeyboardInterrupt(), AssertionError(), Exception()):
        assert m.kind_of_raised(lambda: fail(error)) == ""
    assert m.kind_of_raised(lambda: None) == "" and m.kind_of_native("next_overload") == ""
