"""What Rust asks Python objects, compares and reckons with them, and their texts."""

import contextlib
import io

import pytest
import test_object_operators_ext as m


@pytest.mark.row("api-size-1", "api-size-6", "WRP-14", "api-disc-1")
def test_lengths_and_hints():
    class Hinting:
        def __length_hint__(self):
            return 7

    class Broken:
        def __length_hint__(self):
            raise ZeroDivisionError

        def __len__(self):
            raise KeyError("no length today")

        def __bool__(self):
            raise KeyError("no truth today")

        def __hash__(self):
            raise KeyError("no hash today")

        def __contains__(self, value):
            raise KeyError("no contents today")

    assert m.len([1, 2]) == 2 and m.len("abc") == 3 and m.is_empty({}) and not m.is_empty("a")
    with pytest.raises(TypeError, match=r"object of type 'int' has no len\(\)"):
        m.len(1)
    assert m.len_hint(iter([1, 2, 3])) == 3 and m.len_hint(Hinting()) == 7 and m.len_hint([1]) == 1
    assert m.len_hint(1) == 0 and m.len_hint(Broken()) == 0
    assert m.truth([1]) and not m.truth("") and m.hash("a") == hash("a") and m.hash(-1) == hash(-1)
    assert m.contains([1], 1) and not m.contains("abc", "x")
    for call, text in [(m.len, "length"), (m.truth, "truth"), (m.hash, "hash")]:
        with pytest.raises(KeyError, match=f"no {text} today"):
            call(Broken())
    with pytest.raises(KeyError, match="no contents today"):
        m.contains(Broken(), 1)
    with pytest.raises(TypeError, match="unhashable"):
        m.hash([])


COMPARISONS = ["equal", "not_equal", "less_than", "less_equal", "greater_than", "greater_equal"]


@pytest.mark.row("api-obj-19", "api-obj-20", "api-disc-22")
def test_comparisons():
    for a, b in [(1, 2), (2, 1), (2, 2), ("a", "b"), ([1], [1, 2]), (1.5, 1)]:
        results = [getattr(m, name)(a, b) for name in COMPARISONS]
        assert results == [a == b, a != b, a < b, a <= b, a > b, a >= b]
    nan = float("nan")
    # An object equals itself without being asked.
    assert m.equal(nan, nan) and not m.not_equal(nan, nan) and nan != nan
    assert not m.equal(1, "1") and m.not_equal(1, "1")
    for name in COMPARISONS[2:]:
        with pytest.raises(TypeError, match="not supported between instances of 'int' and 'str'"):
            getattr(m, name)(1, "1")

    class Broken:
        def __eq__(self, other):
            raise ZeroDivisionError("in eq")

    with pytest.raises(ZeroDivisionError, match="in eq"):
        m.equal(Broken(), 1)
    assert m.equal(broken := Broken(), broken)


@pytest.mark.row("api-obj-21", "api-obj-22", "api-obj-23", "api-obj-24", "api-undoc-7")
def test_arithmetic():
    class Matrix:
        def __matmul__(self, other):
            return ("matmul", other)

    for a, b in [(7, 2), (12, 3)]:
        expected = [a + b, a - b, a * b, a / b, a % b, a & b, a | b, a ^ b, a << b, a >> b]
        names = ["add", "sub", "mul", "div", "rem", "bit_and", "bit_or", "bit_xor", "shl", "shr"]
        assert [getattr(m, name)(a, b) for name in names] == expected
        assert m.operators(a, b) == [*expected, -a, ~a]
        assert m.floor_div(a, b) == a // b and m.pow(a, b) == a**b
        assert m.neg(a) == -a and m.invert(a) == ~a and m.abs(-a) == a
    assert m.matmul(Matrix(), 1) == ("matmul", 1) and m.add([1], [2]) == [1, 2] and m.mul("ab", 2) == "abab"
    assert m.plus_one(10**30) == 10**30 + 1


@pytest.mark.row("xchg-35")
def test_operators_raise_what_python_raises():
    with pytest.raises(ZeroDivisionError):
        m.div(1, 0)
    with pytest.raises(ZeroDivisionError):
        m.operators(1, 0)
    for call in [lambda: m.plus(1, "x"), lambda: m.add(1, "x")]:
        with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+: 'int' and 'str'"):
            call()
    for call in [m.neg, m.negative]:
        with pytest.raises(TypeError, match="bad operand type for unary -: 'str'"):
            call("x")
    for call in [m.invert, m.inverse]:
        with pytest.raises(TypeError, match="bad operand type for unary ~: 'str'"):
            call("x")
    with pytest.raises(TypeError):
        m.abs("x")

    class Odd:
        def __add__(self, other):
            raise KeyError("in add")

    for call in [m.add, m.plus]:
        with pytest.raises(KeyError, match="in add"):
            call(Odd(), 1)
    # Iteration, multiplication, append: the loop of the manual.
    assert m.double_all(["a", 2]) == ["aa", 4]


@pytest.mark.row("api-obj-25")
def test_operators_in_place_return_the_result():
    values = [1]
    assert m.iadd(values, [2]) is values and values == [1, 2]
    assert m.imul(values, 2) is values and values == [1, 2, 1, 2]
    number = 7
    for name, result in [
        ("iadd", 9), ("isub", 5), ("imul", 14), ("idiv", 3.5), ("ifloor_div", 3), ("irem", 1), ("ibit_and", 2),
        ("ibit_or", 7), ("ibit_xor", 5), ("ishl", 28), ("ishr", 1),
    ]:
        assert getattr(m, name)(number, 2) == result and number == 7
    members = {1, 2}
    assert m.ibit_or(members, {3}) is members and m.isub(members, {1}) is members and members == {2, 3}
    with pytest.raises(TypeError):
        m.imatmul(1, 2)
    with pytest.raises(TypeError):
        m.iadd(1, "x")


class Untold:
    """Has no text."""

    def __str__(self):
        raise ZeroDivisionError

    __repr__ = __str__


def test_texts_of_objects():
    assert m.repr("a'b") == '"a\'b"' and m.str("a") == "a" and m.repr([1]) == "[1]"
    assert m.texts("a") == "a 'a'      a|"
    for call in [m.repr, m.str]:
        with pytest.raises(ZeroDivisionError):
            call(Untold())
    # Rust's own formatting cannot raise.
    name = f"<{__name__}.Untold object>"
    assert m.texts(Untold()) == f"{name} {name} {name}|"


def test_printing_goes_to_the_current_stdout(capsys):
    m.print([1, "two"])
    m.print_text("h\u00e9llo")
    assert capsys.readouterr().out == "[1, 'two']\nh\u00e9llo\n"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        m.print("redirected")
    m.print_to("to a file", out)
    assert out.getvalue() == "redirected\nto a file-end"
    assert capsys.readouterr().out == ""

    class Full:
        def write(self, text):
            raise OSError("no space")

    with contextlib.redirect_stdout(Full()), pytest.raises(OSError, match="no space"):
        m.print(1)
    with pytest.raises(ZeroDivisionError):
        m.print(Untold())
