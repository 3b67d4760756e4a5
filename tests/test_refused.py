"""What is refused, in nanobind's words, and what of it is accepted after all."""

import collections
import datetime
import importlib
import inspect
import itertools
import pydoc
import re
import sys
import threading
import types
import warnings

import pytest
import test_refused_ext as m
from refusals import refusal, refused

HAS_NOTES = sys.version_info >= (3, 11)


def warned(use):
    """The TypeError of a call that warns, and the warnings."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with pytest.raises(TypeError) as caught:
            use()
    assert all(warning.category is RuntimeWarning for warning in seen)
    return str(caught.value), {str(warning.message) for warning in seen}


def notes(call, *args):
    with pytest.raises(TypeError) as caught:
        call(*args)
    return getattr(caught.value, "__notes__", [])


# Receivers by name.


@pytest.mark.finding(12)
def test_the_receiver_can_be_given_by_name():
    pet = m.Pet(2)
    assert m.Pet.older(self=pet, by=1) == 3 and m.Pet.older(by=1, self=pet) == 4
    assert m.Pet.captured(self=pet, times=2) == 10 and m.Pet.captured(times=0, self=pet) == 4
    empty = m.Pet.__new__(m.Pet)
    assert m.Pet.__init__(self=empty, age=5) is None and empty.age == 5
    assert m.Pet.__init__(age=6, self=m.Pet.__new__(m.Pet)) is None
    empty = m.Pet.__new__(m.Pet)
    assert m.Pet.__init__(self=empty) is None and empty.age == 1
    # Where one overload has names, whichever comes first.
    assert m.Pet.some(self=pet) == "none"
    assert m.Pet.some(a=1, self=pet, x=2) == (1, {"x": 2}) and m.Pet.some(self=pet, a=1) == (1, {})
    assert m.Pet.late(self=pet, text="x") == "x"
    assert m.Pet.older(**{"by": 1, "".join(["se", "lf"]): pet}) == 5
    assert m.Pet.older(pet, by=1) == 6 and pet.older(by=1) == 7

    class Sub(m.Pet):
        pass

    assert Sub.older(self=Sub(3), by=1) == 4 and m.Pet.older(self=Sub(3), by=1) == 4
    # The interpreter specialises calls that it has seen often.
    for _ in range(200):
        assert m.Pet.older(self=m.Pet(1), by=1) == 2


@pytest.mark.finding(12)
def test_receivers_that_are_missing_wrong_or_given_twice():
    pet = m.Pet(2)
    for call, kwargs in [
        (m.Pet.older, {}),
        (m.Pet.older, {"by": 1}),
        (m.Pet.older, {"self": pet}),
        (m.Pet.older, {"self": 5, "by": 1}),
        (m.Pet.older, {"self": None, "by": 1}),
        (m.Pet.older, {"self": pet, "by": 1, "x": 1}),
        (m.Pet.older, {"self": m.Item(1), "by": 1}),
        (m.Pet.captured, {"self": m.Item(1), "times": 1}),
        (m.Pet.captured, {"times": 1}),
        # As in nanobind where no argument has a name, or another one this name.
        (m.Pet.bare, {"self": pet}),
        (m.Pet.named, {"self": pet}),
        (m.Pet.__init__, {"self": pet, "age": "x"}),
        (m.Pet, {"self": pet}),
        (m.Pet, {"self": pet, "age": 1}),
        (pet.older, {"self": pet, "by": 1}),
        (m.Pet.make, {"self": pet, "age": 1}),
    ]:
        for _ in range(50):
            with pytest.raises(TypeError):
                call(**kwargs)
    for args in [(pet,), (1,), (pet, 1)]:
        with pytest.raises(TypeError):
            m.Pet.older(*args, self=pet)
        with pytest.raises(TypeError):
            m.Pet.older(*args, self=pet, by=1)
    assert pet.named(self=3) == 5 and m.Pet.named(pet, self=3) == 5
    assert pet.some(1, self=2) == (1, {"self": 2})


@pytest.mark.finding(12)
def test_descriptors_that_take_named_receivers_are_those_of_cpython():
    older = m.Pet.__dict__["older"]
    assert type(older) is type(str.upper) and older.__name__ == "older" and older.__objclass__ is m.Pet
    assert older.__get__(m.Pet(2))(by=1) == 3 and older(m.Pet(2), 1) == 3
    assert str(inspect.signature(m.Pet.older)) == "(self, /, by)"
    assert refused(older, 5, 1) == "descriptor 'older' for 'Pet' objects doesn't apply to a 'int' object"
    assert "needs an argument" in refused(older)


# Owners.


@pytest.mark.finding(12)
def test_no_object_gets_two_owners():
    text = (
        "nanobind::detail::nb_relinquish_ownership(): could not transfer ownership of a Python instance of type "
        "'test_refused_ext.Item' to C++. The resulting data structure would have multiple std::unique_ptrs, each "
        "thinking that they own the same instance, which is not allowed."
    )
    a, b = m.Item(1), m.Item(2)
    pairs = "take_pairs(arg: collections.abc.Sequence[tuple[test_refused_ext.Item, test_refused_ext.Item]], /) -> int"
    every = "take_all(arg: collections.abc.Sequence[test_refused_ext.Item], /) -> int"
    two = "take_two(a: test_refused_ext.Item, b: test_refused_ext.Item) -> int"
    for call, args, signature, shown in [
        (m.take_pairs, ([(a, a)],), pairs, "list"),
        (m.take_pairs, ([(a, b), (b, a)],), pairs, "list"),
        (m.take_pairs, (((a, b), [b, b]),), pairs, "tuple"),
        (m.take_all, ([a, b, a],), every, "list"),
        (m.take_two, (a, a), two, "test_refused_ext.Item, test_refused_ext.Item"),
    ]:
        assert warned(lambda: call(*args)) == (refusal([signature], shown), {text})
        # Nothing was taken.
        assert (m.peek(a), m.peek(b)) == (1, 2)
    # Another overload may take it.
    with pytest.warns(RuntimeWarning, match="multiple std::unique_ptrs"):
        assert m.take_some([a, a]) == [a, a]
    with pytest.warns(RuntimeWarning, match="multiple std::unique_ptrs"), pytest.raises(RuntimeError, match="bad_cast"):
        m.cast_two((a, a))
    # A value that is moved has no owner in C++, where it would be copied.
    with pytest.raises(RuntimeError, match="refer to the same"):
        m.move_two(a, a)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call, args in [(m.take_pairs, ([(a, a)],)), (m.take_two, (a, a)), (m.take_some, ([a, a],)), (m.cast_two, ((a, a),))]:
            with pytest.raises(RuntimeWarning, match="multiple std::unique_ptrs"):
                call(*args)
    assert (m.peek(a), m.peek(b)) == (1, 2)
    assert m.take_two(a, b) == 3


@pytest.mark.finding(12)
def test_a_warning_about_two_owners_may_run_anything():
    def show(*_):
        if events:
            # What is tried here warns as well.
            return
        events.append([])
        for use in (lambda: m.take(a), lambda: m.peek(a), lambda: a.__init__(9), lambda: m.take_all([b]), items.clear):
            try:
                use()
            except (TypeError, RuntimeError) as error:
                events[-1].append(type(error))
        items.append(m.Item(3))

    for shape in (lambda a, b: [a, b, a], lambda a, b: [a, a, b], lambda a, b: [b, b, a]):
        a, b, events = m.Item(1), m.Item(2), []
        items = shape(a, b)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = show
            with pytest.raises(TypeError):
                m.take_all(items)
        assert events and len(items) == 1
        warnings.simplefilter("ignore")
        for item in (a, b):
            try:
                m.peek(item)
            except TypeError:
                pass


@pytest.mark.finding(12)
def test_objects_that_have_lost_their_value_are_not_made_again():
    item = m.Item(1)
    assert m.take(item) == 1
    gone = "nanobind: attempted to access a relinquished instance of type 'test_refused_ext.Item'!\n"
    init = "__init__(self, arg: int, /) -> None"
    assert warned(lambda: item.__init__(2)) == (refusal([init], "test_refused_ext.Item, int"), {gone})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="relinquished"):
            item.__init__(2)
    assert warned(lambda: m.peek(item))[1] == {gone}
    other = m.Item(1)
    twice = "nanobind: attempted to initialize an already-initialized instance of type 'test_refused_ext.Item'!\n"
    assert warned(lambda: other.__init__(2)) == (refusal([init], "test_refused_ext.Item, int"), {twice})
    assert other.value == 1


# Names.


@pytest.mark.finding(12)
def test_types_are_named_as_nanobind_names_them():
    def shown(value):
        return refused(m.only_list, value).split("Invoked with types: ")[1]

    class Outer:
        class Inner:
            pass

    here = __name__
    for value, name in [
        (m.Pet(), "test_refused_ext.Pet"),
        (m.Pet.Toy(), "test_refused_ext.Toy"),
        (Outer.Inner(), f"{here}.Inner"),
        (Outer(), f"{here}.Outer"),
        (1, "int"),
        (None, "NoneType"),
        (m.Pet, "nanobind.nb_type"),
        (Outer, "type"),
        (re, "module"),
        (inspect.Signature(), "inspect.Signature"),
        (slice(1), "slice"),
        (type("A.B", (), {"__module__": "x.y"})(), "x.y.A.B"),
        (type("Ünï", (), {"__module__": "ö"})(), "ö.Ünï"),
        (type("Odd", (), {"__module__": 5, "__qualname__": "Very.Odd"})(), "Odd"),
        (type("Own", (), {"__module__": "builtins"})(), "builtins.Own"),
        (sys.implementation, "SimpleNamespace"),
    ]:
        assert shown(value) == name
    assert refused(m.Pet, m.Pet.Toy()).endswith("Invoked with types: test_refused_ext.Pet, test_refused_ext.Toy")
    assert refused(m.Pet().older, by=Outer.Inner()).endswith(f"test_refused_ext.Pet, kwargs = {{ by: {here}.Inner }}")
    # Signatures have the whole name.
    assert "touch(self, arg: int, /) -> int" in refused(m.Pet.Toy().touch, "x")
    assert refused(m.Pet.Empty) == "test_refused_ext.Empty: no constructor defined!"
    assert refused(type("Sub", (m.Pet.Empty,), {})) == f"{here}.Sub: no constructor defined!"
    assert refused(type, "Sub", (m.Pet.Sealed,), {}) == "The type 'test_refused_ext.Sealed' prohibits subclassing!"
    _, seen = warned(lambda: m.Pet.Toy.__new__(m.Pet.Toy).touch(1))
    assert seen == {"nanobind: attempted to access an uninitialized instance of type 'test_refused_ext.Toy'!\n"}


@pytest.mark.finding(12)
def test_names_of_extension_types_are_short():
    numpy = pytest.importorskip("numpy", reason="NumPy scalars need NumPy, which the test environment leaves out")
    assert refused(m.only_list, numpy.zeros(3)).endswith("Invoked with types: ndarray")
    assert refused(m.whole, numpy.float32(1)).endswith("Invoked with types: float32")


# Warnings.


@pytest.mark.finding(12)
def test_a_warning_of_an_operator_that_is_an_error_is_raised():
    item = m.Item(3)
    with pytest.warns(UserWarning, match="careful"):
        assert item + 2 == 5
    empty = m.Item.__new__(m.Item)
    uses = [
        lambda: item + 2,
        lambda: item.__add__(2),
        lambda: m.Item.__add__(item, 2),
        lambda: empty + 2,
        lambda: empty + "x",
        lambda: item - empty,
        lambda: empty - item,
        lambda: empty - 5,
        lambda: item.__sub__(empty),
        lambda: item * empty,
        lambda: item == empty,
        lambda: empty == item,
        lambda: item != empty,
        lambda: item < empty,
        lambda: empty > item,
        lambda: item in [empty],
        lambda: len(empty),
        lambda: bool(empty),
        lambda: empty in item,
        lambda: item[empty],
        lambda: item.__setitem__(empty, 1),
        lambda: -empty,
        lambda: empty(),
        lambda: str(empty),
        lambda: hash(empty),
        lambda: {empty: 1},
        lambda: sorted([item, empty]),
        lambda: empty.value,
        lambda: setattr(empty, "value", 1),
        lambda: m.take_two(item, empty),
    ]

    def in_place():
        value = item
        value += empty

    class Sub(m.Item):
        pass

    sub = Sub.__new__(Sub)
    uses += [in_place, lambda: sub + 2, lambda: item - sub, lambda: sub - item, lambda: sub == item]
    for use in uses:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises((UserWarning, RuntimeWarning)) as caught:
                use()
        assert caught.type in (UserWarning, RuntimeWarning)
        assert "careful" in str(caught.value) or "uninitialized instance" in str(caught.value)
    assert item.value == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Nothing warns, so that the operand is what is wrong.
        assert item.__add__(1.5) is NotImplemented
        with pytest.raises(TypeError, match="unsupported operand"):
            item + 1.5


# Docs.


@pytest.mark.finding(12)
def test_docs_of_overloads_end_as_in_nanobind():
    assert m.doc_last.__doc__ == (
        "doc_last(arg: int, /) -> int\ndoc_last(arg: str, /) -> int\n\nOverloaded function.\n\n"
        "1. ``doc_last(arg: int, /) -> int``\n\nx\n\n2. ``doc_last(arg: str, /) -> int``\n"
    )
    assert m.doc_first.__doc__ == (
        "doc_first(arg: int, /) -> int\ndoc_first(arg: str, /) -> int\n\nOverloaded function.\n\n"
        "1. ``doc_first(arg: int, /) -> int``\n\n\n2. ``doc_first(arg: str, /) -> int``\n\ny"
    )
    assert m.doc_none.__doc__ == "doc_none(arg: int, /) -> int\ndoc_none(arg: str, /) -> int"
    assert m.doc_line.__doc__ == "doc_line(arg: int, /) -> int"


@pytest.mark.finding(12)
def test_properties_without_a_doc_have_their_signature():
    members = m.Pet.__dict__
    assert members["years"].__doc__ == "(self) -> int" and members["age"].__doc__ == "(self) -> int"
    assert members["own_empty"].__doc__ == "(self) -> int"
    for name in ("kinds", "limit", "empty"):
        assert members[name].__doc__ == "(arg: object, /) -> int", name
    assert members["said"].__doc__ == "A doc"
    assert m.Pet.kinds == 3 and "kinds" in pydoc.plain(pydoc.render_doc(m.Pet))


@pytest.mark.finding(12)
def test_classes_without_a_constructor_say_what_every_class_says():
    assert m.Pet.Empty.__init__.__doc__ == object.__init__.__doc__
    assert inspect.getdoc(m.Pet.Empty.__init__) == inspect.getdoc(object.__init__)


# Signatures.


@pytest.mark.finding(16)
def test_signatures_can_be_inspected_whatever_the_names_are():
    text = "é\u20ac\U0001f600\\\"'\n"
    assert inspect.signature(m.text).parameters["s"].default == text and m.text() == text
    assert m.text.__doc__ == f"text(s: str = {text!r}) -> str"
    assert str(inspect.signature(m.own)) == "(self, other=2)" and m.own(self=1) == 3
    assert str(inspect.signature(m.größe)) == "(a)" and m.größe(a=1) == 1
    # Two receivers of one name there cannot be.
    assert str(inspect.signature(m.Pet.named)) == "(_self, /, self)"
    assert str(inspect.signature(m.Pet().named)) == "(self)"
    for function, kwargs, shown in [
        (m.umlaut, {"größe": 1}, "umlaut(größe: int) -> int"),
        (m.keyword, {"class": 1}, "keyword(class: int) -> int"),
        (m.constant, {"None": 1}, "constant(None: int) -> int"),
        (m.spaced, {"a b": 1}, "spaced(a b: int) -> int"),
        (m.rest, {}, "rest(*größen, **class) -> tuple[tuple, dict]"),
        (m.doubled, None, "doubled(arg0: int, arg0: int) -> int"),
    ]:
        if kwargs is not None:
            assert function(**kwargs) in (1, ((), {}))
        assert function.__doc__ == shown and function.__text_signature__ is None
        with pytest.raises(ValueError, match="no signature found") as caught:
            inspect.signature(function)
        assert type(caught.value) is ValueError
        assert shown in pydoc.plain(pydoc.render_doc(function))
    pydoc.render_doc(m)


# Notes, and texts of casts.


@pytest.mark.finding(16)
def test_refusals_of_setters_name_the_value():
    pet = m.Pet()
    for name, value, text in [
        ("age", 1000, "the value: out of range"),
        ("age", -(2**70), "the value: out of range"),
        ("years", 1000, "the value: out of range"),
        ("named_years", 1000, "argument 'years': out of range"),
        ("floats", [1, "x"], "the value, element 1: wrong type"),
        ("floats", None, "the value: None is not accepted"),
        ("toy", None, "the value: None is not accepted"),
    ]:
        found = notes(setattr, pet, name, value)
        assert found in ([text], []) and (found or not HAS_NOTES or value is None), (name, value, found)
    assert notes(setattr, m.Pet, "limit", 1000) == (["the value: out of range"] if HAS_NOTES else [])
    with pytest.warns(RuntimeWarning):
        found = notes(setattr, pet, "toy", m.Pet.Toy.__new__(m.Pet.Toy))
    assert found == (["the value: has no value: its __init__ has not run, or the value was moved away"] * HAS_NOTES)
    with pytest.warns(RuntimeWarning):
        empty = m.Pet.__new__(m.Pet)
        notes(setattr, empty, "age", 1)


@pytest.mark.finding(16)
def test_casts_say_why_a_value_of_the_right_type_is_refused():
    head = "std::bad_cast: this '{}' object cannot be converted to '{}' (Rust type `{}`)"
    for call, value, text in [
        (m.cast_byte, 256, head.format("int", "int", "u8") + ": out of range"),
        (m.cast_byte, -1, head.format("int", "int", "u8") + ": out of range"),
        (m.cast_byte, 2**200, head.format("int", "int", "u8") + ": out of range"),
        (m.cast_byte, "x", head.format("str", "int", "u8")),
        (m.cast_byte, 1.5, head.format("float", "int", "u8")),
        (m.cast_bytes, [1, 256], head.format("list", "collections.abc.Sequence[int]", "Vec<u8>") + ", element 1: out of range"),
        (m.cast_pair, (1,), head.format("tuple", "tuple[int, int]", "(u8, u8)") + ": wrong number of elements"),
        (m.cast_char, "ab", head.format("str", "str", "char") + ": not a single character"),
    ]:
        with pytest.raises(RuntimeError) as caught:
            call(value)
        assert str(caught.value) == text


@pytest.mark.finding(12)
def test_floats_are_no_whole_numbers():
    for value in (1.0, 1.5, float("nan"), complex(1)):
        refused(m.whole, value)
    numpy = pytest.importorskip("numpy", reason="NumPy scalars need NumPy, which the test environment leaves out")
    for value in (numpy.float32(1), numpy.float64(1), numpy.float16(1), numpy.longdouble(1)):
        for call in (m.whole, m.exact):
            refused(call, value)
    assert m.whole(numpy.int8(3)) == 3


# The types of what was passed.


def nameless():
    made = type("", (), {})
    made.__module__ = 3
    return made()


class Named(type):
    @property
    def __name__(cls):
        return "named"


class Silent(type):
    @property
    def __name__(cls):
        raise ValueError


@pytest.mark.parametrize(
    "value",
    [
        *("x", b"", 1.5, 1j, None, (), [], {}, set(), ..., NotImplemented, range(3), slice(1), memoryview(b"")),
        *(len, str.upper, int, type, Named, sys, iter([]), iter({}.values()), itertools.count(), datetime.date(1, 1, 1)),
        *(collections.deque(), types.SimpleNamespace(), threading.Lock(), sys.flags, m.Pet, m.Pet(), re.compile("x")),
        *(type("Ünï.code", (), {})(), Named("Other", (), {})(), Silent("Other", (), {"__module__": "own"})(), nameless()),
    ],
    ids=lambda value: type(value).__qualname__,
)
def test_types_are_named_as_they_name_themselves(value):
    kind = type(value)
    try:
        name = kind.__name__
    except ValueError:
        name = "Other"
    on_heap = kind.__flags__ & 1 << 9
    shown = f"{kind.__module__}.{name}" if on_heap and isinstance(kind.__module__, str) else name
    assert refused(m.two, value, 2) == refusal(["two(arg0: int, arg1: int, /) -> int"], f"{shown}, int")
    assert refused(m.two, 1, value, 3) == refusal(["two(arg0: int, arg1: int, /) -> int"], f"int, {shown}, int")
    text = refusal(["whole(x: int) -> int"], f"{shown}, kwargs = {{ y: {shown}, z: int }}")
    assert refused(m.whole, value, y=value, z=1) == text
    text = refusal(["whole(x: int) -> int"], f"kwargs = {{ y: {shown} }}")
    assert refused(m.whole, y=value) == text


def large():
    """An object whose memory is given back to the system when it ends."""
    return bytes(1 << 22)


class Clearing:
    """Takes away what a list holds, when its text is asked for."""

    def __init__(self, held):
        self.held = held

    def __repr__(self):
        self.held.clear()
        return "cleared"


def test_the_text_of_a_default_may_take_arguments_away_that_nobody_owns():
    hooks, held = m.hooked(1), []
    hooks.append(Clearing(held))
    try:
        held[:] = [large()]
        text = refused(m.call_borrowed, m.hooked, held)
    finally:
        del hooks[:]
    assert held == [] and text == refusal(["hooked(x: int, hooks: list = [cleared]) -> list"], "bytes")


def test_the_name_of_a_type_may_take_arguments_away_that_nobody_owns():
    held = []

    class Meta(type):
        @property
        def __name__(cls):
            held.clear()
            return "taken"

    class Taken(metaclass=Meta):
        pass

    held[:] = [Taken(), large()]
    text = refused(m.call_borrowed, m.two, held)
    assert held == []
    assert text == refusal(["two(arg0: int, arg1: int, /) -> int"], f"{Taken.__module__}.taken, bytes")


# Names that Python keeps for itself.


@pytest.mark.finding(16)
@pytest.mark.parametrize(
    ("module", "start"),
    [
        ("property", 'test_reserved_property_ext.Pet: the property "__dict__" cannot be bound under this name'),
        ("field", 'test_reserved_field_ext.Pet.Toy: the property "__mro__" cannot be bound under this name'),
        ("method", 'test_reserved_method_ext.Pet: the function "__bases__" cannot be bound under this name'),
        ("function", 'test_reserved_function_ext: the function "__dict__" cannot be bound under this name'),
    ],
)
def test_reserved_names_name_class_and_statement(module, start):
    with pytest.raises(ImportError) as caught:
        importlib.import_module(f"test_reserved_{module}_ext")
    assert str(caught.value).startswith(start), str(caught.value)
