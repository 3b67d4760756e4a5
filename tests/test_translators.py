"""Functions of the extension that choose exceptions: `nb::register_exception_translator`."""

import subprocess
import sys

import pytest
import test_translators_ext as m


def raised(kind, call, *args):
    with pytest.raises(kind) as info:
        call(*args)
    assert type(info.value) is kind
    return info.value


@pytest.mark.row("ex-23", "api-err-16", "ERR-01")
@pytest.mark.parametrize("way", [m.short, m.short_boxed, m.short_question_mark])
def test_a_translator_chooses_class_and_text(way):
    assert raised(IndexError, way).args == ("the payload",)


@pytest.mark.row("ex-24")
def test_a_translator_of_several_types():
    assert raised(IndexError, m.short).args == ("the payload",)
    assert raised(KeyError, m.long, 4).args == ("5",)


@pytest.mark.row("ex-25", "ERR-13")
def test_the_newest_goes_first():
    assert raised(TypeError, m.twice).args == ("newer",)


@pytest.mark.row("ex-22", "ex-25")
def test_classes_and_translators_have_one_order():
    assert raised(IndexError, m.before).args == ("newer than the class",)
    assert str(raised(m.AfterError, m.after)) == "After 1"


@pytest.mark.row("ex-26", "ERR-13")
def test_older_ones_see_what_a_newer_one_makes():
    assert raised(BufferError, m.wrapped).args == ("Inner 2!",)
    assert raised(BufferError, m.inner).args == ("Inner 5!",)
    assert str(raised(LookupError, m.left, 1)) == "any: Left 1"
    # It sees its own error only once.
    assert str(raised(RuntimeError, m.chain)) == "Chain 2"


@pytest.mark.row("ex-27")
def test_what_nobody_takes_follows_the_rules():
    assert raised(OverflowError, m.out_of_range)
    assert raised(FileNotFoundError, m.io).errno == 2
    assert str(raised(RuntimeError, m.left, 2)) == "Left 2"


@pytest.mark.row("ERR-10")
def test_exceptions_do_not_come_to_translators():
    assert raised(ValueError, m.own)
    error = ValueError("not for translators")

    def fails():
        raise error

    assert raised(ValueError, m.python, fails) is error
    with pytest.raises(RuntimeError, match="^std::bad_cast: "):
        m.cast("not for translators")


@pytest.mark.row("ERR-13")
def test_a_translator_that_panics():
    for _ in range(3):
        with pytest.raises(RuntimeError, match="^a translator panicked ") as caught:
            m.panics()
        assert type(caught.value).__name__ == "panic_error"


def test_a_translator_that_registers_another():
    assert str(raised(RuntimeError, m.declined)) == "Declined 1"
    for _ in range(3):
        assert str(raised(RuntimeError, m.adds)) == "Adds 1"
    assert raised(AttributeError, m.declined).args == ("added",)


def test_an_error_knows_what_it_will_be():
    assert m.matches() == (True, "Some(IndexError)", "IndexError: the payload", "Short 1")


@pytest.mark.row("ERR-09", "FT-07")
def test_threads_raise_while_another_registers():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert m.stress(2000) == 4000
    finally:
        sys.setswitchinterval(interval)
    assert raised(IndexError, m.short)


def test_the_ends_of_translators_do_not_meet():
    code = "import test_translators_ext as m\nfor _ in range(3): m.ends_badly()\nprint('end')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "end\n") and done.stderr.count("at the end of a translator") >= 3
