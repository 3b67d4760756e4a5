"""Annotations of classes for Python's tools, classes below each other, implicit conversions, fixed attributes.

The texts and results without a note are those of nanobind 2.13 for the same bindings.
"""

import gc
import types
import typing
import weakref

import pytest
import test_class_annotations_ext as m
import test_class_annotations_late_ext as late
from refusals import refused


@pytest.mark.row("api-clsann-4", "typ-15", "CLS-40")
def test_generic_classes_take_type_arguments():
    alias = m.Wrapper[int]
    assert type(alias) is types.GenericAlias and repr(alias) == "test_class_annotations_ext.Wrapper[int]"
    assert alias.__origin__ is m.Wrapper and typing.get_args(alias) == (int,) and typing.get_origin(alias) is m.Wrapper
    assert typing.get_args(m.Wrapper[int, str]) == (int, str) and m.Wrapper[int] == alias
    assert type(alias(3)) is m.Wrapper and alias(3).get() == 3 and alias.of(4).get() == 4
    with pytest.raises(TypeError, match="is not subscriptable"):
        m.Signed[int]
    # Inherited, by bound classes too.
    assert m.Special[str].__origin__ is m.Special


@pytest.mark.row("CLS-40")
def test_a_generic_alias_as_a_base():
    class Sub(m.Wrapper[int]):
        def twice(self):
            return 2 * self.get()

    assert Sub.__bases__ == (m.Wrapper,) and Sub.__orig_bases__ == (m.Wrapper[int],)
    assert Sub(4).twice() == 8 and isinstance(Sub(4), m.Wrapper)
    assert Sub[str].__origin__ is Sub
    T = typing.TypeVar("T")
    assert m.Wrapper[T].__parameters__ == (T,) and m.Wrapper[T][int] == m.Wrapper[int]


@pytest.mark.row("api-fann-16")
def test_headers_of_classes():
    assert m.Wrapper.__nb_signature__ == "class Wrapper(typing.Generic[T])"
    assert (m.Wrapper.__name__, m.Wrapper.__doc__) == ("Wrapper", "Wraps a value")
    assert m.Signed.__nb_signature__ == "class Signed[T](object)" and m.Signed(3).value() == 3
    assert m.Decorated.__nb_signature__ == "@my_decorator\n@other(1)\nclass Decorated(Base)"
    assert not hasattr(m.Target, "__nb_signature__")
    assert m.Wrapper.get.__doc__ == "get(self) -> T"


@pytest.mark.row("api-fann-16")
@pytest.mark.parametrize(
    "text",
    [
        *["class Other(Base)", "class Later(Base)", "class Late", "class Late(Base):", "class Late(Base) "],
        *["class  Late(Base)", "def Late(x)", "class Late(Base)\n", ""],
    ],
)
def test_headers_that_fit_no_class(text):
    class Scope:
        pass

    with pytest.raises(ImportError) as caught:
        late.bind(Scope, text)
    assert str(caught.value) == (
        "Late: the text in nb::sig has to be decorators, one in each line, and then `class Late(..)` or `class Late[..]` "
        f"without a colon at its end, not `{text}`"
    )
    assert not hasattr(Scope, "Late")
    # Nothing is left behind: the type can still be bound.
    late.bind(Scope, "class Late(Base)")
    assert Scope.Late.__nb_signature__ == "class Late(Base)"
    del Scope.Late
    gc.collect()


@pytest.mark.row("CLS-33", "api-v3-3")
def test_freezing_changes_nothing_on_versions_that_lose_by_it():
    assert m.is_frozen is False and m.freeze(m.Frozen) is False
    m.Frozen.extra = 1
    assert m.Frozen(3).extra == 1 and m.Frozen(3).value() == 3
    del m.Frozen.extra
    assert type("Sub", (m.Frozen,), {})(4).value() == 4
    with pytest.raises(TypeError, match=r"type_freeze"):
        m.freeze(int)


@pytest.mark.row("api-class-7", "api-class-30")
def test_statements_that_classes_share():
    for cls, name in [(m.First, "first"), (m.Second, "second"), (m.Third, "third")]:
        assert (cls(3).shown(), int(cls(4))) == (f"{name} 3", 4)
        assert cls.shown.__doc__ == "shown(self) -> str\n\nShows the value"


@pytest.mark.row("CLS-25")
def test_attributes_that_are_set_once():
    class Sub(m.Signed):
        pass

    for cls, name in [(m.Signed, "@one"), (Sub, "@two"), (m.Signed, "@")]:
        setattr(cls, name, 1)
        text = f"internal nanobind attribute '{name}' cannot be reassigned or deleted."
        for change in [lambda: setattr(cls, name, 2), lambda: setattr(Sub, name, 2), lambda: delattr(cls, name)]:
            with pytest.raises(AttributeError) as caught:
                change()
            assert str(caught.value) == text
        for change in [lambda: type.__setattr__(cls, name, 2), lambda: type.__delattr__(cls, name)]:
            with pytest.raises(TypeError, match="can't apply this __(set|del)attr__ to"):
                change()
        assert getattr(cls, name) == 1
    # Of instances they are attributes like any other.
    sub = Sub(1)
    setattr(sub, "@two", 3)
    setattr(sub, "@two", 4)
    assert getattr(sub, "@two") == 4 and getattr(Sub, "@two") == 1


@pytest.mark.row("CLS-15")
@pytest.mark.parametrize("python", [False, True], ids=["bound", "python"])
def test_children_that_are_no_larger_than_what_their_base_holds(python):
    """`Root` has a `__dict__` and weak references, its children add no value of their own."""
    for cls in [m.Root, m.Middle, m.Leaf]:
        cls = type("Sub", (cls,), {}) if python else cls
        made = [cls(n) for n in range(100)]
        watches = [weakref.ref(one) for one in made]
        for n, one in enumerate(made):
            one.extra = [one]
            one.value += 1
            assert (one.value, one.double(), one.same(one)) == (n + 1, 2 * n + 2, True)
        assert [one.value for one in made] == list(range(1, 101))
        del made, one
        gc.collect()
        assert [watch() for watch in watches] == [None] * 100


@pytest.mark.row("cls-07")
def test_methods_of_the_base_on_a_value_that_is_not_at_its_begin():
    leaf = m.Leaf(5)
    assert m.Leaf.__mro__[:3] == (m.Leaf, m.Middle, m.Root)
    leaf.own = 9
    assert (leaf.value, leaf.double(), leaf.own) == (5, 10, 9)
    leaf.value = 6
    assert (leaf.double(), leaf.own, m.Root.double(leaf)) == (12, 9, 12)
    # The base's methods know derived objects under other names, too: the class in between may be deleted.
    middle, m_dict = m.Middle, vars(m)
    del m_dict["Middle"]
    try:
        assert m.Leaf(7).double() == 14 and middle(8).double() == 16
    finally:
        m_dict["Middle"] = middle


@pytest.mark.row("api-class-5", "api-class-28")
def test_implicit_conversions_in_all_forms(capfd):
    assert [m.take(3), m.take("text"), m.take(m.Source(4)), m.take([1, 2]), m.take(m.Target(5))] == [
        "int 3", "text", "source 4", "[1, 2]", "int 5",
    ]
    assert [m.take_value(3), m.take_mutable(3)] == ["int 3", "int 3!"]
    assert [m.take_maybe(3), m.take_maybe(None)] == ["int 3", None]
    assert m.take_many([1, "a", m.Source(2)]) == ["int 1", "a", "source 2"]
    # An argument may refuse conversions; what converts does not convert on.
    for call in [lambda: m.take_strictly(3), lambda: m.take(m.Far(3)), lambda: m.take(2.5), lambda: m.take_source(3)]:
        with pytest.raises(TypeError, match="incompatible function arguments"):
            call()
    assert capfd.readouterr().err == ""
    # A constructor that raises: nanobind's line on standard error.
    assert refused(m.take, "refused").startswith("take(): incompatible function arguments.")
    line = "nanobind: implicit conversion from type 'str' to type 'test_class_annotations_ext.Target' failed!\n"
    assert line in capfd.readouterr().err
