"""Wrappers that say more in signatures, overloads with a fallback, and the free functions."""

import builtins
import gc
import io
import sys

import pytest
import test_wrappers_ext as m
from refusals import refusal, refused


class SubDog(m.Dog):
    """A Python subclass of a bound class."""


class Other:
    """Of no relation."""


def signature(function):
    return function.__doc__.splitlines()[0]


# handle_t -----------------------------------------------------------------------------------------------------------


@pytest.mark.row("why-23", "api-pwrap-1", "xchg-34", "typ-11")
def test_handle_t_takes_instances_of_its_class_only():
    assert signature(m.dog_age) == "dog_age(arg: test_wrappers_ext.Dog, /) -> int"
    assert signature(m.dog_same) == "dog_same(arg: test_wrappers_ext.Dog, /) -> test_wrappers_ext.Dog"
    dog, sub, puppy = m.Dog(3), SubDog(4), m.Puppy("Rex", 5)
    # The base is not at the start of the derived value.
    assert [m.dog_age(d) for d in (dog, sub, puppy)] == [3, 4, 5]
    assert [m.dog_lend(d) for d in (dog, sub, puppy)] == [3, 4, 5]
    for same in (dog, sub, puppy):
        assert m.dog_same(same) is same
        one, two = m.dog_refs(same)
        assert one is same and two is same
        assert m.dog_show(same) == f"{same} {same!r}"
    for other, name in ((3, "int"), (Other(), "test_wrappers.Other"), (m.Toy(1), "test_wrappers_ext.Toy"),
                        (m.Dog, "nanobind.nb_type"), (None, "NoneType")):
        text = refusal(["dog_age(arg: test_wrappers_ext.Dog, /) -> int"], name)
        assert refused(m.dog_age, other) == text
        if other is None:
            continue
        assert not m.dog_check(other)
        with pytest.raises(TypeError, match=f"^expected an object of type 'test_wrappers_ext.Dog', got '{name}'$"):
            m.dog_of(other)
    assert m.dog_check(sub) and m.dog_of(sub) is sub
    assert m.dog_or_none(None) is True and m.dog_or_none(dog) is False


@pytest.mark.row("why-23", "api-pwrap-1")
def test_handle_t_chooses_overloads_and_converts_nothing():
    assert m.by_class(m.Puppy("Rex", 1)) == "puppy"
    assert m.by_class(m.Dog(1)) == "dog"
    assert m.by_class(SubDog(1)) == "dog"
    assert m.by_class(m.Toy(1)) == "toy"
    refused(m.by_class, 1)
    # `Text` is made from integers, but not for a handle.
    assert m.convert_dog(m.Text(7)) == 7
    m.converted()
    refused(m.convert_dog, 7)
    assert m.converted() == 0


def test_handle_t_takes_no_mark_until_it_is_asked():
    busy = "nb::handle_t(): the object (of class test_wrappers_ext.Dog) is being {} by a call that has not finished yet"
    dog = m.Dog(3)
    log = ["3 3", "RuntimeError: " + busy.format("read"), "RuntimeError: " + busy.format("modified"),
           "RuntimeError: " + busy.format("modified"), "4", "granted"]
    assert m.dog_loans(dog) == log
    assert dog.age == 4
    # The same object as handle and as argument: only the argument is marked.
    with pytest.raises(RuntimeError, match="is being modified by a call that has not finished yet$"):
        m.dog_and_dog(dog, dog)
    assert m.dog_and_dog(m.Dog(8), dog) == 8
    assert dog.age == 6


def test_a_mark_that_is_held_guards_the_value_from_python_code():
    dog, seen = m.Dog(3), []

    def modify(same):
        with pytest.raises(RuntimeError, match="is being read by"):
            same.age = 9
        seen.append(same.age)

    assert m.dog_with(dog, modify) == 3

    def read(same):
        with pytest.raises(RuntimeError, match="is being modified by"):
            seen.append(same.age)
        with pytest.raises(RuntimeError):
            m.dog_take(same)

    assert m.dog_modify(dog, read) == 4
    assert seen == [3] and dog.age == 4

    def fail(_):
        raise KeyError("stop")

    for call in (m.dog_with, m.dog_modify):
        with pytest.raises(KeyError):
            call(dog, fail)
    # Given back on every path: by errors, by panics, on a detached thread.
    with pytest.raises(RuntimeError, match="while it is held"):
        m.dog_panic(dog)
    m.dog_released(dog)
    dog.age += 1
    assert dog.age == 16
    # A mark that is never given back stays, and nothing else happens.
    m.dog_forget(dog)
    assert dog.age == 16
    with pytest.raises(RuntimeError, match="is being read by"):
        dog.age = 0


def test_a_handle_outlives_the_call_and_finds_what_has_become_of_the_value():
    dog = m.Dog(3)
    m.dog_keep(dog)
    try:
        dog.age = 8
        assert m.dog_kept() == 8
        # `Dog` is `Clone`, so a by-value argument copies; a box moves.
        assert m.dog_take(dog) == 8
        with pytest.raises(RuntimeError, match="^this object of class test_wrappers_ext.Dog has no value: "):
            m.dog_kept()
        empty = m.Dog.__new__(m.Dog)
        m.dog_keep(empty)
        with pytest.raises(RuntimeError, match="has no value: its __init__ has not run"):
            m.dog_kept()
        empty.__init__(4)
        assert m.dog_kept() == 4
    finally:
        m.dog_drop()


def test_a_handle_to_a_part_follows_the_rules_of_references():
    kennel = m.Kennel()
    m.dog_keep(kennel.first())
    try:
        assert m.dog_kept() == 2
        kennel.adopt(m.Dog(5))
        with pytest.raises(RuntimeError, match="modified after the reference was taken: fetch it again$"):
            m.dog_kept()
        first = kennel.first_mut()
        # While it is in use, nobody else looks at its owner, so it cannot be lent twice.
        with pytest.raises(RuntimeError, match="is being modified by a call that has not finished yet"):
            m.dog_loans(first)
        first.age = 3
        assert first.age == 3
        with pytest.raises(RuntimeError, match="cannot be modified"):
            m.dog_modify(m.Kennel().first(), len)
    finally:
        m.dog_drop()
    # A field.
    toy = kennel.toy
    del kennel
    gc.collect()
    assert m.dog_debug(toy) == 1


# type_object_t ------------------------------------------------------------------------------------------------------


@pytest.mark.row("why-24", "api-pwrap-2", "xchg-34")
def test_type_object_t_takes_the_class_and_its_subclasses():
    text = "dog_class(arg: type[test_wrappers_ext.Dog], /) -> type[test_wrappers_ext.Dog]"
    assert signature(m.dog_class) == text
    for cls in (m.Dog, SubDog, m.Puppy, type("Late", (m.Puppy,), {})):
        assert m.dog_class(cls) is cls
        assert m.dog_class_check(cls) and m.dog_class_of(cls) is cls
        assert m.dog_class_name(cls) == cls.__name__
        assert m.dog_class_show(cls) == (cls, str(cls), repr(cls))
    made = m.dog_class_make(SubDog, 6)
    assert type(made) is SubDog and made.age == 6
    for other in (int, m.Toy, object, m.Dog(1), None, "Dog"):
        cls = type(other)
        name = cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
        assert refused(m.dog_class, other) == refusal([text], name)
        if other is None:
            continue
        assert not m.dog_class_check(other)
        with pytest.raises(TypeError, match=r"^expected an object of type 'type\[test_wrappers_ext.Dog\]', got "):
            m.dog_class_of(other)


def test_type_object_t_does_not_ask_the_classes():
    class Meta(type):
        asked = []

        def __instancecheck__(cls, instance):
            cls.asked.append(instance)
            return True

        def __subclasscheck__(cls, subclass):
            cls.asked.append(subclass)
            return True

    class Liar(metaclass=Meta):
        __bases__ = (m.Dog,)

    refused(m.dog_class, Liar)
    assert Meta.asked == []


# typed --------------------------------------------------------------------------------------------------------------

DOG = "test_wrappers_ext.Dog"
NESTED = "test_wrappers_ext.sub.Nested"
CALLABLE = "collections.abc.Callable"


@pytest.mark.row("why-25", "api-misc-10", "typ-08", "typ-18")
@pytest.mark.parametrize(
    "name, argument, result",
    [
        ("ints", "list[int]", "list[int]"),
        ("int_dogs", f"dict[int, {DOG}]", f"dict[int, {DOG}]"),
        ("nested", f"dict[str, list[{DOG}]]", f"dict[str, list[{DOG}]]"),
        ("as_dog", DOG, DOG),
        ("as_handle", NESTED, NESTED),
        ("as_two", "object[int, float]", "object[int, float]"),
        ("maybe", "list[int] | None", "list[int] | None"),
        # What a container accepts, and what it becomes.
        ("lists", "list[collections.abc.Sequence[int]]", "list[list[int]]"),
        ("total", "list[int]", "int"),
        ("first", "collections.abc.Iterator[int]", "object | None"),
        ("rust_tuple", "list[int]", "list"),
        ("wrapper_any", "typing.Any", "typing.Any"),
        ("len_of_typed", "list[int]", "list[int]"),
    ],
)
def test_typed_names_the_types_inside(name, argument, result):
    assert signature(getattr(m, name)) == f"{name}(arg: {argument}, /) -> {result}"


@pytest.mark.row("TYP-08", "api-misc-10", "typ-12")
@pytest.mark.parametrize(
    "name, argument, result",
    [
        ("call_back", f"{CALLABLE}[[float, str], int]", "int"),
        ("call_none", f"{CALLABLE}[[], None]", "object"),
        ("call_any", f"{CALLABLE}[..., int]", f"{CALLABLE}[..., int]"),
        (
            "call_vec",
            f"{CALLABLE}[[collections.abc.Sequence[int], {DOG}], collections.abc.Sequence[int]]",
            f"{CALLABLE}[[list[int], {DOG}], list[int]]",
        ),
        ("rust_function", f"{CALLABLE}[[int], float]", "object"),
        ("rust_nothing", f"{CALLABLE}[[], None]", "int"),
        ("rust_any", f"{CALLABLE}[..., {DOG}]", f"{CALLABLE}[..., {DOG}]"),
        ("as_dog", DOG, DOG),
    ],
)
def test_typed_names_the_types_of_callables(name, argument, result):
    assert signature(getattr(m, name)) == f"{name}(arg: {argument}, /) -> {result}"


@pytest.mark.row("TYP-07")
def test_an_ellipsis_inside_typed():
    assert signature(m.any_number) == "any_number(arg: tuple[int, ...], /) -> tuple[int, ...]"
    assert m.any_number((1, 2, 3)) == (1, 2, 3)
    # A type parameter in the text of a signature is left as it is.
    assert signature(m.generic) == "generic[T](value: T) -> T"
    assert m.generic(3) == 3


@pytest.mark.row("why-25", "typ-09", "typ-10")
def test_typed_checks_the_wrapper_and_nothing_inside():
    mixed = [1, "a"]
    assert m.ints(mixed) is mixed
    for other in (1, (1, 2), None):
        text = refusal(["ints(arg: list[int], /) -> list[int]"], type(other).__name__)
        assert refused(m.ints, other) == text
    assert m.as_dog(5) == 5
    assert m.maybe(None) is None
    assert m.rust_tuple(mixed) is mixed
    assert m.total([1, 2, 3]) == 6
    with pytest.raises(RuntimeError, match="^std::bad_cast"):
        m.total(mixed)
    assert m.first(iter([7, 8])) == 7 and m.first(iter([])) is None
    assert m.call_back(lambda a, b: int(a * 2) + len(b)) == 4
    assert m.call_none(lambda: None) is None
    assert m.call_any(len) is len
    refused(m.call_any, 5)
    assert m.len_of_typed(mixed) == [2, mixed]
    assert m.EMPTY == []
    assert m.rust_nothing(len) == 2 * len(repr(len)) + 1
    some = [[1], (1,), {}, {1}, iter(()), int]
    assert all(a is b for a, b in zip(m.every(*some), some))
    assert m.in_a_vec([[1], ["x"]], ({1}, 2)) == (2, {1})


def test_typed_of_every_protocol():
    assert signature(m.every) == (
        "every(arg0: collections.abc.Iterable[int], arg1: collections.abc.Sequence[int], "
        "arg2: collections.abc.Mapping[int, bool], arg3: set[int], arg4: collections.abc.Iterator[int], "
        "arg5: type[int], /) -> tuple"
    )
    assert signature(m.in_a_vec) == (
        "in_a_vec(arg0: collections.abc.Sequence[list[int]], arg1: tuple[set[int], int], /) -> tuple[int, set[int]]"
    )


def test_signatures_name_types_of_a_submodule():
    assert signature(m.take_nested) == f"take_nested(arg0: {NESTED}, arg1: {NESTED}, /) -> None"


# Fallback -----------------------------------------------------------------------------------------------------------


@pytest.mark.row("DSP-21")
def test_a_fallback_is_tried_with_the_conversions():
    # In the order int, convertible, fallback each value lands where it belongs.
    assert m.sort(1) == "int 1"
    assert m.sort(m.Text(2)) == "text 2"
    assert m.sort("x") == m.sort(1.5) == "fallback"
    # A value that an exact overload takes never gets there, wherever the fallback stands.
    assert m.first_fallback(m.Text(3)) == "text 3"
    assert m.first_fallback("x") == "object"
    # It does not beat a conversion that comes earlier in the chain.
    m.converted()
    assert m.last_fallback(4) == "text 4"
    assert m.converted() == 1
    assert m.last_fallback("x") == "fallback"


# Free functions -----------------------------------------------------------------------------------------------------


class Loud:
    def __repr__(self):
        return "<loud>"

    def __str__(self):
        return "LOUD"

    def __hash__(self):
        return 77


class Broken:
    def __repr__(self):
        raise ZeroDivisionError("no text")

    __str__ = __repr__

    def __hash__(self):
        raise ZeroDivisionError("no hash")

    def __iter__(self):
        raise ZeroDivisionError("no elements")


@pytest.mark.row("api-misc-1")
def test_repr():
    assert m.repr(Loud()) == ("<loud>", "<loud>")
    assert m.repr("x") == ("'x'", "'x'")
    with pytest.raises(ZeroDivisionError, match="no text"):
        m.repr(Broken())


class Log:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)


@pytest.mark.row("api-misc-2", "api-misc-3", "api-disc-14")
def test_print_goes_to_sys_stdout_directly(monkeypatch):
    log = Log()
    monkeypatch.setattr(sys, "stdout", log)
    monkeypatch.setattr(builtins, "print", None)
    m.print(Loud())
    m.print_text("text \N{SNOWMAN}")
    m.print_to("no end", "", None)
    m.print_to(1, "END", None)
    m.print_to(2, None, None)
    assert log.parts == ["LOUD", "\n", "text \N{SNOWMAN}", "\n", "no end", "", "1", "END", "2", "\n"]
    other = io.StringIO()
    m.print_to("else", "!", other)
    m.print_to("where", None, other)
    assert other.getvalue() == "else!where\n" and len(log.parts) == 10
    with pytest.raises(ZeroDivisionError, match="no text"):
        m.print(Broken())
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(AttributeError, match="write"):
        m.print(1)
    monkeypatch.delattr(sys, "stdout")
    with pytest.raises(AttributeError, match="stdout"):
        m.print(1)


@pytest.mark.row("api-misc-4")
def test_iter():
    made = m.iter([1, 2])
    assert type(made) is type(iter([])) and list(made) == [1, 2]
    # An iterator is its own.
    assert m.iter(made) is made
    assert m.doubled(range(3)) == [0, 2, 4]
    with pytest.raises(TypeError, match="^'int' object is not iterable$"):
        m.iter(5)
    with pytest.raises(ZeroDivisionError, match="no elements"):
        m.iter(Broken())


@pytest.mark.row("api-misc-5")
def test_none():
    assert m.none() is None
    assert signature(m.none) == "none() -> None"
    assert m.none_values() == (None, None, None)


@pytest.mark.row("api-misc-6")
def test_builtins():
    assert m.builtins() is vars(builtins)
    own = {"marker": 1, "__import__": __import__}
    scope = {"__builtins__": own, "m": m}
    exec("found = m.builtins()", scope)
    assert scope["found"] is own


@pytest.mark.row("api-misc-7", "WRP-13")
def test_globals():
    assert m.globals() is globals()
    scope = {"m": m}
    exec("found = m.globals()", scope)
    assert scope["found"] is scope
    # On a thread without Python code there are the interpreter's builtins, and no globals.
    assert m.without_a_frame() == (3, "RuntimeError: nb::globals(): this thread is not running Python code")


@pytest.mark.row("api-misc-8", "WRP-14")
def test_hash():
    assert m.hash(Loud()) == 77
    assert m.hash("x") == hash("x") and m.hash(-1) == hash(-1) == -2
    with pytest.raises(TypeError, match="^unhashable type: 'list'$"):
        m.hash([])
    with pytest.raises(ZeroDivisionError, match="no hash"):
        m.hash(Broken())
