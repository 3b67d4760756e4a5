"""Functions: names, signatures, docstrings, closures, and Python from native code."""

import copy
import gc
import inspect
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


@pytest.mark.row("why-22")
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
