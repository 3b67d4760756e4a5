"""Parameters: *args, **kwargs, keyword-only arguments, and annotations that say where and how a function is bound."""

import gc
import importlib.util
import inspect
import pickle
import sys
import types
import weakref

import pytest
from stubs import signatures
import test_parameters_ext as m
from refusals import refusal, refused


def signature_of(function):
    return function.__doc__.split("\n")[0]


# What is left over.


@pytest.mark.row("fn-23", "api-wrap-87", "api-wrap-88")
def test_left_over_arguments_arrive_as_a_tuple_and_a_dict():
    assert m.generic(1, 2, a=3) == ((1, 2), {"a": 3})
    assert m.generic() == ((), {})
    assert m.generic(*range(100)) == (tuple(range(100)), {})
    assert m.generic.__doc__ == "generic(*args, **kwargs) -> tuple"
    assert m.generic_named.__doc__ == "generic_named(*rest, **named) -> tuple"
    assert m.generic_named(1, rest=2, named=3) == ((1,), {"rest": 2, "named": 3})
    assert m.only_args(1, "a") == (1, "a")
    assert m.only_args() == ()
    assert m.only_args.__doc__ == "only_args(*args) -> tuple"
    assert refused(m.only_args, a=1) == refusal(["only_args(*args) -> tuple"], "kwargs = { a: int }")
    assert m.only_kwargs(x=1, y=None) == {"x": 1, "y": None}
    assert m.only_kwargs.__doc__ == "only_kwargs(**kwargs) -> dict"
    assert refused(m.only_kwargs, 1) == refusal(["only_kwargs(**kwargs) -> dict"], "int")


@pytest.mark.row("fn-23")
def test_left_over_arguments_with_others():
    assert m.unannotated.__doc__ == "unannotated(arg0: int, /, *args, **kwargs) -> tuple"
    assert m.unannotated(1, 2, 3, x=4) == (1, (2, 3), {"x": 4})
    assert m.unannotated(1, arg0=2) == (1, (), {"arg0": 2})
    assert refused(m.unannotated) == refusal([m.unannotated.__doc__], "")
    assert refused(m.unannotated, "a", 1, z=3) == refusal([m.unannotated.__doc__], "str, int, kwargs = { z: int }")
    assert m.one_args.__doc__ == "one_args(arg0: int, /, *args) -> tuple"
    assert m.one_args(1) == (1, ())
    assert m.one_args(1, 2) == (1, (2,))
    assert m.all.__doc__ == "all(x: int, y: int = 5, *args, invert: bool = False, **kwargs) -> tuple"
    assert m.all(1) == (1, 5, (), False, {})
    assert m.all(1, 2, 3, 4, invert=True, q=4) == (1, 2, (3, 4), True, {"q": 4})
    assert m.all(y=2, x=1, q=4) == (1, 2, (), False, {"q": 4})
    assert m.all(1, invert=True, args=4, kwargs=5) == (1, 5, (), True, {"args": 4, "kwargs": 5})
    for call in [lambda: m.all(1, 2, 3, y=4), lambda: m.all(1, x=1), lambda: m.all(y=1), lambda: m.all(1, invert=3)]:
        assert refused(call).startswith("all(): incompatible function arguments.")
    assert m.default_first.__doc__ == "default_first(a: int = 3, *args, b: int) -> int"
    assert m.default_first(b=2) == 1
    assert m.twelve(*range(12), k=1) == (list(range(10)), 2, 1)
    assert refused(m.twelve, *range(9)).startswith("twelve(): incompatible")


def test_a_keyword_that_is_an_arguments_name_is_not_left_over():
    assert m.unnamed_kwargs.__doc__ == "unnamed_kwargs(arg0: int, /, **kwargs) -> dict"
    # An argument without a name cannot be meant by a keyword.
    assert m.unnamed_kwargs(1, arg=2, arg0=3) == {"arg": 2, "arg0": 3}
    assert m.named_kwargs.__doc__ == "named_kwargs(a: int, **kwargs) -> dict"
    assert m.named_kwargs(a=1, b=3) == {"b": 3}
    assert refused(m.named_kwargs, 1, a=3) == refusal([m.named_kwargs.__doc__], "int, kwargs = { a: int }")


def test_what_is_left_over_belongs_to_the_function():
    given = {"a": 1}
    assert m.mutates(**given) == 2
    assert given == {"a": 1}
    values = (1, 2)
    assert m.only_args(*values) == values
    kept = m.only_kwargs(**given)
    kept["b"] = 2
    assert given == {"a": 1}
    first, second = m.only_kwargs(**given), m.only_kwargs(**given)
    assert first is not second


def test_none_is_accepted_where_it_is_marked_beside_left_over_arguments():
    assert m.nullable(None, None, b=None) == (None, 1, None, 1)
    assert m.nullable(1, b=2, c=3) == (1, 0, 2, 3)
    assert refused(m.nullable, 1, b=2, c=None).startswith("nullable(): incompatible")


def test_overloads_with_left_over_arguments_are_tried_in_order():
    assert m.over(1) == "int 1"
    assert m.over(x=1) == "int 1"
    assert m.over("a") == "args 1"
    assert m.over() == "args 0"
    assert m.over("a", b=1) == "both 1"
    # The third overload put an entry into its dict and declined; the fourth has a dict of its own.
    assert m.over(b=1) == "kwargs 1"
    assert m.over.__doc__.split("\n")[:4] == [
        "over(x: int) -> str",
        "over(*args) -> str",
        "over(*args, **kwargs) -> str",
        "over(**kwargs) -> str",
    ]


@pytest.mark.row("DSP-14")
def test_very_many_keywords():
    thousand = {f"k{number}": number for number in range(1000)}
    assert m.only_kwargs(**thousand) == thousand
    assert m.generic(*range(2000), **thousand) == (tuple(range(2000)), thousand)
    assert m.all(1, invert=True, **thousand)[4] == thousand
    assert len(m.only_kwargs(**{f"k{number}": number for number in range(1024)})) == 1024
    too_many = {f"k{number}": number for number in range(1500)}
    text = "nanobind::detail::nb_func_vectorcall(): too many (> 1024) keyword arguments."
    for function in [m.only_kwargs, m.generic, m.all, m.example, m.Point(1).collect]:
        assert refused(function, **too_many) == text
    # The thousandth keyword, and names that are not interned.
    assert m.all(**thousand, **pickle.loads(pickle.dumps({"x": 7, "invert": True})))[::3] == (7, True)
    late = {"".join(["k", str(number)]): number for number in range(1000)}
    assert m.all(**late, **{"".join(["x"]): 1}, **{"".join(["in", "vert"]): True}) == (1, 5, (), True, late)


class Key(str):
    """A text whose hash runs Python code."""

    def __hash__(self):
        if self == "raises":
            raise KeyError("no hash")
        return str.__hash__(self)

    __eq__ = str.__eq__


def test_odd_keywords():
    # CPython hands texts of a subclass through as they are.
    assert m.only_kwargs(**{Key("a"): 1}) == {"a": 1}
    assert m.all(**{Key("x"): 1, Key("z"): 2}) == (1, 5, (), False, {"z": 2})
    assert m.only_kwargs(**{"\ud800": 1, "": 2, "a b": 3}) == {"\ud800": 1, "": 2, "a b": 3}
    assert "incompatible" in refused(m.all, **{"\ud800": 1})


def test_left_over_arguments_die_with_the_call():
    value = object()
    before = sys.getrefcount(value)
    for _ in range(10):
        m.address(value, value, a=value, b=value)
        m.only_args(value)
        m.only_kwargs(a=value)
        m.over(value, a=value)
        with pytest.raises(TypeError):
            m.all("x", value, value, value, a=value)
    assert sys.getrefcount(value) == before
    # No two kinds of argument share an object.
    tuple_at, dict_at, *_ = m.addresses()
    assert tuple_at != dict_at


def test_left_over_arguments_obey_the_rules_of_borrowing():
    point = m.Point(5)
    assert m.kept(point, point=point) == 5
    assert m.watches(point, 1, 2) == (1, 2)


@pytest.mark.row("DSP-12", "fn-28")
def test_arguments_after_left_over_ones_are_keyword_only():
    for function, shown in [(m.munge, "munge"), (m.munge_marked, "munge_marked")]:
        assert function.__doc__ == f"{shown}(*args, invert: bool) -> int"
        assert function(1, 2, 3, invert=True) == -6
        assert function(invert=False) == 0
        assert refused(function, 1, 2, 3) == refusal([function.__doc__], "int, int, int")
        # `args` is no name that a keyword could mean.
        assert refused(function, args=(1,), invert=True) == refusal(
            [function.__doc__], "kwargs = { args: tuple, invert: bool }"
        )
    assert m.munge_default.__doc__ == "munge_default(*args, invert: bool = False) -> int"
    assert m.munge_default(1, 2, 3) == 6
    assert m.munge_default(4, 5, 6, invert=True) == -15
    assert m.unnamed_args.__doc__ == "unnamed_args(x: int, *args, invert: bool) -> tuple"
    assert m.unnamed_args(1, True, invert=False) == (1, (True,), False)
    assert refused(m.unnamed_args, 1, True) == refusal([m.unnamed_args.__doc__], "int, bool")


@pytest.mark.row("fn-26", "api-fann-18", "DSP-12")
def test_keyword_only_arguments():
    signature = "example(val: int, *, check: bool) -> tuple[int, bool]"
    assert m.example.__doc__ == signature
    assert m.example(val=42, check=True) == (42, True)
    assert m.example(check=False, val=5) == (5, False)
    assert m.example(100, check=True) == (100, True)
    assert refused(m.example, 200, False) == refusal([signature], "int, bool")
    assert refused(m.example, 1) == refusal([signature], "int")
    assert refused(m.example, 1, check=True, more=1).startswith("example(): incompatible")
    assert refused(m.example, 1, val=1, check=True).startswith("example(): incompatible")
    assert refused(m.example, 1, check=None) == refusal([signature], "int, kwargs = { check: NoneType }")
    assert m.example_default.__doc__ == "example_default(val: int = 1, *, check: bool = True) -> tuple[int, bool]"
    assert m.example_default() == (1, True)
    assert m.example_default(2) == (2, True)
    assert m.example_default(check=False) == (1, False)
    assert refused(m.example_default, 2, True).startswith("example_default(): incompatible")
    assert m.example_first.__doc__ == "example_first(*, val: int, check: bool = True) -> tuple[int, bool]"
    assert m.example_first(val=3) == (3, True)
    assert refused(m.example_first, 3) == refusal([m.example_first.__doc__], "int")
    assert m.example_unnamed.__doc__ == "example_unnamed(arg0: int, /, *, b: int, c: int = 3) -> tuple[int, int, int]"
    assert m.example_unnamed(1, b=2) == (1, 2, 3)
    assert m.example_kwargs.__doc__ == "example_kwargs(*, val: int, **options) -> tuple"
    assert m.example_kwargs(val=1, b=2) == (1, {"b": 2})
    assert m.example_all.__doc__ == "example_all(x: int, *, y: int, **kwargs) -> tuple"
    assert m.example_all(1, y=2, z=3) == (1, 2, {"z": 3})
    assert refused(m.example_kwargs, 1, b=2).startswith("example_kwargs(): incompatible")


@pytest.mark.row("fn-27")
def test_an_argument_without_a_name_is_positional_only():
    assert m.unnamed_first.__doc__ == "unnamed_first(arg0: int, b: int) -> int"
    assert m.unnamed_first(5, 3) == m.unnamed_first(5, b=3) == 2
    assert refused(m.unnamed_first, arg0=5, b=3) == refusal(
        [m.unnamed_first.__doc__], "kwargs = { arg0: int, b: int }"
    )


def test_methods_have_keyword_only_and_left_over_arguments():
    point = m.Point(5)
    assert m.Point.collect.__doc__ == "collect(self, *args, **kwargs) -> tuple"
    assert point.collect(1, 2, a=3) == m.Point.collect(point, 1, 2, a=3) == ((1, 2), {"a": 3})
    # `self` has no name.
    assert point.collect(self=1) == ((), {"self": 1})
    assert refused(m.Point.collect) == "unbound method Point.collect() needs an argument"
    # What collects the positional arguments collects `self` too.
    assert m.Point.everything.__doc__ == "everything(*args, **kwargs) -> tuple"
    assert point.everything(1, a=2) == ((point, 1), {"a": 2})
    assert refused(m.Point.everything, 3) == "descriptor 'everything' for 'Point' objects doesn't apply to a 'int' object"
    assert str(inspect.signature(m.Point.everything)) == "(*args, **kwargs)"
    assert m.Point.only.__doc__ == "only(self, *, by: int = 1) -> int"
    assert point.only() == 6
    assert point.only(by=2) == 7
    assert refused(point.only, 2) == refusal([m.Point.only.__doc__], "test_parameters_ext.Point, int")
    assert m.Point.mixed.__doc__ == "mixed(self, arg0: int, b: int) -> int"
    assert m.Point.collect_static.__doc__ == "collect_static(arg0: int, /, *args) -> tuple"
    assert m.Point.collect_static(1, 2) == point.collect_static(1, 2) == (1, (2,))


def test_constructors_have_keyword_only_and_left_over_arguments():
    assert m.Point.__init__.__doc__.split("\n")[0] == "__init__(self, x: int = 1, *, y: int = 2) -> None"
    assert (m.Point().x, m.Point(3).x, m.Point(3, y=4).y) == (1, 3, 4)
    assert refused(m.Point, 1, 2).startswith("__init__(): incompatible")
    assert m.Bag.__init__.__doc__ == "__init__(self, first: int = 0, *rest, sorted: bool = False, **options) -> None"
    assert m.Bag().parts == ["0"]
    assert m.Bag(3, "b", "a", sorted=True, size=1).parts == ["3", "a", "b", "size=1"]
    assert m.Bag(first=2).parts == ["2"]
    class Sub(m.Bag):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)

    assert Sub(1, "x", k=2).parts == ["1", "x", "k=2"]


@pytest.mark.row("fn-41")
def test_all_kinds_of_functions_agree_on_calls_that_they_share():
    # The usual call, names, defaults, keyword-only, left over: one body that gets the same numbers.
    for count, value in [(0, ()), (1, (1,)), (2, (1, 2)), (8, tuple(range(8))), (9, tuple(range(9)))]:
        assert m.only_args(*value) == value
        assert m.generic(*value) == (value, {})
        assert m.unannotated(7, *value) == (7, value, {})
        assert m.all(7, 8, *value) == (7, 8, value, False, {})
        assert m.munge_default(*value) == sum(value)
        assert len(m.all(7, 8, *value, **{f"k{number}": 1 for number in value})[4]) == count


# What tools see.


@pytest.mark.row("DSP-12")
def test_tools_see_the_kinds_of_arguments():
    cases = {
        "generic": "(*args, **kwargs)",
        "generic_named": "(*rest, **named)",
        "unannotated": "(arg0, /, *args, **kwargs)",
        "all": "(x, y=5, *args, invert=False, **kwargs)",
        "unnamed_kwargs": "(arg0, /, **kwargs)",
        "munge": "(*args, invert)",
        "munge_marked": "(*args, invert)",
        "munge_default": "(*args, invert=False)",
        "default_first": "(a=3, *args, b)",
        "example": "(val, *, check)",
        "example_default": "(val=1, *, check=True)",
        "example_first": "(*, val, check=True)",
        "example_unnamed": "(arg0, /, *, b, c=3)",
        "example_kwargs": "(*, val, **options)",
        "unnamed_first": "(arg0, /, b)",
    }
    for name, shown in cases.items():
        assert str(inspect.signature(getattr(m, name))) == shown
    assert str(inspect.signature(m.Point.collect)) == "(self, /, *args, **kwargs)"
    assert str(inspect.signature(m.Point(1).collect)) == "(*args, **kwargs)"
    assert str(inspect.signature(m.Point.only)) == "(self, /, *, by=1)"


@pytest.mark.row("TYP-31")
def test_signatures_for_the_stub_generator_have_numbered_defaults():
    all_, example_first, right = signatures("test_parameters_ext", "all", "example_first", "right")
    assert all_ == (
        ("def all(x: int, y: int = \\0, *args, invert: bool = \\1, **kwargs) -> tuple", None, (5, False)),
    )
    assert example_first == (
        ("def example_first(*, val: int, check: bool = \\0) -> tuple[int, bool]", None, (True,)),
    )
    assert right == (
        ("def right(a: int) -> int", "Under its own name", None),
        ("def right(a: str) -> int", None, None),
    )


class Shy:
    """An object whose repr does not work out."""

    def __init__(self, shown):
        self.shown = shown

    def __repr__(self):
        if self.shown is None:
            raise ValueError("no repr")
        return self.shown


@pytest.mark.row("TYP-31", "TYP-32")
@pytest.mark.parametrize("shown", [None, "\ud800", 7])
def test_a_default_without_a_text_is_left_out(shown):
    place = types.SimpleNamespace()
    shy = Shy(shown)
    m.attach_default(place, shy)
    assert place.f.__doc__ == "f(a: object, b: int = 1) -> tuple"
    assert place.f.__nb_signature__ == (("def f(a: object = \\0, b: int = \\1) -> tuple", None, (shy, 1)),)
    assert str(inspect.signature(place.f)) == "(a=Ellipsis, b=1)"
    assert "f(a: object, b: int = 1) -> tuple" in refused(place.f, b="x")
    assert place.f() == (shy, 1)


@pytest.mark.row("TYP-30")
def test_types_that_are_bound_later_appear_by_their_python_name():
    assert not hasattr(m, "Late")
    assert m.early.__doc__ == "early(late: Late, **text) -> int"
    assert signatures("test_parameters_ext", "early")[0][0][0] == 'def early(late: "Late", **text) -> int'
    assert "early(late: Late, **text)" in refused(m.early, 1)
    m.bind_late()
    assert m.early.__doc__ == "early(late: test_parameters_ext.Late, **text) -> int"
    assert m.early(m.Late(), a=1) == 7


# Names and scopes.


@pytest.mark.row("api-fann-1")
def test_the_name_of_a_function_can_be_replaced():
    assert not hasattr(m, "wrong")
    assert m.right.__name__ == m.right.__qualname__ == "right"
    # Both overloads go to the new name.
    assert (m.right(3), m.right("four")) == (3, 4)
    assert refused(m.right, b=1) == refusal(
        ["right(a: int) -> int", "right(a: str) -> int"], "kwargs = { b: int }"
    )
    assert not hasattr(m.Point, "old_name")
    assert m.Point(8).new_name() == 8
    assert m.Point.new_name.__qualname__ == "Point.new_name"


def test_a_method_that_is_renamed_to_init_constructs():
    assert not hasattr(m.Point, "make")
    assert "__init__(self, *, both: int) -> None" in m.Point.__init__.__doc__
    point = m.Point(both=6)
    assert (point.x, point.y) == (6, 6)


@pytest.mark.row("api-cann-1")
def test_functions_can_be_put_into_any_scope():
    assert not hasattr(m, "elsewhere")
    assert m.names.elsewhere(4) == 8
    assert m.names.tripled(4) == 12
    assert not hasattr(m, "in_part")
    assert m.part.in_part() == "in part"
    assert m.part.in_part.__module__ == "test_parameters_ext.part"
    assert not hasattr(m, "point_method")
    assert m.Point(3).point_method() == 4
    assert m.Point(3).point_method(by=2) == 5
    assert m.Point.point_method.__qualname__ == "Point.point_method"


class Plain:
    def __init__(self):
        self.own = True

    def attached_too(self):
        return "Python's"


class Derived(Plain):
    def attached(self, *args):
        return ("derived", super().attached(*args))


@pytest.mark.row("DSP-28", "api-fann-9")
def test_methods_can_be_attached_to_a_python_class():
    m.attach(Plain)
    plain = Plain.__new__(Plain)
    assert plain.attached() == (plain, 1)
    assert plain.attached(4) == Plain.attached(plain, 4) == (plain, 4)
    assert plain.attached(y=4) == plain.attached.__call__(4) == (plain, 4)
    assert plain.attached("text") == (plain, "text")
    assert plain.attached.__self__ is plain
    assert type(Plain.attached) is type(m.Point.__init__)
    assert Plain.attached.__doc__.split("\n")[:2] == [
        "attached(self, y: int = 1) -> tuple",
        "attached(self, arg: str, /) -> tuple",
    ]
    assert (Plain.attached.__qualname__, Plain.attached.__module__) == ("Plain.attached", __name__)
    assert refused(Plain.attached) == refusal(
        ["attached(self, y: int = 1) -> tuple", "attached(self, arg: str, /) -> tuple"], ""
    )
    derived = Derived(1)
    assert derived.attached(2) == ("derived", (derived, 2))
    # Without the mark it is a plain function.
    assert refused(plain.loose) == refusal(["loose(arg0: object, arg1: int, /) -> tuple"], "")
    assert plain.loose(plain, 1) == (plain, 1)
    # A function of the same name is extended, anything else is not overwritten.
    m.attach_one(Plain, "attached")
    assert len([line for line in Plain.attached.__doc__.split("\n") if line.startswith("attached(")]) == 3
    with pytest.raises(ImportError, match="cannot overload existing non-function object of the same name"):
        m.attach_one(Plain, "attached_too")
    assert plain.attached_too() == "Python's"


@pytest.mark.row("DSP-04")
def test_only_methods_of_bound_classes_are_constructors():
    class Sized:
        pass

    m.attach(Sized)
    sized = Sized(4)
    assert sized.size == 4
    # It may run as often as one likes, as no value is made.
    sized.__init__(5)
    assert sized.size == 5
    assert refused(Sized, "x") == refusal(
        ["__init__(self, arg: int, /) -> None"], f"{__name__}.Sized, str"
    )
    assert getattr(m, "__init__")(1) == 2

    class Sub(m.Point):
        pass

    m.attach(Sub)
    # The method hides the constructor: nothing has been made, and nothing is read.
    with pytest.warns(RuntimeWarning, match="attempted to access an uninitialized instance"):
        with pytest.raises(TypeError):
            m.take_point(Sub(1))
    assert (m.Point(1).x, m.Point(1).y) == (1, 2)


def test_scopes_that_take_no_attributes_raise():
    with pytest.raises(TypeError):
        m.attach(int)
    with pytest.raises(AttributeError):
        m.attach_one(7, "attached")
    with pytest.raises(AttributeError):
        m.attach_one(object(), "attached")
    place = types.SimpleNamespace()
    m.attach_one(place, "free")
    assert place.free(1, 2) == (1, 2)

    class Refusing(type):
        def __setattr__(cls, name, value):
            raise ValueError(f"no {name}")

    class Closed(metaclass=Refusing):
        pass

    with pytest.raises(ValueError, match="^no free$"):
        m.attach_one(Closed, "free")


@pytest.mark.row("DSP-27")
def test_methods_of_traits_and_of_the_target_of_deref_take_the_class_itself():
    assert m.Outer.title.__doc__ == "title(self) -> str"
    assert m.Outer.length.__doc__ == "length(self) -> int"
    assert m.Outer("abc").title() == m.Outer.title(m.Outer("abc")) == "ABC"
    assert m.Outer("abc").length() == 3
    assert refused(m.Outer.title, m.Point(1)) == "descriptor 'title' for 'Outer' objects doesn't apply to a 'Point' object"


# Constructors, properties, locks, signatures.


@pytest.mark.row("api-fann-11")
def test_a_constructor_can_be_marked_as_an_implicit_conversion():
    # Point(7) is made by the first constructor that takes it.
    assert m.take_point(7) == (7, 2)
    assert m.take_point(p=7) == (7, 2)
    assert refused(m.take_point, "x") == refusal(
        ["take_point(p: test_parameters_ext.Point) -> tuple[int, int]"], "str"
    )


@pytest.mark.row("api-fann-19", "api-fann-20")
def test_annotations_of_one_half_of_a_property():
    x = m.Point.x
    assert x.__doc__ == "docstring for getter"
    assert x.fget.__doc__ == "x(self, /) -> typing.Literal[1]\n\ndocstring for getter"
    assert x.fset.__doc__ == "x(self, value: typing.Literal[1], /) -> None\n\ndocstring for setter"
    assert x.fget.__nb_signature__ == (("def x(self, /) -> typing.Literal[1]", "docstring for getter", None),)
    y = m.Point.y
    assert (y.__doc__, y.fget.__doc__) == ("The height", "(self) -> int\n\nThe height")
    assert y.fset.__doc__ == "(self, height: int) -> None\n\nA new height"
    assert m.Point.left.fget.__doc__ == "left(self, /) -> typing.Literal[1]"
    both = m.Point.both
    assert (both.__doc__, both.fget.__doc__) == ("For both", "(self) -> int\n\nFor both")
    assert both.fset.__doc__ == "(self, arg: int, /) -> None\n\nFor both"
    named = m.Point.named
    assert (named.__doc__, named.fset.__doc__) == ("For both", "(self, value: int) -> None\n\nFor the setter")
    silent = m.Point.silent
    assert silent.__doc__ == silent.fget.__doc__ == "(self) -> int"
    assert silent.fset.__doc__.endswith("\n\nFor the setter")
    assert m.Point.shown.__doc__ == "Only one"
    point = m.Point(1)
    assert point.child is point
    origin = vars(m.Point)["origin"]
    assert (origin.__doc__, m.Point.origin) == ("The middle", 0)
    limit = vars(m.Point)["limit"]
    assert (limit.__doc__, limit.fset.__doc__) == ("The end", "(arg0: object, end: int) -> None")
    for attribute in ["x", "y", "both", "named", "silent"]:
        setattr(point, attribute, 9)
        assert getattr(point, attribute) == 9


def test_guards_and_keep_alive_of_one_half_of_a_property():
    point = m.Point(1)
    before = m.entered()
    assert point.guarded == 1
    point.guarded = 2
    assert m.entered() == before + 2
    point.half_guarded = 3
    assert m.entered() == before + 2
    assert point.half_guarded == 3
    assert m.entered() == before + 3

    class Friend(m.Outer):
        pass

    friend = Friend("x")
    gone = weakref.ref(friend)
    point.friend = friend
    del friend
    gc.collect()
    assert gone() is not None
    assert point.friend == 3
    del point
    gc.collect()
    assert gone() is None


def test_locked_arguments_are_called_like_others():
    one, two = m.Point(1), m.Point(2)
    assert m.locked.__doc__ == (
        "locked(a: test_parameters_ext.Point, b: test_parameters_ext.Point) -> int"
    )
    assert m.locked(one, two) == m.locked(b=one, a=two) == 3
    assert m.locked(one, one) == 2
    assert m.locked_default(one) == 5
    assert m.locked_unnamed.__doc__ == "locked_unnamed(arg: test_parameters_ext.Point, /) -> int"
    assert m.locked_unnamed(one) == 2
    assert m.Point.shift.__doc__ == "shift(self, by: int) -> int"
    assert one.shift(3) == one.shift(by=0) == 5
    assert one.shift_by(two) == 7
    with pytest.raises(RuntimeError, match="refer to the same"):
        one.shift_by(one)
    assert refused(m.locked, 1, "x").startswith("locked(): incompatible")


@pytest.mark.row("api-fann-15")
def test_a_replaced_signature_shows_the_function():
    assert signature_of(m.sigged) == "sigged(a: typing.Literal[1]) -> int"
    assert m.sigged.__doc__.split("\n")[:2] == [
        "sigged(a: typing.Literal[1]) -> int",
        "sigged(a: typing.AnyStr) -> int",
    ]
    assert signatures("test_parameters_ext", "sigged")[0] == (
        ("@first\n@second(1)\ndef sigged(a: typing.Literal[1]) -> int", "Once", None),
        ("def sigged(a: typing.AnyStr) -> int", None, None),
    )
    # The text is shown, not enforced.
    assert m.sigged(2) == 2
    assert refused(m.sigged, b=1) == refusal(
        ["sigged(a: typing.Literal[1]) -> int", "sigged(a: typing.AnyStr) -> int"], "kwargs = { b: int }"
    )


def failure(name, wanted=None):
    """The text of the ImportError that importing the module raises."""
    spec = importlib.util.spec_from_file_location(name, m.__file__.replace("test_parameters_ext", name))
    spec.wanted = wanted
    with pytest.raises(ImportError) as caught:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return caught.value


@pytest.mark.row("api-fann-15")
@pytest.mark.parametrize(
    "wanted, given",
    [
        ("name", "def g(a: int) -> int"),
        ("prefix", "def ff(a: int) -> int"),
        ("colon", "def f(a: int) -> int:"),
        ("newline", "def f(a: int) -> int\n"),
        ("text", "f(a: int) -> int"),
        ("decorators", "@decorator\n@other"),
    ],
)
@pytest.mark.row("typ-03", "TYP-04")
def test_a_replaced_signature_of_something_else_is_an_import_error(wanted, given):
    assert str(failure("test_parameters_signature_ext", wanted)) == (
        "f(): the text in nb::sig has to be decorators, one in each line, and then `def f(..) -> ..` without a colon "
        f"at its end, not `{given}`"
    )


def test_mistakes_that_only_show_when_a_function_is_bound_are_import_errors():
    assert str(failure("test_parameters_default_ext")) == (
        "collects(): nb::args and nb::kwargs collect what a call passes and take no default value"
    )
    assert str(failure("test_parameters_name_ext")) == (
        'nameless(): keyword-only arguments must have names, but one is called ""'
    )
    assert isinstance(failure("test_parameters_scope_ext").__cause__, AttributeError)


# None as a default value.


@pytest.mark.row("DSP-19", "api-v3-8")
def test_none_written_as_a_default_makes_the_argument_accept_it():
    assert m.none_written.__doc__ == "none_written(a: test_parameters_ext.Point | None = None) -> bool"
    assert m.none_written() is m.none_written(None) is True
    assert m.any_written.__doc__ == "any_written(a: object | None = None) -> object"
    assert m.any_written() is m.any_written(None) is None
    # Held in a variable, it is a value like others: it needs the mark, which in Rust needs an Option.
    assert m.any_held.__doc__ == "any_held(a: object = None) -> object"
    assert refused(m.any_held) == refusal([m.any_held.__doc__], "")
    assert refused(m.any_held, None) == refusal([m.any_held.__doc__], "NoneType")
    assert m.any_held(1) == 1
    assert m.any_marked.__doc__ == "any_marked(a: object | None = None) -> object | None"
    assert m.any_marked() is m.any_marked(None) is None


# Entry points.


def test_every_entry_point_of_modules_and_classes_takes_the_annotations():
    # A function, a method, a static one, constructors of each kind, properties and fields, static ones.
    assert "*" in signature_of(m.example)
    assert "*" in signature_of(m.Point.only)
    assert "*" in signature_of(m.Point.collect_static)
    assert "*" in signature_of(m.Point.__init__)
    assert "*" in signature_of(m.Bag.__init__)
    assert "height" in m.Point.y.fset.__doc__
    assert "value" in m.Point.named.fset.__doc__
    assert "end" in vars(m.Point)["limit"].fset.__doc__
