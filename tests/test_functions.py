"""Functions: names, defaults, overloads, docstrings, refusals."""

import copy
import gc
import inspect
import itertools
import json
import pickle
import pydoc
import re
import sys
import threading
import types
import weakref

import pytest
from stubs import signatures
import test_functions_ext as m
from refusals import HEAD, refusal, refused

def drops():
    """How many Tally values have been dropped so far."""
    return m.counts()[2]


# Calls and names.


@pytest.mark.row("first-05")
def test_a_function_is_bound_by_its_name_alone():
    assert m.plain(1, 2) == 3
    assert m.plain.__doc__ == "plain(arg0: int, arg1: int, /) -> int"


@pytest.mark.row("first-06")
def test_functions_show_what_and_whose_they_are():
    # Functions without captured state are CPython's own kinds, the others are nanobind's.
    assert repr(m.add) == "<built-in function add>"
    assert repr(m.Dog.older) == "<method 'older' of 'Dog' objects>"
    assert re.fullmatch(r"<built-in method older of Dog object at 0x[0-9a-fA-F]+>", repr(m.Dog("a").older))
    assert re.fullmatch(r"<nanobind\.nb_func object at 0x[0-9a-fA-F]+>", repr(m.loop_b))
    assert re.fullmatch(r"<nanobind\.nb_method object at 0x[0-9a-fA-F]+>", repr(m.Dog.__init__))
    assert repr(m.Dog("a").__init__) == "<bound method Dog.__init__ of Dog('a')>"
    assert type(type(m.Dog)).__name__ == "type"
    assert (type(m.Dog).__module__, type(m.Dog).__name__) == ("nanobind", "nb_type")
    assert (m.add.__name__, m.add.__qualname__, m.add.__module__) == ("add", "add", "test_functions_ext")
    older = m.Dog.older
    for kind in [type(m.loop_b), type(m.Dog.__init__)]:
        assert kind.__module__ == "nanobind"
    init = m.Dog.__init__
    assert (init.__name__, init.__qualname__, init.__module__) == ("__init__", "Dog.__init__", "test_functions_ext")
    # As for methods of built-in classes, the module is that of the class.
    assert (older.__name__, older.__qualname__) == ("older", "Dog.older")
    assert older.__objclass__ is m.Dog and m.Dog.__module__ == "test_functions_ext"
    assert older.__doc__ == "older(self, arg: int, /) -> int"


@pytest.mark.row("first-07")
def test_arguments_without_names_are_positional_only():
    assert refused(m.plain, a=1, b=2) == refusal(
        ["plain(arg0: int, arg1: int, /) -> int"], "kwargs = { a: int, b: int }"
    )
    assert m.small_closure.__doc__ == "small_closure(arg: int, /) -> int"
    assert refused(m.small_closure, arg=1) == refusal(["small_closure(arg: int, /) -> int"], "kwargs = { arg: int }")


@pytest.mark.row("first-08", "api-fann-2", "api-fann-3")
def test_names_allow_calls_by_position_and_by_keyword():
    for function in [m.add, m.doc_first, m.minus]:
        expected = function(5, 3)
        assert function(a=5, b=3) == function(b=3, a=5) == function(5, b=3) == expected
    # The builder's spelling `arg("a")` and the literal `"a"_a` are the same thing.
    assert m.minus.__doc__ == "minus(a: int, b: int = 1) -> int"
    assert m.add.__doc__.startswith("add(a: int, b: int = 1) -> int")


@pytest.mark.row("first-09")
def test_defaults_are_repeated_in_the_binding():
    assert m.add(1) == 2
    assert m.add(a=1) == 2
    assert "b: int = 1" in m.add.__doc__
    assert refused(m.plain, 1) == refusal(["plain(arg0: int, arg1: int, /) -> int"], "int")


@pytest.mark.row("first-10", "api-fann-17")
def test_the_docstring_follows_the_signature():
    assert m.add.__doc__ == "add(a: int, b: int = 1) -> int\n\nAdds two numbers"
    assert m.raw_doc.__doc__ == "raw_doc(arg: int, /) -> int\n\n    An indented text\n    of two lines"


@pytest.mark.row("first-11")
def test_annotations_may_come_in_any_order():
    texts = {f.__doc__.partition("(")[2] for f in [m.add, m.doc_first, m.doc_between]}
    assert len(texts) == 1
    for function in [m.add, m.doc_first, m.doc_between]:
        assert (function(1), function(1, 2), function(b=5, a=1)) == (2, 3, 6)


@pytest.mark.row("DSP-29")
def test_a_docstring_made_at_run_time_is_kept():
    gc.collect()
    assert m.late_doc.__doc__ == "late_doc(arg: int, /) -> int\n\nmade at run time"


@pytest.mark.row("port-01")
def test_the_library_is_called_nb():
    # `nb::class_`, `nb::arg`, `nb::init`, `nb::keep_alive`, .. are all this module is written with.
    assert m.Dog("Max").name == "Max"
    assert m.minus(3, b=1) == 2


@pytest.mark.row("first-22")
def test_closures_of_every_size_can_be_bound_and_are_dropped_with_the_function():
    assert m.small_closure(4) == 12
    assert m.big_closure(63) == 7
    assert m.probe_closure() == 11
    function = m.probe_closure
    before = drops()
    del m.probe_closure
    gc.collect()
    assert drops() == before
    assert function() == 11
    del function
    gc.collect()
    assert drops() == before + 1
    assert m.Dog("a").meet(m.Dog("b"), None) == "a b -"


def test_functions_can_be_bound_in_loops_and_by_generic_helpers():
    assert (m.loop_a(), m.loop_b()) == ("loop_a", "loop_b")
    assert (m.times2(5), m.times3(x=5)) == (10, 15)
    assert m.times2.__doc__ == "times2(x: int) -> int\n\nMultiplies"


# Refused calls.


@pytest.mark.row("fn-01", "fn-21")
def test_a_refused_call_lists_all_overloads_and_what_was_passed():
    add = "add(a: int, b: int = 1) -> int"
    assert refused(m.add) == refusal([add], "")
    assert refused(m.add, "x") == refusal([add], "str")
    assert refused(m.add, "x", 1.5) == refusal([add], "str, float")
    assert refused(m.add, a="x", b=None) == refusal([add], "kwargs = { a: str, b: NoneType }")
    assert refused(m.add, 1, c=2) == refusal([add], "int, kwargs = { c: int }")
    over = ["over(arg: float, /) -> str", "over(arg: int, /) -> str"]
    assert refused(m.over, "x") == refusal(over, "str")
    dog = m.Dog("Max")
    older = "older(self, arg: int, /) -> int"
    assert refused(dog.older, "x") == refusal([older], "test_functions_ext.Dog, str")
    # CPython itself looks at the receiver of a native method that is called through its class.
    assert refused(m.Dog.older, 5, 5).startswith("descriptor 'older' for 'Dog' objects doesn't apply")
    init = "__init__(self, name: str) -> None"
    assert refused(m.Dog.__init__, 5, 5) == refusal([init], "int, int")
    assert refused(m.Dog, 1) == refusal(["__init__(self, name: str) -> None"], "test_functions_ext.Dog, int")

    class Outer:
        class Inner:
            pass

    text = refused(m.plain, Outer.Inner(), Outer)
    assert text.endswith(f"Invoked with types: {__name__}.Inner, type")


@pytest.mark.row("DSP-10")
def test_a_keyword_that_cannot_be_encoded_is_shown_as_a_question_mark():
    assert refused(m.plain, **{"\ud800": 1}) == refusal(
        ["plain(arg0: int, arg1: int, /) -> int"], "kwargs = { ?: int }"
    )
    assert refused(m.add, 1, **{"b\udfff": 1}) == refusal(
        ["add(a: int, b: int = 1) -> int"], "int, kwargs = { b?: int }"
    )


@pytest.mark.row("DSP-11")
def test_keywords_match_by_value_when_they_are_not_interned():
    names = json.loads('{"fac" : 0, "factor": 3, "by": 4}')
    del names["fac"]
    dog = m.Dog("Max")
    assert dog.named(**names) == 15
    assert dog.named(**pickle.loads(pickle.dumps(names))) == 15
    assert dog.named(**{"".join(["b", "y"]): 4, "".join("factor"): 3}) == 15

    class Name(str):
        pass

    assert m.add(**{Name("a"): 1, Name("b"): 2}) == 3


@pytest.mark.row("fn-45", "DSP-15")
def test_unfit_keywords_reject_the_overload():
    signature = "add(a: int, b: int = 1) -> int"
    assert refused(m.add, 1, a=2) == refusal([signature], "int, kwargs = { a: int }")
    assert refused(m.add, 1, 2, b=2) == refusal([signature], "int, int, kwargs = { b: int }")
    assert refused(m.add, 1, unknown=2) == refusal([signature], "int, kwargs = { unknown: int }")
    assert refused(m.add, b=2) == refusal([signature], "kwargs = { b: int }")
    assert m.add(1, **{"".join(["", "b"]): 2}) == 3
    # With several overloads, only the one that does not fit is out.
    assert m.kw_over(a=3) == 3
    assert m.kw_over(3) == 3
    assert m.kw_over(b=3, c=4) == 12
    assert m.kw_over(3, c=4) == 12
    signatures = ["kw_over(a: int) -> int", "kw_over(b: int, c: int) -> int"]
    assert refused(m.kw_over, 1, b=2) == refusal(signatures, "int, kwargs = { b: int }")
    assert refused(m.kw_over, a=1, c=2) == refusal(signatures, "kwargs = { a: int, c: int }")
    assert refused(m.kw_over, b=1) == refusal(signatures, "kwargs = { b: int }")


@pytest.mark.row("fn-45")
def test_more_than_1024_keywords_are_refused():
    many = {f"k{i}": i for i in range(1500)}
    text = "nanobind::detail::nb_func_vectorcall(): too many (> 1024) keyword arguments."
    assert refused(m.add, **many) == text
    assert refused(m.plain, **many) == text
    few = dict(list(many.items())[:1024])
    assert refused(m.add, **few).startswith(HEAD.format("add"))


# The same table for every number of arguments.


TABLE = [(getattr(m, f"n{count}"), count, False) for count in range(10)]
TABLE += [(getattr(m, f"k{count}"), count, True) for count in range(1, 10)]


@pytest.mark.row("DSP-05", "DSP-06", "fn-41")
@pytest.mark.parametrize("function, count, named", TABLE, ids=[row[0].__name__ for row in TABLE])
def test_arguments_are_handled_alike_whatever_their_number(function, count, named):
    values = list(range(1, count + 1))
    assert function(*values) == values
    if named:
        for split in range(count + 1):
            names = dict(zip("abcdefghi"[split:count], values[split:]))
            assert function(*values[:split], **names) == values
            assert function(*values[:split], **dict(reversed(names.items()))) == values
        shown = ", ".join(f"{name}: int" for name in "abcdefghi"[:count])
    elif count == 0:
        shown = ""
    else:
        numbers = [""] if count == 1 else range(count)
        shown = ", ".join(f"arg{number}: int" for number in numbers) + ", /"
    signature = [f"{function.__name__}({shown}) -> list[int]"]
    assert function.__doc__ == signature[0]
    ints = ["int"] * count
    # Too many, too few, an unknown keyword.
    assert refused(function, *values, 99) == refusal(signature, ", ".join([*ints, "int"]))
    if count:
        assert refused(function, *values[1:]) == refusal(signature, ", ".join(ints[1:]))
    assert refused(function, *values, zzz=1) == refusal(signature, ", ".join([*ints, "kwargs = { zzz: int }"]))
    # None, and a wrong type, in each place.
    for place in range(count):
        for wrong, name in [(None, "NoneType"), ("x", "str"), (1.5, "float"), (object(), "object")]:
            given = [*values[:place], wrong, *values[place + 1 :]]
            shown = [*ints[:place], name, *ints[place + 1 :]]
            assert refused(function, *given) == refusal(signature, ", ".join(shown))
    assert function(*values) == values


ENDS = [(m.e1, 1), (m.e2, 2), (m.e3, 3), (m.e5, 5), (m.e8, 8), (m.e9, 9), (m.ek1, 1), (m.ek2, 2), (m.ek2, 1), (m.eo, 1)]


@pytest.mark.parametrize("function, count", ENDS)
def test_a_body_can_end_in_every_way_whatever_its_number_of_arguments(function, count):
    rest = [0] * (count - 1)
    assert function(0, *rest) == 7
    with pytest.raises(ValueError, match="^the body raised$"):
        function(1, *rest)
    with pytest.raises(RuntimeError, match=r"^the body panicked \(Rust panic at .*functions\.rs:\d+:\d+\)$"):
        function(2, *rest)
    assert refused(function, 3, *rest) == refusal(
        function.__doc__.split("\n")[:2], ", ".join(["int"] * count)
    )
    text = "Unable to convert function return value to a Python type! The signature was\n    "
    assert refused(function, 4, *rest) == text + function.__doc__.split("\n")[0]
    assert function(0, *rest) == 7


@pytest.mark.row("DSP-05", "DSP-06")
def test_a_body_without_arguments_ends_like_the_others():
    assert m.e0_fine() == 7
    with pytest.raises(ValueError, match="^the body raised$"):
        m.e0_raise()
    with pytest.raises(RuntimeError, match="^the body panicked "):
        m.e0_panic()
    assert refused(m.e0_decline) == refusal(["e0_decline() -> Outcome"], "")
    assert refused(m.e0_unconvertible).endswith("\n    e0_unconvertible() -> Outcome")
    # The table above at one and two arguments, with a `self`.
    dog = m.Dog("Max")
    assert dog.older(1) == m.Dog.older(dog, 1) == 2
    signature = ["older(self, arg: int, /) -> int"]
    for args, shown in [((), ""), ((1, 2), ", int, int"), ((None,), ", NoneType"), (("x",), ", str")]:
        assert refused(dog.older, *args) == refusal(signature, "test_functions_ext.Dog" + shown)
    assert refused(dog.older, arg=1) == refusal(signature, "test_functions_ext.Dog, kwargs = { arg: int }")
    assert dog.itself() is dog
    assert refused(dog.itself, 1) == refusal(
        ["itself(self) -> test_functions_ext.Dog"], "test_functions_ext.Dog, int"
    )


def test_named_and_defaulted_arguments_give_the_same_result_in_every_way_of_calling():
    assert m.many_defaults() == [1, 2, 3, 4]
    assert m.many_defaults(9) == [9, 2, 3, 4]
    assert m.many_defaults(9, 8, 7, 6) == [9, 8, 7, 6]
    assert m.many_defaults(d=0) == [1, 2, 3, 0]
    assert m.many_defaults(9, c=0) == [9, 2, 0, 4]
    assert m.many_defaults(d=6, b=8, a=9, c=7) == [9, 8, 7, 6]
    # Every way to give some of the arguments by position and some by keyword.
    for count in range(5):
        for named in itertools.product([False, True], repeat=4):
            keywords = {name: 50 + place for place, name in enumerate("abcd") if named[place]}
            values = [20 + place for place in range(count)]
            if any(named[:count]):
                assert refused(m.many_defaults, *values, **keywords).startswith(HEAD.format("many_defaults"))
                continue
            expected = [*values, *(keywords.get(name, place + 1) for place, name in list(enumerate("abcd"))[count:])]
            assert m.many_defaults(*values, **keywords) == expected
    assert m.default_first(b=2) == 12
    assert m.default_first(3, 4) == m.default_first(b=4, a=3) == 34
    dog = m.Dog("Max")
    assert dog.named(1) == dog.named(by=1) == 2
    assert dog.named(1, 3) == dog.named(1, factor=3) == dog.named(factor=3, by=1) == 6


# Names and signatures.


@pytest.mark.row("DSP-47")
def test_an_argument_without_a_name_is_positional_only():
    assert m.all_unnamed.__doc__ == "all_unnamed(arg0: int, arg1: int, /) -> int"
    assert m.mixed.__doc__ == "mixed(arg0: int, b: int) -> int"
    assert m.mixed_late.__doc__ == "mixed_late(a: int, arg1: int) -> int"
    assert m.add.__doc__.startswith("add(a: int, b: int = 1) -> int")
    assert m.mixed(1, 2) == m.mixed(1, b=2) == 3
    assert m.mixed_late(1, 2) == 3
    for function, names in [
        (m.mixed, {"arg0": 1, "b": 2}),
        (m.all_unnamed, {"arg0": 1, "arg1": 2}),
        (m.mixed_late, {"a": 1, "arg1": 2}),
    ]:
        assert refused(function, **names).startswith(HEAD.format(function.__name__))


@pytest.mark.row("LIV-09")
def test_functions_behave_like_builtin_functions():
    dog = m.Dog("Max")
    for function in [m.add, m.over, m.Dog.named, m.Dog.older]:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(function, protocol)) is function
        assert copy.copy(function) is function
        assert copy.deepcopy(function) is function
        if function is not m.Dog.named and function is not m.Dog.older:
            # Like `str.upper`, a method in its class cannot be weakly referenced.
            assert weakref.ref(function)() is function
        assert inspect.isroutine(function)
        assert hash(function) == hash(function)
        assert function == function
    assert str(inspect.signature(m.add)) == "(a, b=1)"
    assert str(inspect.signature(m.plain)) == "(arg0, arg1, /)"
    assert str(inspect.signature(m.mixed)) == "(arg0, /, b)"
    assert str(inspect.signature(m.Dog.named)) == "(self, /, by, factor=1)"
    assert str(inspect.signature(dog.named)) == "(by, factor=1)"
    assert str(inspect.signature(dog.older)) == "(arg, /)"
    assert str(inspect.signature(m.with_dog)) == "(d=Ellipsis)"
    assert str(inspect.signature(m.n0)) == "()"
    with pytest.raises(ValueError):
        inspect.signature(m.over)
    assert dog.older == dog.older
    assert hash(dog.older) == hash(dog.older)
    assert dog.older != m.Dog("Max").older
    assert dog.older != dog.named
    assert pickle.loads(pickle.dumps(m.Dog.older))(dog, 1) == 2
    # A function in a class body stays what it is, like a builtin one.
    holder = type("Holder", (), {"add": m.add})
    assert holder().add(1, 2) == holder.add(1, 2) == 3


def test_a_weak_reference_to_a_function_dies_with_it():
    function = m.loop_a
    weak = weakref.ref(function)
    del m.loop_a
    assert weak() is function
    del function
    gc.collect()
    assert weak() is None


@pytest.mark.row("DSP-31")
def test_a_bound_method_agrees_with_the_call():
    dog = m.Dog("Max")
    assert dog.older.__call__(2) == dog.older(2) == 3
    assert m.add.__call__(1, b=2) == 3
    assert dog.older.__self__ is dog
    assert dog.older.__doc__ == m.Dog.older.__doc__
    assert dog.older.__name__ == "older"
    assert dog.__init__.__self__ is dog
    assert dog.__init__.__func__ is m.Dog.__init__
    assert dog.__init__.__doc__ == m.Dog.__init__.__doc__
    assert dog.__init__.__module__ == "test_functions_ext"
    # A constructor does not run twice: both ways of calling it say so.
    with pytest.warns(RuntimeWarning):
        assert refused(dog.__init__.__call__, "x") == refused(dog.__init__, "x")
    assert refused(dog.older.__call__, "x") == refused(dog.older, "x")


def test_function_types_cannot_be_instantiated():
    for kind in [type(m.add), type(m.Dog.older)]:
        for make in [kind, lambda kind=kind: kind.__new__(kind), lambda kind=kind: object.__new__(kind)]:
            with pytest.raises(TypeError):
                make()
        with pytest.raises(TypeError):
            type("Derived", (kind,), {})
    with pytest.raises(TypeError):
        type(m.Dog("a").older)()


def test_every_entry_point_takes_the_same_annotations():
    assert m.Dog.__init__.__doc__ == "__init__(self, name: str) -> None"
    assert m.Dog(name="Max").name == "Max"
    assert m.Dog.named.__doc__ == "named(self, by: int, factor: int = 1) -> int\n\nComputes"
    assert m.Dog("a").named(factor=2, by=1) == 4
    assert m.Dog.shout.__doc__ == "The name, loud"
    assert m.add.__doc__.endswith("Adds two numbers")


def test_a_signature_can_be_replaced():
    assert m.literal.__doc__ == "literal(arg: typing.Literal[1], /) -> int\n\nOne only"
    assert signatures("test_functions_ext", "literal") == [
        (("def literal(arg: typing.Literal[1], /) -> int", "One only", None),)
    ]
    assert m.literal(1) == 1
    with pytest.raises(RuntimeError, match="^invalid input$"):
        m.literal(2)
    assert refused(m.literal, "x") == refusal(["literal(arg: typing.Literal[1], /) -> int"], "str")


@pytest.mark.row("typ-19")
def test_signatures_are_there_for_the_stub_generator():
    names = ["add", "plain", "shown", "documented", "Dog.older"]
    add, plain, shown, documented, older = signatures("test_functions_ext", *names)
    assert add == (("def add(a: int, b: int = \\0) -> int", "Adds two numbers", (1,)),)
    assert plain == (("def plain(arg0: int, arg1: int, /) -> int", None, None),)
    assert shown == (("def shown(d: test_functions_ext.Dog = \\=0) -> str", None, ("Dog(...)",)),)
    assert documented == (
        ("def documented(x: int) -> int", "Takes an int", None),
        ("def documented(arg: str, /) -> str", "Takes a text", None),
    )
    assert older == (("def older(self, arg: int, /) -> int", None, None),)
    ((text, _, defaults),) = m.with_raising.__nb_signature__
    assert text == "def with_raising(a: test_functions_ext.Raising = \\0, b: int = \\1) -> int"
    assert type(defaults[0]) is m.Raising
    assert defaults[1] == 5


@pytest.mark.row("DSP-30")
def test_documentation_tools_can_look_at_functions():
    text = pydoc.render_doc(m, renderer=pydoc.plaintext)
    assert "Adds two numbers" in text
    for function in [m.add, m.over, m.Dog.older, m.Dog("a").older, m.Dog.shout]:
        assert pydoc.render_doc(function)
        assert inspect.getdoc(function)
        for odd in ["__wrapped__", "_ipython_display_", "", "\N{SNOWMAN}", "__signature__", "__objclass__"]:
            getattr(function, odd, None)
        assert isinstance(dir(function), list)


# Default values.


@pytest.mark.row("fn-03", "api-fann-4")
def test_a_default_value_is_made_once_and_shared():
    dog = m.rename_default.__nb_signature__[0][2][0]
    assert m.rename_default() == "Rex!"
    assert m.rename_default() == "Rex!!"
    assert dog.name == "Rex!!"
    assert m.rename_default(m.Dog("Max")) == "Max!"
    made = m.counts()[0]
    assert [m.probe_default() for _ in range(50)] == [5] * 50
    assert m.counts()[0] == made
    # Another function's equal default is another object.
    assert m.with_dog() == "Rex"


@pytest.mark.row("fn-05")
def test_default_values_are_shown_by_their_repr():
    assert m.add.__doc__.startswith("add(a: int, b: int = 1) -> int")
    assert m.with_str.__doc__ == "with_str(s: str = 'x') -> str"
    assert m.with_list.__doc__ == "with_list(v: collections.abc.Sequence[int] = [1, 2]) -> list[int]"
    assert m.with_dog.__doc__ == "with_dog(d: test_functions_ext.Dog = Dog('Rex')) -> str"
    assert re.fullmatch(
        r"with_plain\(p: test_functions_ext\.Plain = <test_functions_ext\.Plain object at 0x[0-9a-fA-F]+>\) -> int",
        m.with_plain.__doc__,
    )
    # A repr that raises leaves the value out, and nothing else behind.
    assert m.with_raising.__doc__ == "with_raising(a: test_functions_ext.Raising, b: int = 5) -> int"
    assert m.with_raising() == 5


@pytest.mark.row("fn-06", "api-fann-7")
def test_the_text_of_a_default_value_can_be_replaced():
    assert m.shown.__doc__ == "shown(d: test_functions_ext.Dog = Dog(...)) -> str"
    assert signatures("test_functions_ext", "shown")[0][0][2] == ("Dog(...)",)
    assert m.shown() == "Max"


def test_default_values_follow_the_borrow_rules():
    assert m.exchange() is None
    first, second = m.exchange.__nb_signature__[0][2]
    assert (first.name, second.name) == ("B", "A")
    with pytest.raises(RuntimeError, match="^exchange\\(\\): argument 'a' and argument 'b' refer to the same"):
        m.exchange(second)
    with pytest.raises(RuntimeError, match="^exchange\\(\\): argument 'a' and argument 'b' refer to the same"):
        m.exchange(b=first)
    m.exchange()
    assert (first.name, second.name) == ("A", "B")


def test_default_values_are_visible_to_the_collector():
    assert gc.is_tracked(m.add)
    assert any(type(value) is m.Dog for value in gc.get_referents(m.with_dog))


# Conversions.


@pytest.mark.row("fn-07")
def test_numbers_convert_to_float():
    assert m.double(2) == 4.0
    assert type(m.double(2)) is float
    assert m.double(True) == 2.0
    assert m.double(1.5) == 3.0
    assert refused(m.double, "2") == refusal(["double(x: float) -> float"], "str")


@pytest.mark.row("fn-08")
def test_noconvert_refuses_implicit_conversion():
    assert m.strict(1.5) == 3.0
    assert refused(m.strict, 2) == refusal(["strict(x: float) -> float"], "int")
    assert refused(m.strict, True) == refusal(["strict(x: float) -> float"], "bool")
    assert refused(m.strict, x=2) == refusal(["strict(x: float) -> float"], "kwargs = { x: int }")
    assert m.strict_list([1.0, 2.0]) == 2
    assert refused(m.strict_list, [1.0, 2]).startswith(HEAD.format("strict_list"))


def test_noconvert_works_without_a_name():
    assert m.strict_unnamed.__doc__ == "strict_unnamed(arg: float, /) -> float"
    assert m.strict_unnamed(1.5) == 3.0
    assert refused(m.strict_unnamed, 2) == refusal(["strict_unnamed(arg: float, /) -> float"], "int")


class Raises:
    """Raises from whatever a conversion asks for."""

    def __init__(self, error):
        self.error = error

    def __float__(self):
        raise self.error

    __index__ = __float__


@pytest.mark.row("LIV-04")
def test_what_a_conversion_raises_is_not_lost():
    for error in [KeyboardInterrupt("stop"), SystemExit(3), MemoryError("full"), RecursionError("deep")]:
        for function in [m.double, m.small_closure, m.over]:
            with pytest.raises(type(error)) as caught:
                function(Raises(error))
            assert caught.value is error
    for error in [ValueError("no number"), ZeroDivisionError(), KeyError("k")]:
        with pytest.raises(TypeError) as caught:
            m.double(Raises(error))
        assert str(caught.value).startswith(HEAD.format("double"))
        assert caught.value.__cause__ is error
        with pytest.raises(TypeError) as caught:
            m.over(Raises(error))
        assert caught.value.__cause__ is error
    # A conversion that raises does not keep another overload from being chosen.
    assert m.arity(1, 2) == 2
    assert m.double(1) == 2.0


# None.


@pytest.mark.row("fn-14", "port-11")
def test_none_is_refused_by_default():
    signature = ["no_none(arg: test_functions_ext.Dog, /) -> str"]
    assert refused(m.no_none, None) == refusal(signature, "NoneType")
    assert refused(m.add, None) == refusal(["add(a: int, b: int = 1) -> int"], "NoneType")
    assert refused(m.strict_list, None).endswith("Invoked with types: NoneType")
    assert refused(m.object_id, None) == refusal(["object_id(arg: object, /) -> object"], "NoneType")


@pytest.mark.row("fn-15", "port-12")
def test_none_is_accepted_where_it_is_marked():
    assert m.maybe_marked.__doc__ == "maybe_marked(d: test_functions_ext.Dog | None) -> bool"
    assert m.maybe_marked(None) is False
    assert m.maybe_marked(d=None) is False
    assert m.maybe_marked(m.Dog("Max")) is True
    assert refused(m.maybe_marked) == refusal(["maybe_marked(d: test_functions_ext.Dog | None) -> bool"], "")


@pytest.mark.row("fn-16", "port-13")
def test_a_default_of_none_accepts_none():
    assert m.maybe_default.__doc__ == "maybe_default(d: test_functions_ext.Dog | None = None) -> bool"
    assert m.maybe_default() is False
    assert m.maybe_default(None) is False
    assert m.maybe_default(m.Dog("Max")) is True


@pytest.mark.row("fn-18")
def test_an_optional_value_is_a_copy_or_none():
    dog = m.Dog("Max")
    assert m.maybe_copy(dog) == "Max?"
    assert dog.name == "Max"
    assert m.maybe_copy(None) is None
    assert m.maybe_copy() is None
    assert m.maybe_copy.__doc__ == "maybe_copy(d: test_functions_ext.Dog | None = None) -> str | None"


@pytest.mark.row("DSP-17")
def test_an_optional_type_accepts_none_without_a_mark():
    assert m.maybe(None) == "nobody"
    assert m.maybe(m.Dog("Max")) == "Max"
    assert m.maybe_int(None) is None
    assert m.maybe_int(v=None) is None
    assert m.maybe_int(v=3) == 3


@pytest.mark.row("DSP-16")
def test_none_is_accepted_in_nullable_places_only():
    assert m.slots(1, None, "c") == "1 None c"
    assert m.slots(1, 2, "c") == "1 Some(2) c"
    assert m.slots(1, c="c", b=None) == "1 None c"
    signature = ["slots(a: int, b: int | None, c: str) -> str"]
    assert refused(m.slots, None, None, "c") == refusal(signature, "NoneType, NoneType, str")
    assert refused(m.slots, 1, None, None) == refusal(signature, "int, NoneType, NoneType")
    assert refused(m.slots, 1, None, c=None) == refusal(signature, "int, NoneType, kwargs = { c: NoneType }")
    assert refused(m.Dog.__init__, None, 1) == refusal(["__init__(self, name: str) -> None"], "NoneType, int")
    assert refused(m.Dog.itself, None) == "descriptor 'itself' for 'Dog' objects doesn't apply to a 'NoneType' object"
    # Every place of every number of arguments is in the table further up.


@pytest.mark.row("DSP-18")
def test_the_implied_mark_is_on_the_right_argument_of_a_method():
    a, b = m.Dog("a"), m.Dog("b")
    assert a.meet(b, None) == "a b -"
    assert a.meet(b, b) == "a b b"
    assert a.meet(c=None, b=b) == "a b -"
    signature = (
        "meet(self, b: test_functions_ext.Dog, c: test_functions_ext.Dog | None) -> str"
    )
    assert m.Dog.meet.__doc__ == signature
    assert refused(a.meet, None, b) == refusal(
        [signature], "test_functions_ext.Dog, NoneType, test_functions_ext.Dog"
    )
    assert m.Picky(1, None).sum == 101
    assert m.Picky(1, 2).sum == 3
    assert m.Picky(None, "abc").sum == 3
    assert m.Picky(b="abc", a=None).sum == 3
    for args in [(None, 1), (None, None), (1, "x"), ("x", None)]:
        assert refused(m.Picky, *args) == refusal(
            ["__init__(self, arg0: int, arg1: int | None, /) -> None", "__init__(self, a: str | None, b: str) -> None"],
            ", ".join(["test_functions_ext.Picky", *(type(arg).__name__ for arg in args)]),
        )
    host = m.Host()
    assert host.both(1, 2) == 3
    assert host.both(m.Tally(1), None) == 1
    assert host.both(1, None) == 1
    assert refused(host.both, None, 2).startswith(HEAD.format("both"))


# Overloads.


@pytest.mark.row("fn-19", "DSP-01", "fn-13")
def test_exact_matches_are_tried_before_conversions():
    assert m.over(1) == "int 1"
    assert m.over(1.5) == "float 1.5"
    assert m.over(True) == "float 1"
    assert m.revo(1) == "int 1"
    assert m.revo(1.5) == "float 1.5"
    assert m.revo(True) == "int 1"

    class Index:
        def __index__(self):
            return 3

    # Inexact for both: the first that converts takes it, in either order.
    assert m.over(Index()) == "float 3"
    assert m.revo(Index()) == "int 3"
    # One overload alone converts at once.
    assert m.double(Index()) == 6.0


@pytest.mark.row("fn-20")
def test_the_earlier_of_two_equal_overloads_wins():
    assert m.twins(1) == "first"
    assert m.twins(True) == "first"


def test_overloads_are_told_apart_by_their_number_of_arguments():
    assert (m.arity(1), m.arity(1, 2), m.arity(1, 2, 3)) == (1, 2, 3)
    assert m.arity(1, b=2) == 3


def test_overloads_share_a_docstring():
    assert m.documented.__doc__ == (
        "documented(x: int) -> int\n"
        "documented(arg: str, /) -> str\n"
        "\n"
        "Overloaded function.\n"
        "\n"
        "1. ``documented(x: int) -> int``\n"
        "\n"
        "Takes an int\n"
        "\n"
        "2. ``documented(arg: str, /) -> str``\n"
        "\n"
        "Takes a text"
    )


@pytest.mark.row("DSP-36", "fn-22")
def test_a_body_can_decline_the_call():
    assert (m.chain(5), m.chain(50), m.chain(500)) == ("small", "medium", "large")
    assert refused(m.chain, 5000) == refusal(["chain(arg: int, /) -> str"] * 3, "int")
    assert refused(m.declines, 1) == refusal(["declines(arg: int, /) -> int"], "int")
    assert refused(m.declines0) == refusal(["declines0() -> int"], "")
    assert refused(m.declines_named) == refusal(["declines_named(x: int = 1) -> int"], "")
    assert refused(m.declines_named, x=2) == refusal(["declines_named(x: int = 1) -> int"], "kwargs = { x: int }")


@pytest.mark.row("DSP-37", "api-fann-10")
def test_operators_leave_what_they_cannot_do_to_the_other_side():
    dog = m.Dog("Max")

    class Right:
        def __radd__(self, other):
            return ("right", other)

    assert dog + 2 == 3
    assert (dog + Right())[0] == "right"
    assert dog.__add__("x") is NotImplemented
    assert (dog == "x") is False
    assert (dog != "x") is True
    assert dog == m.Dog("Max")
    with pytest.raises(TypeError, match=r"^unsupported operand type\(s\) for \+: '(test_functions_ext\.)?Dog' and 'str'$"):
        dog + "x"
    with pytest.raises(TypeError, match="^'<' not supported between instances of '(test_functions_ext\\.)?Dog' and 'str'$"):
        dog < "x"
    assert (dog < m.Dog("Rex")) is False
    assert m.Dog.__add__(dog, 2) == 3


# Panics.


def test_a_panic_is_an_exception_that_tells_where():
    for function in [m.e0_panic, m.grenade, lambda: m.e1(2)]:
        with pytest.raises(Exception) as caught:
            function()
        assert isinstance(caught.value, RuntimeError)
        assert type(caught.value).__name__ == "panic_error"
        assert re.search(r" \(Rust panic at .*functions\.rs:\d+:\d+\)$", str(caught.value))
    with pytest.raises(RuntimeError, match="^a panic with a value that is not a text "):
        m.grenade_payload()


@pytest.fixture
def unraisable(monkeypatch):
    """What was reported to sys.unraisablehook."""
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: reported.append(str(args.exc_value)))
    return reported


def test_a_panic_in_a_destructor_is_reported_and_the_process_lives(unraisable):
    mine = m.mine()
    del mine
    gc.collect()
    assert len(unraisable) == 1
    assert unraisable[0].startswith("the destructor panicked (Rust panic at ")
    for _ in range(10):
        m.Mine()
    gc.collect()
    assert len(unraisable) == 11


def test_a_panic_in_a_destructor_keeps_the_exception_that_is_being_raised(unraisable):
    def fails():
        mine = m.mine()
        raise ValueError("the real one")

    with pytest.raises(ValueError, match="^the real one$") as caught:
        fails()
    del caught
    gc.collect()
    assert len(unraisable) == 1


def test_a_panic_while_an_argument_is_dropped_is_raised():
    with pytest.raises(RuntimeError, match="^the destructor panicked "):
        m.drop_mine(m.mine())
    assert m.add(1) == 2


def test_a_panic_while_a_closure_is_dropped_is_reported(unraisable):
    assert m.mine_closure() is True
    del m.mine_closure
    gc.collect()
    assert len(unraisable) == 1


# Python from native code.


@pytest.mark.row("first-24")
def test_native_code_prints_and_formats(capsys):
    m.say([1, "two"])
    assert capsys.readouterr().out == "said [1, 'two']!\n"
    assert m.format(m.Dog("Max")) == "<Dog('Max')>"


def test_objects_pass_through_unchanged():
    value = object()
    assert m.object_id(value) is value
    assert m.object_id.__doc__ == "object_id(arg: object, /) -> object"
    assert refused(m.object_id, None) == refusal(["object_id(arg: object, /) -> object"], "NoneType")
    assert m.object_or_none(None) is None
    assert m.object_or_none() is None
    assert m.object_or_none(value) is value
    assert m.object_or_none.__doc__ == "object_or_none(x: object | None = None) -> object | None"


def test_what_a_callback_raises_passes_through():
    error = KeyError("from Python")

    def fails(x):
        raise error

    for call in [lambda: m.call_it(fails), lambda: m.call_it(f=fails, x=2)]:
        with pytest.raises(KeyError) as caught:
            call()
        assert caught.value is error
    with pytest.raises(KeyboardInterrupt):
        m.call_it(lambda x: (_ for _ in ()).throw(KeyboardInterrupt))
    assert m.call_it(lambda x: x + 1, 5) == 6
    # A TypeError of the callback is not taken for a mismatch.
    with pytest.raises(TypeError, match="^mine$"):
        m.call_it(lambda x: (_ for _ in ()).throw(TypeError("mine")))


def test_a_function_may_call_itself_through_python():
    assert m.call_it(lambda x: m.call_it(lambda y: m.add(y, b=x), x + 1), 5) == 11

    def down(x):
        return 0 if x == 0 else 1 + m.call_it(down, x - 1)

    assert m.call_it(down, 50) == 50
    with pytest.raises(RecursionError):
        m.call_it(down, 10**6)


def test_a_function_may_be_removed_while_it_runs():
    before = drops()

    def remove():
        del m.call_and_read
        gc.collect()

    assert m.call_and_read(remove) == 12
    gc.collect()
    assert drops() == before + 1


# No references are lost.


def test_calls_of_every_kind_keep_the_reference_counts():
    dog, text = m.Dog("Max"), "".join(["a", "text"])
    for call in [
        lambda: m.add(1, b=2),
        lambda: m.no_none(dog),
        lambda: dog.named(by=1),
        lambda: dog.itself(),
        lambda: m.with_str(text),
        lambda: pytest.raises(TypeError, m.with_str, dog),
        lambda: pytest.raises(TypeError, dog.older, text, key=dog),
        lambda: m.maybe_copy(dog),
    ]:
        call()
        before = sys.getrefcount(dog), sys.getrefcount(text), sys.getrefcount(m.add)
        for _ in range(100):
            call()
        assert (sys.getrefcount(dog), sys.getrefcount(text), sys.getrefcount(m.add)) == before


def test_calls_from_many_threads_agree():
    failures = []

    def work():
        for i in range(300):
            if m.add(i, b=1) != i + 1 or m.over(float(i)) != f"float {i}":
                failures.append(i)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert isinstance(m.add, types.BuiltinFunctionType) or callable(m.add)
