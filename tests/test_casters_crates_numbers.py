"""The conversions of other crates' numbers, of `Uuid` and `Bytes`."""

import decimal
import sys
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import test_casters_crates_numbers_ext as t
from samples import Bytes, Float, Index, Int, Number, Text, refused

INF, NAN = float("inf"), float("nan")


def fail(*_):
    raise LookupError("on purpose")


def note(error, text):
    if sys.version_info >= (3, 11):
        assert any(text in line for line in error.__notes__), error.__notes__


# Integers of any size


@given(st.integers() | st.integers(-(2**600), 2**600))
@example(2**63)
@example(2**63 - 1)
@example(-(2**63))
@example(-(2**63) - 1)
@example(2**64)
@example(2**30)
def test_integers_of_any_size(value):
    for function in (t.big_int, t.big_int_strict):
        assert function(value) == value and type(function(value)) is int
    assert t.big_int_text(value) == str(value) and t.big_int_of(str(value)) == value
    if value >= 0:
        assert t.big_uint(value) == t.big_uint_strict(value) == t.big_uint_of(str(value)) == value
    else:
        note(refused(t.big_uint, value), "out of range")


def test_integers_of_a_hundred_thousand_digits():
    for value in (10**100_000, -(7**50_000), 1 << 1_000_000):
        assert t.big_int(value) == value
        assert t.big_int_list([value, 1]) == [value, 1]


def test_what_stands_for_an_integer():
    class Liar(int):
        def __str__(self):
            return "1"

        __repr__ = __index__ = __int__ = fail

    big = 2**100
    for function in (t.big_int, t.big_uint):
        for value, wanted in [(True, 1), (Index(7), 7), (Index(big), big), (Int(big), big), (Int(3), 3), (Number.THREE, 3), (Liar(big), big)]:
            assert function(value) == wanted and type(function(value)) is int
        for value in (1.0, "1", None, b"1", [1], Decimal(1), Fraction(1), 1j, object()):
            refused(function, value)
        assert isinstance(refused(function, Index(1, fail)).__cause__, LookupError)
        assert isinstance(refused(function, Index("1")).__cause__, TypeError)
    for function in (t.big_int_strict, t.big_uint_strict):
        for value in (True, Index(7), Int(big)):
            refused(function, value)
    assert t.big_int.__doc__ == "big_int(arg: int, /) -> int" and t.big_uint_maybe(None) is None


# Fractions


@given(st.fractions())
def test_fractions(value):
    for function in (t.big_ratio, t.big_ratio_strict):
        assert function(value) == value and type(function(value)) is Fraction
    for name, bits in [("ratio8", 8), ("ratio64", 64), ("ratio128", 128)]:
        if -(2 ** (bits - 1)) <= value.numerator < 2 ** (bits - 1) and value.denominator < 2 ** (bits - 1):
            assert getattr(t, name)(value) == value
        else:
            refused(getattr(t, name), value)


def test_limits_of_fractions():
    for name, bits in [("ratio8", 8), ("ratio64", 64), ("ratio128", 128)]:
        function, low, high = getattr(t, name), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        for value in (Fraction(low), Fraction(high), Fraction(low, high), Fraction(1, high), Fraction(high, high - 1), low, high):
            assert function(value) == value and type(function(value)) is Fraction
        for value in (Fraction(low - 1), Fraction(high + 1), Fraction(1, high + 1), low - 1, high + 1):
            note(refused(function, value), "out of range")
    assert t.ratio_text(Fraction(6, -4)) == "-3/2" and t.ratio_text(5) == "5"
    assert t.big_ratio(Fraction(2**200, 3)) == Fraction(2**200, 3) and t.big_ratio(2**200) == 2**200


def test_what_is_no_fraction():
    for function in (t.ratio64, t.big_ratio):
        assert function(True) == 1 and function(Index(3)) == 3
        for value in (0.5, "1/2", None, Decimal("0.5"), 1j, (1, 2)):
            refused(function, value)
    for function in (t.ratio64_strict, t.big_ratio_strict):
        assert function(3) == 3
        for value in (True, Index(3)):
            refused(function, value)
    assert t.ratio64.__doc__ == "ratio64(arg: fractions.Fraction | int, /) -> fractions.Fraction"

    def lying(numerator, denominator):
        return type("Lying", (Fraction,), {"numerator": property(numerator), "denominator": property(denominator)})(1, 2)

    for function in (t.ratio64, t.big_ratio):
        for numerator, denominator in [(1, 0), (1, -2), (-(2**63), -1), (0, 0)]:
            note(refused(function, lying(lambda s: numerator, lambda s: denominator)), "out of range")
        assert function(lying(lambda s: -(2**63), lambda s: 2)) == -(2**62)
        assert function(lying(lambda s: 6, lambda s: 4)) == Fraction(3, 2)
        assert isinstance(refused(function, lying(fail, lambda s: 1)).__cause__, LookupError)
        assert isinstance(refused(function, lying(lambda s: 1, fail)).__cause__, LookupError)
        for other in ("1", 1.0, None):
            refused(function, lying(lambda s: other, lambda s: 1))


def test_a_ratio_that_is_no_fraction():
    assert t.raw_ratio(2, 4) == Fraction(1, 2) and t.raw_ratio(-(2**63), -(2**63)) == 1 and t.raw_ratio(1, -2) == Fraction(-1, 2)
    with pytest.raises(ZeroDivisionError):
        t.raw_ratio(1, 0)


# Decimals


def digits_of(value):
    return value.as_tuple()


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
SMALL = st.builds(
    lambda whole, scale, negative: Decimal((int(negative), tuple(map(int, str(whole))), -scale)),
    st.integers(0, 2**96 - 1), st.integers(0, 28), st.booleans(),
)  # fmt: skip


@given(SMALL)
def test_decimals_are_the_same_to_the_digit(value):
    for function in (t.decimal, t.decimal_strict):
        result = function(value)
        assert digits_of(result) == digits_of(value) and type(result) is Decimal
    assert t.decimal_text(value) == format(value, "f")


@given(DECIMALS)
@example(Decimal("1E+28"))
@example(Decimal("1E+29"))
@example(Decimal("-0E+500"))
@example(Decimal("0E-500"))
@example(Decimal("1E-28"))
@example(Decimal("1E-29"))
@example(Decimal("10E-29"))
@example(Decimal("1.0000000000000000000000000000000000000000000"))
@example(Decimal("79228162514264337593543950335"))
@example(Decimal("79228162514264337593543950336"))
@example(Decimal("7922816251426433759354395033.50"))
@example(Decimal("7.9228162514264337593543950336"))
@example(Decimal("0.00000000000000000000000000010"))
@example(Decimal("1E+999999"))
def test_a_decimal_is_exact_or_refused(value):
    with decimal.localcontext(decimal.Context(prec=200, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)):
        sign, digits, exponent = value.normalize().as_tuple()
    whole = int("".join(map(str, digits))) * (10**exponent if 0 < exponent < 30 else 1)
    fits = whole < 2**96 and -28 <= exponent < 30 or whole == 0
    if fits:
        assert t.decimal(value) == value and t.decimal(value).is_signed() == value.is_signed()
    else:
        note(refused(t.decimal, value), "out of range")


@given(DECIMALS)
@example(Decimal("1E+999999"))
@example(Decimal("-0.00"))
@example(Decimal("123E-456"))
@example(Decimal((0, (1,), 999999999)))
def test_big_decimals(value):
    for function in (t.big_decimal, t.big_decimal_strict):
        result = function(value)
        # A zero has no sign there.
        wanted = value.copy_abs() if value == 0 else value
        assert digits_of(result) == digits_of(wanted) and type(result) is Decimal


def test_limits_of_decimals():
    assert t.decimal_limit(True) == 2**96 - 1 and t.decimal_limit(False) == -(2**96) + 1
    with decimal.localcontext(decimal.Context(prec=2)):
        # The context's precision is that of calculations.
        assert t.decimal_of("1.23456789") == Decimal("1.23456789") and str(t.decimal_of("-0.50")) == "-0.50"
        assert t.big_decimal(Decimal("1.23456789")) == Decimal("1.23456789")
    long = Decimal(10**5000 + 1)
    assert digits_of(t.big_decimal(long)) == digits_of(long)
    assert t.big_decimal_of(123, 2) == Decimal("1.23") and t.big_decimal_of(-5, -3) == -5000
    with pytest.raises(decimal.InvalidOperation):
        t.big_decimal_of(1, -(2**63))
    with decimal.localcontext() as context:
        context.traps[decimal.InvalidOperation] = False
        for scale in (-(2**63), 2**63 - 1):
            with pytest.raises(OverflowError, match="^decimal.Decimal has no number of this size$"):
                t.big_decimal_of(1, scale)
    assert t.big_decimal_text(Decimal("1.5")) == "1.5e0"


@pytest.mark.parametrize("name", ["decimal", "big_decimal"])
def test_what_is_no_decimal(name):
    function, strict = getattr(t, name), getattr(t, name + "_strict")
    for value in map(Decimal, ("nan", "-nan", "snan", "nan123", "inf", "-inf")):
        note(refused(function, value), "no finite number")
    for value in (1.5, "1.5", None, Fraction(1, 2), 1j, (0, (1,), 0), b"1"):
        refused(function, value)
    assert function(5) == 5 and function(True) == 1 and function(Index(-3)) == -3 and function(Int(2)) == 2
    for value in (5, True, Index(3)):
        refused(strict, value)
    assert isinstance(refused(function, Index(1, fail)).__cause__, LookupError)
    sub = type("Sub", (Decimal,), {"as_tuple": fail, "__str__": fail, "__index__": fail})("-1.50")
    assert str(function(sub)) == "-1.50" and type(function(sub)) is Decimal
    assert function.__doc__ == f"{name}(arg: decimal.Decimal | int, /) -> decimal.Decimal"
    assert getattr(t, name + "_list")([Decimal(1), 2]) == [1, 2] and getattr(t, name + "_maybe")(None) is None


def test_large_integers_as_decimals():
    assert t.decimal(2**96 - 1) == 2**96 - 1 and t.decimal(-(2**96) + 1) == -(2**96) + 1
    for value in (2**96, -(2**96), 2**127, 2**200):
        note(refused(t.decimal, value), "out of range")
    assert t.big_decimal(2**200) == 2**200


# Floats with an order


@given(st.floats())
def test_floats_with_an_order(value):
    for function in (t.ordered64, t.ordered64_strict):
        assert repr(function(value)) == repr(value)
    if value != value:
        note(refused(t.not_nan, value), "out of range")
    else:
        assert repr(t.not_nan(value)) == repr(value)


def test_floats_are_checked_as_others():
    assert t.ordered32_strict(0.5) == 0.5 and t.ordered32(0.1) != 0.1 and t.ordered64(1) == 1.0 and t.not_nan(True) == 1.0
    refused(t.ordered32_strict, 0.1)
    for function in (t.ordered64_strict, t.not_nan_strict):
        for value in (1, True, Float(1.5), "1", None):
            refused(function, value)
    assert t.ordered64(INF) == INF and t.not_nan(-INF) == -INF and t.not_nan_list([1, INF]) == [1.0, INF]
    assert isinstance(refused(t.not_nan, type("F", (), {"__float__": fail})()).__cause__, LookupError)
    refused(t.not_nan, type("F", (), {"__float__": lambda s: NAN})())


# Identifiers and bytes


@given(st.uuids())
@example(uuid.UUID(int=0))
@example(uuid.UUID(int=2**128 - 1))
def test_uuids(value):
    for function in (t.uuid, t.uuid_strict):
        assert function(value) == value and type(function(value)) is uuid.UUID
    assert t.uuid_text(value) == str(value) and t.uuid_of(value.int) == value
    for text in (str(value), value.hex, value.urn, "{" + str(value) + "}", str(value).upper()):
        assert t.uuid(text) == value
        refused(t.uuid_strict, text)


def test_what_is_no_uuid():
    for value in (1, None, b"\0" * 16, 1.5, [], object()):
        refused(t.uuid, value)
    for text in ("", "12", "g" * 32, "\ud800"):
        note(refused(t.uuid, text), "a text that does not spell such a value")
    assert t.uuid.__doc__ == "uuid(arg: uuid.UUID | str, /) -> uuid.UUID"
    for told in (b"", b"\0" * 17, "a" * 16, None):
        refused(t.uuid, type("Lying", (uuid.UUID,), {"bytes": told})(int=1))
    assert isinstance(refused(t.uuid, type("Lying", (uuid.UUID,), {"bytes": property(fail)})(int=1)).__cause__, LookupError)
    assert t.uuid(type("Sub", (uuid.UUID,), {})(int=5)) == uuid.UUID(int=5)


@given(st.binary())
def test_bytes(value):
    for function in (t.bytes, t.bytes_mut, t.bytes_strict, t.bytes_mut_strict):
        assert function(value) == value and type(function(value)) is bytes
    assert t.size(value) == len(value)


def test_what_is_no_bytes():
    for function in (t.bytes, t.bytes_mut):
        assert function(Bytes(b"ab")) == b"ab" and type(function(Bytes(b"ab"))) is bytes
        for value in ("ab", bytearray(b"ab"), memoryview(b"ab"), [1, 2], None, 1, Text("a")):
            refused(function, value)
    assert t.bytes.__doc__ == "bytes(arg: bytes, /) -> bytes" and t.bytes_list([b"a", b""]) == [b"a", b""]


def test_fields():
    numbers = t.Numbers()
    numbers.big, numbers.ratio, numbers.big_ratio, numbers.decimal = 2**70, Fraction(2, 3), 2**70, Decimal("1.20")
    numbers.big_decimal, numbers.ordered, numbers.id, numbers.bytes = Decimal("1E+99"), 2, uuid.UUID(int=1), b"xyz"
    assert (numbers.big, numbers.ratio, numbers.big_ratio, str(numbers.decimal)) == (2**70, Fraction(2, 3), 2**70, "1.20")
    assert (str(numbers.big_decimal), numbers.ordered, numbers.id, numbers.bytes) == ("1E+99", 2.0, uuid.UUID(int=1), b"xyz")
    for name in ("big", "ratio", "big_ratio", "decimal", "big_decimal", "ordered", "id", "bytes"):
        with pytest.raises(TypeError):
            setattr(numbers, name, None)
