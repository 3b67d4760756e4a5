"""Implicit conversions: who converts, how often, what is said when it fails, and the marks that forbid it."""

import gc
import sys
import threading

import pytest
import test_conversions_ext as m
from refusals import HEAD, refused, refusal

# As it is in a fresh interpreter, before a test changes it.
WARNINGS_AT_FIRST = m.warnings()


@pytest.fixture(autouse=True)
def clean_log():
    gc.collect()
    m.take_log()
    yield
    m.set_warnings(True)


def failed(source, target):
    return f"nanobind: implicit conversion from type '{source}' to type 'test_conversions_ext.{target}' failed!\n"


# The temporary ------------------------------------------------------------------------------------------------------


def test_the_temporary_lives_until_the_call_has_ended():
    m.take_traced(5)
    assert m.take_log() == ["make 5", "body 5", "drop 5"]
    m.take_two(1, 2)
    log = m.take_log()
    assert log[:3] == ["make 1", "make 2", "body 1 2"] and sorted(log[3:]) == ["drop 1", "drop 2"]


def test_the_temporary_is_freed_when_the_call_raises():
    with pytest.raises(ValueError, match="^failed$"):
        m.fail_traced(6)
    assert m.take_log() == ["make 6", "body 6", "drop 6"]
    # The second argument does not convert: the body never runs.
    refused(m.take_two, 1, "x")
    assert m.take_log() == ["make 1", "drop 1"]


def test_elements_of_a_list_convert_and_live_as_long():
    assert m.take_many([1, m.Traced(2), 3]) == [1, 2, 3]
    log = m.take_log()
    assert sorted(log[:3]) == ["make 1", "make 2", "make 3"]
    assert sorted(log[3:]) == ["drop 1", "drop 2", "drop 3"]


@pytest.mark.row("fn-12", "api-misc-9")
def test_limits_of_implicit_conversion(capfd):
    # One step at most.
    assert m.take_twice(m.Traced(3)) == 3
    assert refused(m.take_twice, 3) == refusal(["take_twice(arg: test_conversions_ext.Twice, /) -> int"], "int")
    refused(m.take_twice_list, [3])
    assert m.take_twice_list([m.Traced(3), m.Twice(m.Traced(4))]) == 2
    # The constructor itself converts, as it is a call of its own.
    assert m.take_twice(m.Twice(3)) == 3
    assert capfd.readouterr().err == ""
    # What was converted is dropped after the call, not before.
    m.take_log()
    m.take_traced(5)
    assert m.take_log() == ["make 5", "body 5", "drop 5"]
    # keep_alive means the converted object.
    holder = m.Holder()
    holder.hold(8)
    gc.collect()
    assert m.take_log() == ["make 8", "hold 8"]
    del holder
    gc.collect()
    assert m.take_log() == ["drop 8"]
    # A conversion that fails is reported, and the overload is skipped.
    assert m.natural_or_text(2) == "2"
    assert m.natural_or_text(-2) == "text"
    assert capfd.readouterr().err == failed("int", "Natural")
    m.set_warnings(False)
    assert m.natural_or_text(-2) == "text"
    assert capfd.readouterr().err == ""


# A conversion that raises -------------------------------------------------------------------------------------------


@pytest.mark.row("DSP-44", "api-flag-3", "api-flag-4")
def test_a_raising_conversion_is_reported_and_chained(capfd, recwarn):
    signature = refusal(["take_natural(n: test_conversions_ext.Natural) -> float"], "float")
    assert WARNINGS_AT_FIRST is True
    for on in [True, False, True]:
        m.set_warnings(on)
        assert m.warnings() is on
        with pytest.raises(TypeError) as caught:
            m.take_natural(-1.5)
        assert str(caught.value) == signature
        cause = caught.value.__cause__
        assert type(cause) is ValueError and str(cause) == "-1.5 is negative"
        assert capfd.readouterr().err == (failed("float", "Natural") if on else "")
        # The error indicator is clear: the next calls are not disturbed.
        assert sys.exc_info() == (None, None, None)
        assert m.take_natural(1.5) == 1.5
    assert capfd.readouterr().err == ""
    # The line is no Python warning.
    assert len(recwarn) == 0


def test_the_report_names_types_as_nanobind_does(capfd):
    class Own(float):
        pass

    refused(m.take_natural, Own(-1))
    assert capfd.readouterr().err == failed("Own", "Natural")


def test_what_must_not_be_swallowed_ends_the_call(capfd):
    class Stop:
        def __float__(self):
            raise KeyboardInterrupt("now")

    class Broken:
        def __float__(self):
            raise ValueError("broken")

    with pytest.raises(KeyboardInterrupt, match="^now$"):
        m.take_natural(Stop())
    with pytest.raises(KeyboardInterrupt, match="^now$"):
        m.natural_or_text(Stop())
    with pytest.raises(TypeError) as caught:
        m.take_natural(Broken())
    assert str(caught.value.__cause__) == "broken"
    # The class was never called, so no conversion has failed.
    assert capfd.readouterr().err == ""


def test_conversions_from_many_threads():
    def work():
        for i in range(200):
            assert m.take_natural(i) == i
            assert m.take_many([i, i]) == [i, i]

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = m.take_log()
    assert len(log) == 8 * 200 * 4
    assert sum(entry.startswith("make") for entry in log) == sum(entry.startswith("drop") for entry in log)


# Follow-up statements -----------------------------------------------------------------------------------------------


@pytest.mark.row("port-24")
def test_implicitly_convertible_after_the_class():
    # From a class, from a converted type, and from a registration in another place.
    assert m.take_twice(m.Traced(3)) == 3
    assert m.take_natural(2.5) == 2.5 and m.take_natural(2) == 2.0
    assert m.take_late("text") == "text"
    assert m.take_late(m.Traced(4)) == "traced 4"
    assert m.take_later(7) == 7
    for function, value in [(m.take_twice, 3), (m.take_natural, "x"), (m.take_late, 4), (m.take_later, "x")]:
        assert refused(function, value).startswith(HEAD.format(function.__name__))
    # A destination that is not bound is named.
    with pytest.raises(ImportError) as caught:
        import test_conversions_unknown_ext  # noqa: F401
    text = "nanobind::detail::implicitly_convertible(dst=Unbound): destination type unknown!"
    assert str(caught.value) == text
    assert "test_conversions_unknown_ext" not in sys.modules


def test_subclasses_convert_and_none_does_not():
    class Sub(m.Traced):
        pass

    assert m.take_twice(Sub(5)) == 5
    for function in [m.take_traced, m.take_twice, m.take_natural, m.take_late]:
        refused(function, None)
    refused(m.take_many, [1, None])


def test_the_first_overload_that_fits_without_conversion_wins():
    assert m.two_ways(m.Natural(1.5)) == "natural 1.5"
    assert m.two_ways(m.Traced(1)) == "traced 1"
    assert m.two_ways(2) == "traced 2"
    assert m.two_ways(2.5) == "natural 2.5"


def test_an_object_without_a_value_does_not_convert():
    with pytest.warns(RuntimeWarning, match="uninitialized"):
        refused(m.take_twice, m.Traced.__new__(m.Traced))


# Marks --------------------------------------------------------------------------------------------------------------


@pytest.mark.row("fn-09", "api-fann-6")
def test_noconvert_with_and_without_its_argument():
    for name in ["free", "free_arg", "free_default"]:
        assert getattr(m, name)(2) == 2.0
        assert getattr(m, name)(x=2) == 2.0
    for name in ["strict", "strict_short", "strict_default", "strict_in_a_tuple"]:
        assert getattr(m, name)(2.0) == 2.0
        assert refused(getattr(m, name), 2).startswith(HEAD.format(name))
        assert refused(getattr(m, name), x=2).startswith(HEAD.format(name))
    assert m.strict_default() == m.free_default() == 2.5
    assert m.strict_in_a_tuple.__doc__ == "strict_in_a_tuple(x: float) -> float\n\nStrict"
    for name in ["strict_unnamed", "strict_unnamed_long"]:
        assert getattr(m, name).__doc__ == f"{name}(arg: float, /) -> float"
        assert getattr(m, name)(1.5) == 1.5
        assert refused(getattr(m, name), 2) == refusal([f"{name}(arg: float, /) -> float"], "int")
    assert m.free_unnamed(2) == 2.0
    # Each mark is about its own argument, and about implicit conversions of classes too.
    assert m.strict_second(1, 2.0) == 3.0
    refused(m.strict_second, 1.0, 2)
    assert m.strict_traced(m.Traced(1)) == 1
    refused(m.strict_traced, 1)


@pytest.mark.row("api-fann-5")
def test_none_with_and_without_its_argument():
    assert m.with_none(None) is True
    assert m.with_none(m.Traced(1)) is False
    assert m.with_none.__doc__ == "with_none(t: test_conversions_ext.Traced | None) -> bool"
    assert m.without_none(m.Traced(1)) == 1
    assert m.without_none.__doc__ == "without_none(t: test_conversions_ext.Traced) -> int"
    text = refusal(["without_none(t: test_conversions_ext.Traced) -> int"], "NoneType")
    assert refused(m.without_none, None) == text
    assert m.both_marks() is None and m.both_marks(None) is None and m.both_marks(m.Traced(2)) == 2
    refused(m.both_marks, 2)
