"""Operators by expression, in both spellings, against the same ones on Python's own numbers; visitors."""

import gc
import operator
import subprocess
import sys

import pytest
import test_operators_ext as m

CLASSES = [m.Num, m.Built]
BINARY = {
    "add": (12, 5, 17),
    "sub": (12, 5, 7),
    "mul": (12, 5, 60),
    "truediv": (12, 4, 3),
    "mod": (12, 5, 2),
    "lshift": (12, 5, 384),
    "rshift": (12, 2, 3),
    "and_": (12, 6, 4),
    "xor": (12, 6, 10),
    "or_": (12, 6, 14),
}
COMPARISONS = {
    "lt": [(1, 2, True), (2, 2, False), (2, 1, False)],
    "le": [(1, 2, True), (2, 2, True), (2, 1, False)],
    "gt": [(1, 2, False), (2, 2, False), (2, 1, True)],
    "ge": [(1, 2, False), (2, 2, True), (2, 1, True)],
    "eq": [(1, 2, False), (2, 2, True)],
    "ne": [(1, 2, True), (2, 2, False)],
}


def method(name):
    return f"__{name.rstrip('_')}__"


@pytest.mark.row("cls-50", "api-op-1", "api-op-2", "api-class-17")
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("name", BINARY)
def test_a_binary_operator_and_its_reflected_form(cls, name):
    left, right, expected = BINARY[name]
    operate = getattr(operator, name)
    assert operate(left, right) == expected
    for result in [operate(cls(left), cls(right)), operate(cls(left), right), operate(left, cls(right))]:
        assert type(result) is cls and result.value == expected
    reflected = f"__r{name.rstrip('_')}__"
    assert getattr(cls(right), reflected)(left).value == expected
    assert getattr(cls(1), method(name))("x") is getattr(cls(1), reflected)("x") is NotImplemented


@pytest.mark.row("cls-50", "cls-53", "api-op-5", "DSP-38", "api-disc-7")
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("name", BINARY)
def test_an_operator_in_place_changes_its_object(cls, name):
    left, right, expected = BINARY[name]
    in_place = "i" + name.rstrip("_")
    for other in [cls(right), right]:
        value = same = cls(left)
        count = sys.getrefcount(value)
        value = getattr(operator, in_place)(value, other)
        assert value is same and value.value == expected
        assert sys.getrefcount(value) == count
    assert getattr(cls(1), f"__{in_place}__")("x") is NotImplemented


@pytest.mark.row("cls-50", "api-op-3", "api-op-4")
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("name", COMPARISONS)
def test_a_comparison_and_its_mirrored_form(cls, name):
    compare = getattr(operator, name)
    for left, right, expected in COMPARISONS[name]:
        assert compare(left, right) is expected
        assert compare(cls(left), cls(right)) is expected
        assert compare(cls(left), right) is expected
        assert compare(left + 0.0, cls(right)) is expected
    assert compare(cls(1), "x") is (name == "ne") if name in ("eq", "ne") else True
    if name not in ("eq", "ne"):
        with pytest.raises(TypeError, match="not supported between instances of"):
            compare(cls(1), "x")
    # A number that is none compares as in Rust and Python.
    assert compare(float("nan"), cls(1)) is (name == "ne")


@pytest.mark.row("cls-50", "api-op-6", "api-op-7", "api-op-8")
@pytest.mark.parametrize("cls", CLASSES)
def test_operators_of_one_operand(cls):
    for value in [5, 0, -7]:
        num = cls(value)
        assert (-num).value == -value
        assert (~num).value == ~value
        assert (+num).value == value and +num is not num
        assert bool(num) is bool(value)
        assert abs(num) == abs(value)
    assert "__invert__" in vars(cls) and "__bool__" in vars(cls)


@pytest.mark.row("cls-50", "api-op-9")
@pytest.mark.parametrize("cls", CLASSES)
def test_equal_values_have_one_hash_in_every_process(cls):
    assert hash(cls(5)) == hash(cls(5)) != hash(cls(6))
    assert len({cls(1), cls(1), cls(2)}) == 2
    assert hash(cls(5)) == cls(5).__hash__()
    code = f"import test_operators_ext as m; print(hash(m.{cls.__name__}(5)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(out) == hash(cls(5))


@pytest.mark.parametrize("cls", CLASSES)
def test_texts_by_debug_and_display(cls):
    assert repr(cls(5)) == "Num(5)" and str(cls(5)) == "5" == f"{cls(5)}"


@pytest.mark.row("cls-51")
@pytest.mark.parametrize("cls", CLASSES)
def test_operators_are_native_methods_like_any_other(cls):
    names = [name for name in vars(cls) if name.startswith("__") and name not in ("__init__", "__module__", "__doc__")]
    natives = {name for name in names if type(vars(cls)[name]) is type(str.upper)}
    assert len(natives) == 10 * 3 + 6 + 8
    left, right = cls(2), cls(5)
    assert vars(cls)["__add__"](left, right).value == 7


@pytest.mark.row("cls-49", "cls-51", "cls-52", "api-class-17")
def test_the_example_of_the_manual():
    v, w = m.Vector2(1, 2), m.Vector2(3, 4)
    assert repr(v + w) == "[4.000000, 6.000000]"
    assert repr(v * 2) == repr(2 * v) == repr(2.0 * v) == "[2.000000, 4.000000]"
    assert repr(-v) == "[-1.000000, -2.000000]"
    same = v
    v += w
    v *= 2
    assert v is same and repr(v) == "[8.000000, 12.000000]"
    v += v
    assert v is same and repr(v) == "[16.000000, 24.000000]"
    for action, text in [
        (lambda: w + "x", "unsupported operand type(s) for +: 'Vector2' and 'str'"),
        (lambda: w * w, "unsupported operand type(s) for *: 'Vector2' and 'Vector2'"),
        (lambda: "x" * w, "can't multiply sequence by non-int of type 'Vector2'"),
        (lambda: operator.iadd(w, 1), "unsupported operand type(s) for +=: 'Vector2' and 'int'"),
        (lambda: w < w, "'<' not supported between instances of 'Vector2' and 'Vector2'"),
    ]:
        with pytest.raises(TypeError) as raised:
            action()
        assert str(raised.value) == text


@pytest.mark.row("cls-51", "api-op-1")
def test_signatures_are_those_of_nanobind():
    name = "test_operators_ext.Vector2"
    assert m.Vector2.__add__.__doc__ == f"__add__(self, arg: {name}, /) -> {name}"
    assert m.Vector2.__iadd__.__doc__ == f"__iadd__(self, arg: {name}, /) -> {name}"
    assert m.Vector2.__rmul__.__doc__ == f"__rmul__(self, arg: float, /) -> {name}"
    assert m.Vector2.__neg__.__doc__ == f"__neg__(self) -> {name}"
    assert m.Num.__bool__.__doc__ == "__bool__(self) -> bool"
    assert m.Num.__hash__.__doc__ == "__hash__(self) -> int"
    assert m.Num.__lt__.__doc__.splitlines()[:2] == [
        "__lt__(self, arg: test_operators_ext.Num, /) -> bool",
        "__lt__(self, arg: int, /) -> bool",
    ]
    assert m.Item.__add__.__doc__ == (
        "__add__(self, by: int) -> test_operators_ext.Item\n\nAdds."
    )


def test_operators_of_an_item_that_registers_itself():
    assert m.Item(1) + 2 == m.Item(3) != m.Item(4)
    assert repr(m.Item(1)) == "Item { value: 1 }"
    assert m.Item(1).__add__(by=4) == m.Item(5)
    item = same = m.Item(2)
    item += item
    item += m.Item(1)
    assert item is same and item == m.Item(5)


def test_operators_of_a_class_that_the_macro_does_not_see():
    value = same = m.Unseen(5)
    value += 2
    assert value is same and value == m.Unseen(7)
    assert (value + m.Unseen(1)).value == 8 and (value + m.Whole(2)).value == 9
    assert (10 - value).value == 3 and (-value).value == -7


def test_operators_on_references_go_before_those_on_clones():
    a, b, scale = m.Big([1, 2]), m.Big([3]), m.Scale(10)
    m.clones()
    assert (a + b).sum() == 6
    assert (a * 2).sum() == (2 * a).sum() == 6
    assert (a * scale).sum() == (scale * a).sum() == 30
    assert -a == 3
    a += b
    a *= scale
    assert a.sum() == 60 and scale.by() == 10
    assert a == m.Scale(60) and a != scale
    assert m.clones() == 0
    # Only a value that is its own right operand is cloned.
    same = a
    a += a
    assert a is same and a.sum() == 120 and m.clones() == 1
    m.Num(1) + m.Num(2)
    assert m.clones() == 2


@pytest.mark.row("api-class-18")
def test_def_cast_makes_a_value_of_the_class():
    a, b = m.Point(5), m.Point(3)
    assert type(a - b) is m.Point and (a - b).x == 2
    assert (a - 1).x == 4 and (-a).x == -5
    assert m.Point.__sub__.__doc__.splitlines()[0] == (
        "__sub__(self, arg: test_operators_ext.Point, /) -> test_operators_ext.Point"
    )
    assert "Their distance." in m.Point.__sub__.__doc__
    with pytest.raises(TypeError, match="unsupported operand"):
        a - "x"


def test_a_subclass_has_the_operators_of_its_base():
    class Sub(m.Num):
        def __radd__(self, other):
            return "from the right"

    value = same = Sub(5)
    assert type(value + 1) is m.Num and m.Num(1) + value == "from the right"
    value += value
    assert value is same and value.value == 10 and type(value) is Sub


def test_parts_as_operands():
    pair = m.Pair(2, 3)
    pair.first += pair.second
    assert pair.first.value == 5
    pair.first += pair.first
    assert (pair.first.value, pair.second.value) == (10, 3)
    first = pair.get_first()
    # Two objects for one value, one of which would be changed while the other is read.
    with pytest.raises(RuntimeError, match=r"__iadd__\(\)"):
        first += pair.first
    fixed = pair.fixed
    with pytest.raises(RuntimeError, match="was obtained through a shared reference and cannot be modified"):
        fixed += 1
    with pytest.raises(RuntimeError, match="was obtained through a shared reference and cannot be modified"):
        fixed += fixed
    assert pair.first.value == 10


def test_code_that_a_clone_or_an_operator_runs_does_not_reach_the_value():
    seen = []

    def look():
        for action in [lambda: value.value, lambda: setattr(value, "value", 0), lambda: operator.iadd(value, value)]:
            with pytest.raises(RuntimeError) as raised:
                action()
            seen.append(str(raised.value))

    value = same = m.Caller(5, look)
    value += value
    assert value is same and value.value == 10
    assert len(seen) == 6 and all("Caller" in text for text in seen)
    # The callback is in an `Arc`, where the collector does not look.
    del value


def test_an_operand_that_is_no_value_leaves_the_other_alone():
    value = m.Num(5)
    empty = m.Num.__new__(m.Num)
    with pytest.warns(RuntimeWarning, match="uninitialized"):
        with pytest.raises(TypeError):
            value += empty
    with pytest.warns(RuntimeWarning, match="uninitialized"):
        with pytest.raises(TypeError):
            empty += empty
    assert value.value == 5


def test_operators_keep_no_references():
    value, other = m.Num(1), m.Num(2)
    gc.collect()
    before = sys.getrefcount(value), sys.getrefcount(other)
    for _ in range(100):
        value + other, value + 1, 1 + value, value == other, value < 1, -value, bool(value)
        value += other
        value += value
        value.value = 1
        value.__iadd__("x"), value.__add__("x")
    assert (sys.getrefcount(value), sys.getrefcount(other)) == before


@pytest.mark.row("DSP-06", "DSP-37")
def test_operators_that_rust_has_no_trait_for():
    a, b = m.Whole(7), m.Whole(2)
    assert (a**2).value == 49 and pow(a, 2, 5).value == 4 and (2**b).value == 4
    assert (a // b).value == 3 and (9 // b).value == 4 and (a // 2).value == 3
    assert (a @ b).value == 14 and (3 @ b).value == 6
    same = a
    a @= 3
    assert a is same and a.value == 21
    assert divmod(a, 4) == (5, 1) and divmod(9, b) == (4, 1)
    assert round(a, 2).value == 23 and complex(a) == 21 + 1j
    for action in [lambda: a ** "x", lambda: "x" // a, lambda: a @ "x", lambda: divmod(a, "x")]:
        with pytest.raises(TypeError, match="unsupported operand type"):
            action()


@pytest.mark.parametrize("cls", CLASSES)
def test_an_operator_that_panics_leaves_its_operands_alone(cls):
    a, zero = cls(5), cls(0)
    for action in [lambda: a / zero, lambda: a % 0, lambda: 1 / zero, lambda: a.__itruediv__(0), lambda: operator.imod(a, zero)]:
        with pytest.raises(Exception, match="by zero|divisor of zero") as raised:
            action()
        assert type(raised.value).__name__ == "panic_error"
    a += a
    assert (a.value, zero.value) == (10, 0)


def test_an_operator_may_return_a_result():
    assert (m.Whole(7) / m.Whole(2)).value == 3 and (m.Whole(7) / 2).value == 3
    with pytest.raises(ValueError, match="by zero"):
        m.Whole(7) / m.Whole(0)
    assert m.Whole.__truediv__.__doc__ == (
        "__truediv__(self, arg: test_operators_ext.Whole, /) -> test_operators_ext.Whole"
    )


@pytest.mark.row("api-class-7", "api-class-30", "CLS-19")
def test_a_visitor_adds_members():
    assert m.Big([1, 2]).size() == 2 == m.Big([1, 2]).size_as_property
    assert m.Big([1, 2]).is_small() and not m.Big([1, 2, 3]).is_small()
    assert m.Big.size.__doc__ == "size(self) -> int\n\nHow big it is."
    assert m.Big.is_small.__doc__ == "is_small(self) -> bool\n\nHow big it is."
    assert m.Scale(5).size() == 1 and m.Scale.size.__doc__ == "size(self) -> int"
    scale = m.Scale(5)
    scale.grow()
    scale.grow(amount=10)
    assert scale.by() == 17 and scale.grown() == 19 == scale.grown(2)
    assert m.Scale.grown.__doc__ == "grown(self, amount: int = 2) -> int\n\nBy an amount."


@pytest.mark.row("api-class-30", "CLS-19")
def test_a_visitor_passes_a_policy_on():
    pair = m.Pair(1, 2)
    pair.inner().value = 9
    assert pair.first.value == 9
