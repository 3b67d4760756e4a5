"""Conversions of enumerations: members, the numbers and texts that have one, and those that have none."""

import gc
import operator
import sys
import tracemalloc

import pytest
import test_enum_items_ext as items
import test_enums_ext as m
from refusals import refusal, refused

ON_311 = sys.version_info >= (3, 11)
WITH_NOTES = pytest.mark.skipif(not ON_311, reason="exceptions have notes since Python 3.11")


@pytest.mark.row("ENU-16", "cls-27")
def test_numbers_are_converted_where_they_have_a_member():
    assert m.kind(1) == 1 and m.kind(-3) == -3 and m.kind(True) == 1
    assert m.list([m.Kind.Cat, 1]) == [m.Kind.Cat, m.Kind.Dog]

    class Index:
        calls = 0

        def __index__(self):
            self.calls += 1
            return 1

    index = Index()
    assert m.kind(index) == 1 and index.calls == 1
    refused(m.exact, index)
    assert index.calls == 1, "without conversion nobody asks"
    text = refusal(["kind(kind: test_enums_ext.Kind = Kind.Cat) -> int"], "{}")
    for bad in [99, 10**30, -(10**30), 1.0, "Cat", b"1", None, object(), m.Big.One, m.Kind]:
        given = type(bad).__qualname__
        given = f"{type(bad).__module__}.{given}" if type(bad).__module__ != "builtins" else given
        assert refused(m.kind, bad) == text.format(given)
    assert refused(m.exact, 1) == refusal(["exact(kind: test_enums_ext.Kind) -> int"], "int")
    # An integer of another enumeration is a number like others.
    assert m.exact(m.Kind.Dog) == 1 and m.level(m.Mode.W) == 2
    assert m.code(200) == 200
    refused(m.code, 200 + 256)


@WITH_NOTES
@pytest.mark.row("ENU-16")
def test_notes_say_that_no_member_fits():
    with pytest.raises(TypeError) as caught:
        m.list([m.Kind.Cat, 5])
    assert caught.value.__notes__ == ["argument 1, element 1: no member of the enumeration"]

    class Raises:
        def __index__(self):
            raise ZeroDivisionError("no number")

    with pytest.raises(TypeError) as caught:
        m.kind(Raises())
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.mark.row("ENU-16", "ENU-12")
def test_what_ends_a_conversion_ends_the_call():
    class Interrupts:
        def __index__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        m.kind(Interrupts())
    with pytest.raises(KeyboardInterrupt):
        m.second_pass(Interrupts())


@pytest.mark.row("ENU-15", "ENU-12")
def test_a_mismatch_raises_nothing():
    class Plain:
        pass

    def peak(call, value):
        call(value)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        call(value)
        return tracemalloc.get_traced_memory()[1] - before

    def raises_and_clears(value):
        try:
            operator.index(value)
        except TypeError:
            pass

    tracemalloc.start()
    try:
        values = [Plain(), "text", 1.5, m.Big.One, 7, 10**18]
        quiet = [peak(m.fallback, value) for value in values]
        # Here the enumeration comes first among the conversions.
        quiet += [peak(m.second_pass, 2), peak(m.second_pass, "green")]
        loud = peak(raises_and_clears, Plain())
    finally:
        tracemalloc.stop()
    assert not any(m.fallback(value) for value in values) and m.fallback(m.Kind.Cat)
    assert m.second_pass(2) == 1 and m.second_pass("green") == 2
    # The tuple in which the numbers were read counts in all.
    assert max(quiet) < 100 < loud, (quiet, loud)


@pytest.mark.row("ENU-19", "cls-27")
def test_results_without_a_member():
    for call, text in [
        (lambda: m.kind_of(-2), "-2 is not a valid Kind."),
        (lambda: m.big_of(2**64 - 2), "18446744073709551614 is not a valid Big."),
        (lambda: m.low_of(2**63 - 1), "9223372036854775807 is not a valid Low."),
        (lambda: m.code_of(7), "7 is not a valid Code."),
        (lambda: items.secret(), "2 is not a valid Size2."),
    ]:
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == text
    with pytest.raises(ValueError, match="5 is not a valid Kind$"):
        m.Kind(5)


@pytest.mark.row("ENU-19", "cls-27", "api-class-19")
def test_the_extremes():
    assert m.Big.Max.value == 2**64 - 1 and m.Low.Min.value == -(2**63)
    assert m.big(m.Big.Max) == m.big(2**64 - 1) == 2**64 - 1 and m.big_of(2**64 - 1) is m.Big.Max
    assert m.low(m.Low.Min) == m.low(-(2**63)) == -(2**63) and m.low_of(-(2**63)) is m.Low.Min
    # The same 64 bits, but another number.
    refused(m.big, -1)
    refused(m.low, 2**64 - 1)
    refused(m.low, 2**63)


@pytest.mark.row("cls-27")
def test_members_inside_of_containers():
    assert m.optional(None) is None and m.optional(m.Kind.Dog) is m.Kind.Dog and m.optional() is None
    assert m.references([m.Kind.Bird, 1]) == [-3, 1] and m.reference(m.Kind.Bird) == -3
    assert m.pair((m.Kind.Cat, m.Big.Max)) == (m.Kind.Cat, m.Big.Max)
    assert m.mapping({m.Big.One: m.Kind.Dog}) == {m.Big.One: m.Kind.Dog}
    assert m.apply(lambda kind: {m.Kind.Cat: m.Kind.Dog}[kind], m.Kind.Cat) is m.Kind.Dog
    with pytest.raises(ValueError, match="-2 is not a valid Kind"):
        m.list([m.Kind.Cat, m.kind_of(-2)])
    assert m.is_kind(m.Kind.Cat) and not m.is_kind(1)


@pytest.mark.row("cls-27")
def test_fields():
    pet = m.Pet()
    assert pet.kind is m.Kind.Dog
    pet.kind = m.Kind.Bird
    assert pet.kind is m.Kind.Bird
    pet.kind = 0
    assert pet.kind is m.Kind.Cat
    with pytest.raises(TypeError):
        pet.kind = 77
    assert m.Pet(m.Kind.Cat).kind is m.Kind.Cat
    assert m.Pet.kind.__doc__ == "(self) -> test_enums_ext.Kind"


@pytest.mark.row("ENU-14", "ENU-21")
def test_conversion_neither_leaks_nor_makes_objects():
    assert m.kind_of(1) is m.kind_of(1) is m.Kind.Dog
    members = [m.Kind.Dog, m.Big.Max, m.Perm.READ, m.Color.Red, m.Kind, m.Perm]
    gc.collect()  # what earlier tests have left refers to the classes
    before = [sys.getrefcount(member) for member in members]
    for _ in range(1000):
        m.kind(m.kind_of(1))
        m.kind(1)
        m.big(m.big_of(2**64 - 1))
        m.perm(m.perm_of(5))
        m.color("red")
        with pytest.raises(TypeError):
            m.kind(77)
        with pytest.raises(ValueError):
            m.kind_of(-2)
    assert [sys.getrefcount(member) for member in members] == before
