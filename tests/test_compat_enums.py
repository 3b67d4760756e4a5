"""pybind11's `enum_`, and its `native_enum`."""

import copy
import enum
import operator
import os
import pickle
import subprocess
import sys
import weakref

import pytest
import test_compat_enums_ext as m
from refusals import raised
from stubs import signatures

NUMBER = "typing.SupportsInt | typing.SupportsIndex"
EQUALITY = [f"__eq__(self: {m.__name__}.Kind, other: {other}, /) -> bool" for other in [f"{m.__name__}.Kind", "object"]]
HEAD = "(): incompatible function arguments. The following argument types are supported:\n"


def refused(call, *args, **kwargs):
    """The text of the `TypeError`, with short names of classes."""
    return raised(TypeError, call, *args, **kwargs).replace(m.__name__ + ".", "m.")


def doc(function):
    return function.__doc__.replace(m.__name__ + ".", "m.")


def test_members_are_attributes():
    assert [m.Kind.Cat.name, m.Kind.Dog.name, m.Kind.Bird.name] == ["Cat", "Dog", "Bird"]
    assert [m.Kind.Cat.value, m.Kind.Dog.value, m.Kind.Bird.value] == [0, 5, -3]
    assert type(m.Kind.Cat) is m.Kind and not isinstance(m.Kind.Cat, (int, enum.Enum))
    assert not hasattr(m.Kind, "Fish")
    assert m.Kind.Cat.Dog == m.Kind.Dog
    assert (m.Kind.__name__, m.Kind.__qualname__, m.Kind.__module__) == ("Kind", "Kind", m.__name__)
    assert (m.Pet.Part.__name__, m.Pet.Part.__qualname__) == ("Part", "Pet.Part")


def test_texts():
    assert repr(m.Kind.Dog) == "<Kind.Dog: 5>" and str(m.Kind.Dog) == "Kind.Dog" and f"{m.Kind.Bird}" == "Kind.Bird"
    assert repr(m.Pet.Tail) == "<Part.Tail: 0>"
    assert repr(m.Big.Max) == f"<Big.Max: {2**64 - 1}>"


def test_a_second_name_for_a_value():
    assert m.Kind.Hound == m.Kind.Dog and repr(m.Kind.Hound) == "<Kind.Dog: 5>" and m.Kind.Hound.name == "Dog"


def test_all_members():
    members = m.Kind.__members__
    assert list(members) == ["Cat", "Dog", "Hound", "Bird"] and members["Bird"] == m.Kind.Bird
    assert m.Kind.Cat.__members__ == members
    members.clear()
    assert len(m.Kind.__members__) == 4, "it was a copy"
    entries = getattr(m.Kind, "__entries")
    assert entries["Cat"] == (m.Kind.Cat, "a cat") and entries["Dog"] == (m.Kind.Dog, None)


def test_docstrings_list_the_members():
    assert m.Kind.__doc__ == (
        "What a pet is\n\nMembers:\n\n  Cat : a cat\n\n  Dog\n\n  Hound : the same\n\n  Bird"
    )
    assert m.Level.__doc__ == "Members:\n\n  Low\n\n  High" and m.Level.Low.__doc__ == m.Level.__doc__


def test_docstrings_without_members():
    assert m.Quiet.__doc__ == "Says nothing" and m.Silent.__doc__ is None
    assert list(m.Quiet.__members__) == ["A"]


def test_members_are_exported():
    assert m.Cat == m.Kind.Cat and m.Hound == m.Kind.Dog and m.Pet.Paw == m.Pet.Part.Paw
    assert not hasattr(m, "Low")


def test_numbers():
    assert [int(m.Kind.Bird), operator.index(m.Kind.Dog), hash(m.Kind.Dog)] == [-3, 5, 5]
    assert "abcdef"[m.Kind.Dog] == "f" and bool(m.Kind.Cat)
    assert int(m.Big.Max) == 2**64 - 1
    with pytest.raises(TypeError, match="unsupported operand"):
        m.Kind.Cat + 1


def test_values_made_of_numbers():
    for dog in [m.Kind(5), m.Kind(value=5), m.Kind(m.Kind.Dog)]:
        assert dog == m.Kind.Dog and repr(dog) == "<Kind.Dog: 5>" and hash(dog) == 5
        assert m.kind(dog) == 5 and m.kind_ref(dog) == 5 and dog.legs == 4
    assert {m.Kind.Dog: 1}[m.Kind(5)] == 1
    assert m.big(m.Big(2**64 - 1)) == 2**64 - 1
    supported = "\n    1. m.Kind(value: " + NUMBER + ")\n\nInvoked with: "
    head = "__init__(): incompatible constructor arguments. The following argument types are supported:"
    assert refused(m.Kind) == head + supported
    assert refused(m.Kind, 1.0) == head + supported + "1.0"
    assert refused(m.Kind, "Cat") == head + supported + "'Cat'"
    assert refused(m.Kind, 1, 2) == head + supported + "1, 2"
    assert doc(m.Kind.__init__) == f"__init__(self: m.Kind, value: {NUMBER}) -> None\n"


def test_a_second_construction_changes_nothing():
    m.Kind.Cat.__init__(5)
    m.Kind.Cat.__setstate__(5)
    assert int(m.Kind.Cat) == 0 and m.kind(m.Kind.Cat) == 0


def test_members_without_arithmetic_are_equal_to_members_only():
    assert m.Kind.Dog == m.Kind.Dog and not m.Kind.Dog != m.Kind.Hound
    assert m.Kind.Dog != m.Kind.Cat and not m.Kind.Dog == m.Kind.Cat
    for other in [None, 0.0, "Cat", object(), [], m.Pet.Tail, m.Number.One]:
        assert not m.Kind.Cat == other and m.Kind.Cat != other and other != m.Kind.Cat
    for compare in [operator.lt, operator.le, operator.gt, operator.ge, operator.or_]:
        with pytest.raises(TypeError, match="not supported between|unsupported operand"):
            compare(m.Kind.Cat, m.Kind.Dog)
    assert {m.Kind.Cat, m.Kind(0)} == {m.Kind.Cat}


def test_order_with_arithmetic():
    low, high = m.Level.Low, m.Level.High
    assert low == 1 and low != 2 and 1 == low and 2 != low and not low == 1.0 and not low == None  # noqa: E711
    assert low < high and low <= low and high > low and high >= high and not high < low
    assert low < 2 and 2 > low and low <= 1 and 1 >= low and 0 < low
    assert low == True  # noqa: E712
    assert sorted([high, low]) == [low, high]
    assert low != m.Perm.Write and m.Level.High != m.Perm.Write, "of another enumeration"
    assert low < m.Perm.Write and m.Level(m.Perm.Write) == m.Level.High, "as numbers"
    assert low == m.Number.One, "an int"


def test_bits_with_arithmetic():
    read, write = m.Perm.Read, m.Perm.Write
    for value, number in [
        (read | write, 6),
        (read & write, 0),
        (read ^ 5, 1),
        (read | 1, 5),
        (1 | read, 5),
        (6 & read, 4),
        (6 ^ read, 2),
        (~read, -5),
        (m.Big.Max & m.Big.Max, 2**64 - 1),
        (~m.Big.Max, -(2**64)),
    ]:
        assert value == number and type(value) is int


def test_operators_refuse_other_types():
    kinds = {"<": ("__lt__", "bool"), "|": ("__or__", "int")}
    for apply, (name, result) in zip([operator.lt, operator.or_], kinds.values()):
        text = f"{name}{HEAD}"
        text += f"    1. (self: m.Level, other: m.Level, /) -> {result}\n"
        text += f"    2. (self: m.Level, other: {NUMBER}, /) -> {result}\n\nInvoked with: <Level.Low: 1>, "
        for other in [1.5, "x", None, [1]]:
            assert refused(apply, m.Level.Low, other) == text + repr(other)


def test_docstrings_of_methods():
    assert doc(m.Kind.__repr__) == "__repr__(self: object, /) -> str\n"
    assert doc(m.Kind.__hash__) == "__hash__(self: object, /) -> int\n"
    assert doc(m.Kind.__int__) == "__int__(self: m.Kind, /) -> int\n"
    assert doc(m.Kind.__setstate__) == f"__setstate__(self: m.Kind, state: {NUMBER}, /) -> None\n"
    lines = "\n".join(f"{i}. {line}\n" for i, line in enumerate(EQUALITY, 1)).replace(m.__name__, "m")
    assert doc(m.Kind.__eq__) == "__eq__(*args, **kwargs)\nOverloaded function.\n\n" + lines
    assert doc(m.Level.__invert__) == "__invert__(self: object, /) -> object\n"


def test_copies_and_pickles():
    for value in [m.Kind.Dog, m.Kind.Cat, m.Kind.Bird, m.Level.High, m.Big.Max, m.Pet.Paw, m.Perm(7)]:
        for other in [copy.copy(value), copy.deepcopy(value), copy.deepcopy([value])[0]]:
            assert other == value and type(other) is type(value)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            if value == m.Pet.Paw and protocol < 4 and sys.version_info < (3, 11):
                continue
            other = pickle.loads(pickle.dumps(value, protocol))
            assert other == value and type(other) is type(value) and hash(other) == hash(value)
    assert m.kind(pickle.loads(pickle.dumps(m.Kind.Dog))) == 5
    assert m.Kind.Dog.__getstate__() == 5


def test_what_an_extension_in_cpp_has_pickled():
    name = m.__name__.encode()
    assert pickle.loads(b"\x80\x02c" + name + b"\nKind\nq\x00)\x81q\x01K\x05b.") == m.Kind.Dog
    with pytest.raises(ValueError, match="99 is not a valid Kind."):
        pickle.loads(b"\x80\x02c" + name + b"\nKind\nq\x00)\x81q\x01Kcb.")


def test_arguments_are_members():
    supported = "kind" + HEAD + "    1. (kind: m.Kind = <Kind.Cat: 0>) -> int\n\nInvoked with: "
    assert m.kind() == 0 and m.kind(m.Kind.Dog) == 5 and m.kind(kind=m.Kind.Bird) == -3
    for other in [0, 5, None, "Cat", 0.0, m.Level.Low, m.Number.One, True]:
        assert refused(m.kind, other) == supported + repr(other)
    assert doc(m.kind) == "kind(kind: m.Kind = <Kind.Cat: 0>) -> int\n"
    assert m.Pet().part == m.Pet.Paw and m.Pet(m.Pet.Part(0)).part == m.Pet.Tail
    assert m.kinds([m.Kind.Cat, m.Kind(5)]) == [m.Kind.Cat, m.Kind.Dog] and m.maybe(None) is None
    assert [m.either(x) for x in [m.Kind.Cat, m.Level.Low, 3, m.Kind(0)]] == ["kind", "level", "number", "kind"]


def test_results_are_members():
    assert m.kind_of(0) == m.Kind.Cat and m.kind_of(5) == m.Kind.Dog and type(m.kind_of(-3)) is m.Kind
    assert m.maybe(m.Kind(5)) == m.Kind.Dog


def test_methods_of_the_user():
    assert m.Kind.Cat.is_cat() and not m.Kind(5).is_cat() and m.Kind.best() == m.Kind.Dog and m.Kind.Bird.legs == 2
    with pytest.raises(AttributeError):
        m.Kind.Bird.legs = 3


def test_weak_references():
    copied = m.Kind(5)
    seen = []
    ref = weakref.ref(copied, lambda _: seen.append(1))
    assert ref() is copied
    del copied
    assert (ref(), seen) == (None, [1])


def test_stubs(tmp_path):
    environment = {**os.environ, "NB_STUBGEN": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", f"import {m.__name__}"], env=environment, check=True)
    text = (tmp_path / f"{m.__name__}.pyi").read_text()
    text = text[: text.index("\ndef kind(")]
    for line in [
        "class Kind:",
        "    __members__: Final[dict[str, Kind]]",
        "    Cat: ClassVar[Kind] = ...",
        "    @property\n    def name(self: object, /) -> str: ...",
        "    @property\n    def value(self: Kind, /) -> int: ...",
        "    def __init__(self: Kind, value: SupportsInt | SupportsIndex) -> None: ...",
        "    def __eq__(self: Kind, other: Kind, /) -> bool: ...",
        "    def is_cat(self) -> bool: ...",
        "Cat: Kind = ...",
    ]:
        assert f"\n{line}\n" in text
    own, others = signatures(m.__name__, "Kind.__hash__", "Kind.__eq__")
    assert own[0][0] == "def __hash__(self: object, /) -> int"
    assert [one[0] for one in others] == [f"def {doc}" for doc in EQUALITY]


# Below is what differs from pybind11.


def test_numbers_without_a_rust_value():
    for number in [1, 99, -1, 2**40]:
        with pytest.raises(ValueError) as caught:
            m.Kind(number)
        assert str(caught.value) == f"{number} is not a valid Kind."
    with pytest.raises(ValueError):
        m.Kind.Cat.__setstate__(99)


def test_a_rust_value_that_was_not_bound():
    with pytest.raises(ValueError, match="-2 is not a valid Kind."):
        m.kind_of(9)


def test_types_that_stand_for_numbers_have_values_without_a_name():
    both = m.Perm(m.Perm.Read | m.Perm.Write)
    assert repr(both) == "<Perm.???: 6>" and both.name == "???" and m.perm(both) == 6
    assert m.perm_of(6) == both and hash(both) == hash(m.perm_of(6)) and m.perm_of(4) == m.Perm.Read
    assert m.perm(pickle.loads(pickle.dumps(both))) == 6
    with pytest.raises(ValueError, match="8 is not a valid Perm."):
        m.Perm(8)
    with pytest.raises(TypeError):
        m.perm(m.perm_of(8))


def test_members_are_singletons():
    assert m.kind_of(5) is m.Kind.Dog is m.Hound and m.maybe(m.Kind(5)) is m.Kind.Dog


def test_methods_of_the_user_come_before_those_of_all_enumerations():
    a = m.Shown.A
    assert (str(a), repr(a), f"{a}") == ("a text", "<shown>", "a text")
    assert a == "A" and not a == "B" and a == m.Shown(0) and a != 0


# native_enum


def test_native_enumerations_are_python_s_own():
    assert m.Plain.__bases__ == (enum.Enum,) and m.Number.__bases__ == (enum.IntEnum,)
    assert m.Flags.__bases__ == (enum.Flag,) and m.Pet.Mode.__bases__ == (enum.IntFlag,)
    assert [x.value for x in m.Plain] == [1, 2] and m.Plain.Z is m.Plain.Y and m.Plain(1) is m.Plain.X
    assert m.Number.One + 1 == 2 and m.Pet.Mode.On | m.Pet.Mode.Loud == 3
    assert (m.Plain.__module__, m.Pet.Mode.__qualname__) == (m.__name__, "Pet.Mode")
    assert issubclass(m.Word, (str, enum.Enum)) and m.Word.Yes == "yes"


def test_native_enumerations_show_what_python_s_do():
    class Plain(enum.Enum):
        X = 1

    class Number(enum.IntEnum):
        One = 1

    class Flags(enum.Flag):
        R = 4

    for own, bound in [(Plain.X, m.Plain.X), (Number.One, m.Number.One), (Flags.R, m.Flags.R)]:
        assert (repr(own), str(own), f"{own}") == (repr(bound), str(bound), f"{bound}")
    assert m.Number.__doc__ == "Numbers" and m.Plain.__doc__ == Plain.__doc__
    assert m.Plain.X.__doc__ == "the first" and m.Plain.Y.__doc__ == Plain.X.__doc__
    assert not hasattr(m.Plain.X, "__name__")


def test_native_members_are_exported_wherever_that_is_said():
    assert m.X is m.Plain.X and m.Y is m.Plain.Y and m.Z is m.Plain.Y and m.One is m.Number.One
    assert not hasattr(m, "R")


def test_native_members_as_arguments():
    assert m.plain() == 1 and m.plain(m.Plain.Y) == 2 and m.number(m.Number.Two) == 2
    assert doc(m.plain) == "plain(plain: m.Plain = <Plain.X: 1>) -> int\n"
    assert m.flags(m.Flags.R | m.Flags.W) == 6 and m.flags_of(6) == m.Flags.R | m.Flags.W
    assert m.mode(m.Pet.Mode(3)) == 3 and m.word(m.Word.Yes)
    assert m.number_of(2) is m.Number.Two
    for call, other in [(m.plain, 1), (m.number, 1), (m.flags, 4), (m.mode, 1), (m.word, "yes"), (m.plain, m.Number.One)]:
        assert f"\n\nInvoked with: {other!r}" in refused(call, other)
    with pytest.raises(ValueError, match="3 is not a valid Plain"):
        m.plain_of(3)


def test_native_members_are_pickled():
    for value in [m.Plain.X, m.Number.Two, m.Flags.R | m.Flags.W, m.Word.No]:
        assert pickle.loads(pickle.dumps(value)) is value and copy.deepcopy(value) is value
