"""Class templates and function templates, unions, private members; hiding and `isinstance`."""

import abc
import collections.abc

import pytest
import test_families_ext as m


@pytest.mark.row("cls-56")
@pytest.mark.parametrize(("cls", "one", "wrong"), [(m.MatrixF, 1.5, "x"), (m.MatrixI, 7, 1.5)])
def test_one_function_binds_a_family_of_classes(cls, one, wrong):
    matrix = cls(2, 3)
    matrix.set(0, 1, one)
    assert matrix.get(i=0, j=1) == one and matrix.values == one
    turned = matrix.transposed()
    assert type(turned) is cls and turned.width == 3 and turned.get(1, 0) == one
    assert turned != matrix == matrix.transposed().transposed()
    with pytest.raises(TypeError):
        matrix.set(0, 0, wrong)
    # By value.
    matrix.take(turned)
    assert matrix.width == 3 and matrix == turned
    assert matrix.size_of() == 32
    other = m.MatrixI if cls is m.MatrixF else m.MatrixF
    with pytest.raises(TypeError):
        matrix.take(other(1, 1))
    element = "float" if cls is m.MatrixF else "int"
    name = f"test_families_ext.{cls.__name__}"
    assert cls.set.__doc__ == f"set(self, arg0: int, arg1: int, arg2: {element}, /) -> None"
    assert cls.transposed.__doc__ == f"transposed(self) -> {name}"


@pytest.mark.row("cls-56", "fn-30")
def test_a_macro_binds_a_family_of_classes():
    for pet, house, sound in [(m.Cat, m.CatHouse, "meow"), (m.Dog, m.DogHouse, "woof")]:
        home = house(pet())
        assert home.sound() == sound and type(home.pet) is pet
        assert home.describe(5) == f"{sound}: 5" and home.describe("x") == f"{sound}: x"
        with pytest.raises(TypeError):
            home.describe(1.5)
    with pytest.raises(TypeError):
        m.CatHouse(m.Dog())


@pytest.mark.row("cls-60")
def test_a_union_by_functions():
    number = m.Number(5)
    assert (number.whole, number.to_string(0)) == (5, "5")
    number.float = 1.25
    assert number.to_string(1) == "1.250000" and number.whole == 0x3FA00000
    with pytest.raises(ValueError, match="no such kind"):
        number.to_string(2)


@pytest.mark.row("cls-60")
def test_an_enum_instead_of_a_union():
    number = m.Checked(5)
    assert number.whole == 5
    with pytest.raises(TypeError, match="it is whole"):
        number.float
    number.float = 1.25
    assert number.float == 1.25
    with pytest.raises(TypeError, match="it is a float"):
        number.whole


@pytest.mark.row("cls-54")
def test_private_members_are_bound_where_rust_sees_them():
    kennel = m.Kennel(2)
    kennel.dogs += 1
    assert kennel.count() == 3


@pytest.mark.row("fn-44")
def test_a_derived_class_hides_the_overloads_of_its_base():
    base, derived = m.Base(1), m.Derived(2)
    assert base.ov("x") == "str of the base" and base.ov(1) == "int of the base"
    assert derived.ov(1) == "int of the derived" and derived.other() == 2
    with pytest.raises(TypeError) as raised:
        derived.ov("x")
    assert str(raised.value).splitlines()[:4] == [
        "ov(): incompatible function arguments. The following argument types are supported:",
        "    1. ov(self, arg: int, /) -> str",
        "",
        "Invoked with types: test_families_ext.Derived, str",
    ]
    assert m.Base.ov(derived, "x") == super(m.Derived, derived).ov("x") == "str of the base"

    class Python(m.Derived):
        def ov(self, value):
            return ("python", super().ov(value))

    assert Python(3).ov(1) == ("python", "int of the derived")


class Meta(type):
    def __instancecheck__(cls, instance):
        if instance == "fail":
            raise LookupError("not today")
        return instance == "yes"

    def __subclasscheck__(cls, subclass):
        raise LookupError("never")


class Odd(metaclass=Meta):
    pass


class Shape(abc.ABC):
    pass


@pytest.mark.row("CLS-48")
def test_isinstance_of_native_and_of_python_classes():
    class Python(m.Derived):
        pass

    for value, is_base, is_derived in [
        (m.Base(1), True, False),
        (m.Derived(1), True, True),
        (Python(1), True, True),
        (m.Base, False, False),
        (1, False, False),
    ]:
        assert m.is_base(value) is is_base and m.is_derived(value) is is_derived
        assert m.is_a(value, m.Base) is is_base and m.is_a(value, m.Derived) is is_derived
        assert m.is_a(value, (str, m.Base)) is is_base
    assert m.is_a(Python(1), Python) and not m.is_a(m.Derived(1), Python)
    assert m.is_subclass(Python, m.Base) and not m.is_subclass(m.Base, m.Derived)


@pytest.mark.row("CLS-48")
def test_isinstance_of_abstract_classes():
    assert m.is_a([], collections.abc.Sized) and not m.is_a(m.Base(1), collections.abc.Sized)
    assert not m.is_a(m.Base(1), Shape)
    Shape.register(m.Base)
    assert m.is_a(m.Base(1), Shape) and m.is_a(m.Derived(1), Shape) and m.is_subclass(m.Derived, Shape)


@pytest.mark.row("CLS-48")
def test_an_instancecheck_that_raises():
    assert m.is_a("yes", Odd) and not m.is_a("no", Odd)
    with pytest.raises(LookupError, match="not today"):
        m.is_a("fail", Odd)
    with pytest.raises(LookupError, match="never"):
        m.is_subclass(int, Odd)
    with pytest.raises(TypeError, match="isinstance"):
        m.is_a(1, 1)
