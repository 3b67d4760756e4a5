"""Enumerations: real Python enums on one side, Rust enums and flags on the other."""

import copy
import enum
import gc
import importlib
import operator
import pickle
import sys
import warnings

import pytest
import test_enum_items_ext as items
import test_enums_ext as m
from refusals import refusal, refused
from stubs import signatures

ON_311 = sys.version_info >= (3, 11)
WITH_NOTES = pytest.mark.skipif(not ON_311, reason="exceptions have notes since Python 3.11")


def import_error(name):
    with pytest.raises(ImportError) as caught:
        importlib.import_module(name)
    return str(caught.value)


@pytest.mark.row("ENU-07", "api-class-19", "cls-20")
def test_enumerations_are_python_s_own():
    assert isinstance(m.Kind, enum.EnumMeta) and m.Kind.__bases__ == (enum.Enum,)
    assert list(m.Kind) == [m.Kind.Cat, m.Kind.Dog, m.Kind.Bird] and len(m.Kind) == 3
    assert [k.value for k in m.Kind] == [0, 1, -3]
    assert [k.name for k in m.Kind] == ["Cat", "Dog", "Bird"]
    assert m.Kind(-3) is m.Kind.Bird and m.Kind["Dog"] is m.Kind.Dog
    assert m.Kind.Cat in m.Kind
    with pytest.raises(TypeError, match="int"):
        int(m.Kind.Cat)
    assert int(m.Level.Two) == 2


@pytest.mark.row("ENU-07", "PCK-05")
def test_members_can_be_matched_copied_and_pickled():
    match m.kind_of(1):
        case m.Kind.Cat:
            found = "cat"
        case m.Kind.Dog:
            found = "dog"
    assert found == "dog"
    nested = m.Pet.Part.Tail
    flags = m.Perm.READ | m.Perm.EXEC
    for value in [m.Kind.Bird, m.Big.Max, m.Low.Min, m.Level.Three, m.Color.Green, m.Mode.R | m.Mode.W, nested, flags]:
        assert copy.copy(value) is value and copy.deepcopy([value])[0] is value
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            if value is nested and protocol < 4 and not ON_311:
                continue
            assert pickle.loads(pickle.dumps(value, protocol)) is value


@pytest.mark.row("cls-22", "ENU-20", "api-class-20")
def test_names_and_texts():
    assert repr(m.Kind.Cat) == str(m.Kind.Cat) == "Kind.Cat" == f"{m.Kind.Cat}"
    assert m.Kind.Cat.__name__ == "Cat" == m.Kind.Cat.name
    assert m.Kind.__doc__ == "What a pet is" and m.Big.__doc__ is None
    assert m.Kind.Cat.__doc__ == "a cat" and m.Kind.Dog.__doc__ is None
    assert m.Kind.__module__ == "test_enums_ext" and m.Kind.__qualname__ == "Kind"
    assert m.Pet.Part.__qualname__ == "Pet.Part" and m.Pet.Part.__module__ == "test_enums_ext"
    assert repr(m.Level.Two) == str(m.Level.Two) == "Level.Two"
    assert repr(m.Color.Red) == str(m.Color.Red) == "Color.Red"
    assert repr(m.Perm.READ) == str(m.Perm.READ) == "Perm.READ"
    assert m.Kind.Cat.__dict__ == {
        "_name_": "Cat",
        "__objclass__": m.Kind,
        "_sort_order_": 0,
        "_value_": 0,
        "__doc__": "a cat",
        "__name__": "Cat",
    }
    assert "__nb_enum__" in m.Kind.__dict__


@pytest.mark.row("ENU-18", "api-class-21")
def test_a_second_name_for_a_value_is_an_alias():
    assert m.Kind.Hound is m.Kind.Dog and m.Kind["Hound"] is m.Kind.Dog
    assert m.Kind.Hound.name == "Dog" and m.Kind.Hound.__doc__ is None
    assert list(m.Kind.__members__) == ["Cat", "Dog", "Bird", "Hound"]
    assert m.kind(m.Kind.Hound) == 1
    # Of strings, the values are what differs.
    assert m.Color.Crimson is not m.Color.Red and m.color(m.Color.Crimson) == m.color("crimson") == m.color("red") == 0
    assert m.color_of(0) is m.Color.Red


@pytest.mark.row("ENU-01", "cls-21", "api-class-23")
def test_exported_members():
    assert m.Cat is m.Kind.Cat and m.Dog is m.Kind.Dog and m.Bird is m.Kind.Bird
    assert m.Pet.Head is m.Pet.Part.Head and m.Pet.Tail is m.Pet.Part.Tail
    assert not hasattr(m, "Hound"), "aliases stay behind"
    assert not hasattr(m, "Head") and not hasattr(m, "Max")
    assert items.Large is items.Size.Large


@pytest.mark.row("ENU-02")
def test_members_are_hashable():
    found = {m.Kind.Cat: 1, m.Kind.Dog: 2, m.Low.MinusOne: 3, m.Kind.Bird: 4}
    assert found[m.kind_of(0)] == 1 and found[m.low_of(-1)] == 3 and found[m.kind_of(-3)] == 4
    assert len(found) == 4


@pytest.mark.row("ENU-03", "ENU-06")
def test_members_of_different_enumerations_are_different():
    assert m.First.X != m.Second.X and m.First.X == m.First.X
    assert not m.First.X == 1 and not m.First.X == 1.0 and not m.First.X == "1"
    assert len({m.First.X, m.Second.X, 1}) == 3
    assert not m.Kind.Cat == None  # noqa: E711 the operator is meant
    with pytest.raises(TypeError, match="'<' not supported"):
        m.Kind.Cat < None
    refused(m.first, m.Second.X)


@pytest.mark.row("ENU-04", "ENU-05", "ENU-06", "cls-23", "api-enumann-1")
def test_arithmetic():
    assert m.Level.__bases__ == (enum.IntEnum,)
    two, three = m.Level.Two, m.Level.Three
    for name in "add sub mul truediv floordiv mod and_ or_ xor lshift rshift pow lt le gt ge eq ne".split():
        operate = getattr(operator, name)
        for a, b in [(two, three), (two, 5), (5, two), (two, 2)]:
            found = operate(a, b)
            assert found == operate(int(a), int(b)), name
            assert type(found) is type(operate(int(a), int(b))), "the result is a plain number"
    assert -two == -2 and ~two == -3 and abs(m.Level.Two) == 2 and +two == 2
    assert two * 1.5 == 3.0 and two < 2.2 and sum([two, three]) == 5 and "abc"[two] == "c"
    with pytest.raises(TypeError):
        three - "2"
    assert two != None and not two == "2"  # noqa: E711
    with pytest.raises(TypeError):
        two < None
    with pytest.raises(TypeError):
        m.Kind.Cat + 1
    with pytest.raises(TypeError):
        m.Kind.Cat | m.Kind.Dog


@pytest.mark.row("ENU-08", "cls-24", "api-enumann-2")
def test_flags():
    assert m.Perm.__bases__ == (enum.Flag,)
    both = m.Perm.READ | m.Perm.EXEC
    assert type(both) is m.Perm and both.value == 5 and str(both) in ("Perm.READ|EXEC", "Perm.EXEC|READ")
    assert m.perm(both) == 5 and m.perm_of(5) is both and m.perm() == 5
    assert m.perm(m.Perm.READ | m.Perm.WRITE) == 3 and m.perm_of(3) is m.Perm.READ_WRITE
    assert m.perm(m.Perm.NONE) == 0 and m.perm_of(0) is m.Perm.NONE and not m.Perm.NONE
    assert m.perm(~m.Perm.READ) == 6 and ~m.Perm.READ is m.Perm.WRITE | m.Perm.EXEC
    assert m.perm(both & m.Perm.READ) == 1 and m.perm(both ^ m.Perm.READ) == 4
    assert m.perm(both & m.Perm.WRITE) == 0
    assert m.Perm.READ in both and m.Perm.WRITE not in both
    assert list(m.Perm) == [m.Perm.READ, m.Perm.WRITE, m.Perm.EXEC, m.Perm.READ_WRITE, m.Perm.NONE]
    with pytest.raises(TypeError):
        m.Perm.READ | 1
    # A number without a member is refused, one with a member converted.
    assert m.perm(3) == 3 and m.perm(0) == 0
    refused(m.perm, 5)
    refused(m.perm, 8)


@pytest.mark.row("ENU-08")
@pytest.mark.skipif(not ON_311, reason="members that are flags can be iterated since Python 3.11")
def test_iteration_over_a_flag():
    assert list(m.Perm.READ | m.Perm.EXEC) == [m.Perm.READ, m.Perm.EXEC]
    assert list(m.Perm.READ_WRITE) == [m.Perm.READ, m.Perm.WRITE] and len(m.Perm.READ_WRITE) == 2


@pytest.mark.row("ENU-11", "ENU-08")
def test_unknown_bits():
    if ON_311 and m.Perm._boundary_ is enum.CONFORM:
        # The flags of the first releases of 3.11.
        assert m.perm_of(8) is m.Perm.NONE and m.perm_of(9) is m.Perm.READ
    else:
        with pytest.raises(ValueError, match="8|Perm"):
            m.perm_of(8)
        with pytest.raises(ValueError):
            m.perm_of(2**32 - 1)
    # Those of integers are kept.
    unknown = m.mode_of(8)
    assert unknown == 8 and isinstance(unknown, m.Mode) and m.mode(unknown) == 8
    assert m.mode(m.mode_of(9)) == 9 == m.mode(m.Mode.R | 8)


@pytest.mark.row("ENU-11")
@pytest.mark.skipif(not ON_311, reason="flags have boundaries since Python 3.11")
@pytest.mark.parametrize("boundary", ["STRICT", "CONFORM", "EJECT", "KEEP"])
def test_unknown_bits_under_each_boundary(boundary, monkeypatch):
    monkeypatch.setattr(m.Perm, "_boundary_", getattr(enum, boundary))
    if boundary == "STRICT":
        with pytest.raises(ValueError):
            m.perm_of(16)
    elif boundary == "CONFORM":
        # Python's own result, with the unknown bit dropped.
        assert m.perm_of(17) is m.Perm.READ
    elif boundary == "EJECT":
        assert m.perm_of(32) == 32 and type(m.perm_of(32)) is int
    else:
        kept = m.perm_of(64)
        assert type(kept) is m.Perm and kept.value == 64
        refused(m.perm, kept)


@pytest.mark.row("cls-25", "ENU-08")
def test_flags_with_arithmetic():
    assert issubclass(m.Mode, enum.IntFlag) and issubclass(m.Mode, int)
    assert m.Mode.R | m.Mode.W == 3 and type(m.Mode.R | m.Mode.W) is m.Mode
    assert m.Mode.R | 2 == 3 and 2 | m.Mode.R == 3 and type(m.Mode.R | 2) is m.Mode
    assert m.Mode.R + 4 == 5 and type(m.Mode.R + 4) is int
    assert m.mode(m.Mode.R | 2) == 3 and m.mode_of(3) == 3 and type(m.mode_of(3)) is m.Mode
    if ON_311:
        # What Python's own classes give; nanobind counts one bit too many.
        python = enum.IntFlag("python", [("R", 1), ("W", 2)])
        assert ~m.Mode.R == ~python.R == 2 and m.mode_of(-1) == python(-1) == 3
    else:
        assert m.mode(~m.Mode.R) == -2 and m.mode_of(-1) == -1
    assert m.mode(1) == 1
    refused(m.mode, 3)


@pytest.mark.row("ENU-17", "cls-26", "api-class-22", "api-enumann-3")
def test_strings():
    if ON_311:
        assert m.Color.__bases__ == (enum.StrEnum,)
    assert issubclass(m.Color, str) and issubclass(m.Color, enum.Enum)
    assert m.Color.Red == "red" and m.Color.Red.value == "red" and m.Color("green") is m.Color.Green
    assert m.Color.__doc__ == "A color" and m.Color.Red.__doc__ == "like blood" and m.Color.Green.__doc__ is None
    assert m.length(m.Color.Green) == 5
    assert m.color(m.Color.Green) == m.color("green") == 1 and m.color_of(1) is m.Color.Green
    assert m.color_exact(m.Color.Green) == 1
    refused(m.color_exact, "green")
    assert refused(m.color, "blue") == refusal(["color(color: test_enums_ext.Color = Color.Red) -> int"], "str")
    refused(m.color, 0)
    refused(m.color, b"red")
    refused(m.color, "\ud800")
    refused(m.color, "red\0")

    class Text(str):
        def __eq__(self, other):
            raise AssertionError("the methods of a subclass are not asked")

        __hash__ = None

    assert m.color(Text("green")) == 1
    with pytest.raises(ValueError, match=r"^2 is not a valid Color\.$"):
        m.color_of(2)


@pytest.mark.row("ENU-17", "cls-26", "ENU-18", "api-class-21", "api-class-22")
def test_mistakes_in_members():
    assert import_error("test_enum_needs_text_ext") == (
        'enum_append(): StrEnum member "Color.Red" must be added with str_value() instead of value().'
    )
    assert import_error("test_enum_takes_no_text_ext") == (
        "enum_append(): str_value() can only be used on enumerations declared with nb::is_str() "
        '(member "Color.Red").'
    )
    assert import_error("test_enum_text_twice_ext") == (
        'enum_append(): the text "x" of "Color.Green" stands for another value already'
    )
    assert import_error("test_enum_duplicate_ext") == (
        'refusing to add duplicate key "Red" to enumeration "test_enum_duplicate_ext.Color"!'
    )
    assert "bind its type before this function" in import_error("test_enum_late_ext")
    with pytest.raises(ImportError) as caught:
        importlib.import_module("test_enum_default_ext")
    assert str(caught.value.__cause__) == "1 is not a valid Color."


@pytest.mark.row("ENU-01", "api-class-20")
def test_a_type_bound_twice_and_names_that_are_taken():
    with pytest.warns(RuntimeWarning) as caught:
        module = importlib.import_module("test_enum_twice_ext")
    said = [str(warning.message) for warning in caught]
    assert said == [
        "nanobind: type 'Color' was already registered as 'test_enum_twice_ext.Color'!\n",
        "nb::enum_<Color>: export_values() replaces 'Red', an object of type 'int', in the scope",
    ]
    assert module.Again is module.Color and list(module.Color) == [module.Red, module.Green]
    assert module.color(module.Color.Green) == 1
    del sys.modules["test_enum_twice_ext"], module
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImportError) as raised:
            importlib.import_module("test_enum_twice_ext")
    assert isinstance(raised.value.__cause__, RuntimeWarning)


@pytest.mark.row("cls-20")
def test_signatures_and_defaults():
    assert m.kind.__doc__ == "kind(kind: test_enums_ext.Kind = Kind.Cat) -> int\n\nkind's doc"
    assert m.kind() == 0 and m.color() == 0
    assert m.perm.__doc__ == f"perm(perm: test_enums_ext.Perm = {m.perm_of(5)!r}) -> int"
    assert m.optional.__doc__ == (
        "optional(kind: test_enums_ext.Kind | None = None) -> test_enums_ext.Kind | None"
    )
    assert m.later.__doc__ == "later(arg: test_enums_ext.Later, /) -> int" and m.later(m.Later.A) == 0
    assert m.Pet.__init__.__doc__ == "__init__(self, kind: test_enums_ext.Kind = Kind.Dog) -> None"
    assert m.never.__doc__ == "never(arg: Never, /) -> int"
    refused(m.never, 0)
    with pytest.raises(TypeError, match="Unable to convert function return value"):
        m.give_never()
    assert signatures("test_enums_ext", "exact", "kind_of") == [
        (("def exact(kind: test_enums_ext.Kind) -> int", None, None),),
        (("def kind_of(arg: int, /) -> test_enums_ext.Kind", None, None),),
    ]


def test_overloads():
    assert m.overloaded(m.Kind.Cat) == "kind" and m.overloaded(1) == "int"
    assert m.overloaded(m.Color.Red) == "color" and m.overloaded("red") == "str"
    assert m.overloaded(m.Level.Two) == "int", "2 has no Kind"


@pytest.mark.row("ENU-09", "cls-20", "api-undoc-14", "api-disc-11")
def test_methods_and_properties():
    assert m.Kind.Bird.number() == -3 and m.Kind.number(m.Kind.Dog) == 1
    assert m.Kind.number.__doc__ == "number(self) -> int\n\nthe number"
    assert m.Kind.Cat.is_cat() and not m.Kind.Dog.is_cat() and m.Kind.Dog.itself() is m.Kind.Dog
    assert m.Kind.Dog.plus() == 2 and m.Kind.Dog.plus(n=5) == 6 and m.Kind.Dog.plus("!") == "1!"
    assert m.Kind.best() is m.Kind.Dog is m.Kind.Cat.best() and m.Kind.best.__doc__.endswith("\n\nthe best")
    assert m.Kind.Dog.twice == 2 and m.Kind.__dict__["twice"].__doc__ == "two times"
    with pytest.raises(AttributeError):
        m.Kind.Dog.twice = 3
    m.Kind.Dog.rw = 5
    with pytest.raises(ValueError, match="a count"):
        m.Kind.Dog.rw = -5
    assert m.Kind.Dog.rw == 1
    # A receiver is not converted.
    refused(m.Kind.number, 1)


@pytest.mark.row("ENU-10")
def test_members_called_name_and_value():
    assert list(m.Odd) == [m.Odd.name, m.Odd.value, m.Odd.other]
    assert [member.name for member in m.Odd] == ["name", "value", "other"]
    assert [member.value for member in m.Odd] == [0, 1, 2]
    assert [m.odd(member) for member in m.Odd] == [0, 1, 2]
    assert m.odd_of(0) is m.Odd.name and m.odd_of(1) is m.Odd.value and m.odd(1) == 1
    assert repr(m.Odd.value) == "Odd.value" and pickle.loads(pickle.dumps(m.Odd.name)) is m.Odd.name


@pytest.mark.row("ENU-07")
def test_enumerations_cannot_be_derived_from():
    with pytest.raises(TypeError):

        class Derived(m.Kind):
            pass


@pytest.mark.row("ENU-07", "ENU-16")
def test_items_register_themselves():
    assert items.size() == 5 and items.size.__doc__ == (
        "size(size: test_enum_items_ext.Size = Size.Medium) -> int"
    )
    assert items.Size.__doc__ == "How large" and [s.value for s in items.Size] == [0, 5, 6]
    assert items.Size.Medium.number() == 5
    assert [t.value for t in items.Tint] == ["dark", "light", "type"] and items.tint("type") == 2
    assert items.Tint.Type.name == "Type"
    assert items.Rank.HIGH == 1 and items.Rank.HIGH.__doc__ == "very high" and items.rank(0) == 0
    assert items.bits(items.Bits.A | items.Bits.B) == 3
    assert items.Shirt().size is items.Size2.M, "enumerations are bound before the classes that use them"


def test_an_enumeration_of_another_crate():
    import test_registration_ext as registration

    assert registration.darker(registration.Shade.Light) is registration.Shade.Dark
    assert registration.darker.__doc__ == (
        "darker(shade: test_registration_ext.Shade) -> test_registration_ext.Shade"
    )


def test_two_extensions_with_one_rust_enum():
    import test_second_ext as second

    assert second.Shade is not m.Shade
    assert m.shade(m.Shade.Dark) == 4 and second.shade(second.Shade.Dark) == -4
    refused(m.shade, second.Shade.Dark)
    refused(second.shade, m.Shade.Light)
