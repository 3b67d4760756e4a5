"""Functions in pybind11's spelling: what they are called, say and convert. The texts are those of pybind11 3.1."""

import inspect
import re

import pytest

import test_compat_functions_ext as t

INT = "typing.SupportsInt | typing.SupportsIndex"
FLOAT = "typing.SupportsFloat | typing.SupportsIndex"


def refused(function, *args, **kwargs):
    with pytest.raises(TypeError) as caught:
        function(*args, **kwargs)
    return str(caught.value)


@pytest.mark.row("port-02", "port-54")
def test_the_first_example_of_the_manual():
    assert t.__doc__ == "pybind11 example plugin"
    assert t.add(1, 2) == 3
    assert t.add(j=5) == 6
    assert t.the_answer == 42 and t.what == "World"


@pytest.mark.parametrize(
    ("name", "doc"),
    {
        "add": f"add(i: {INT} = 1, j: {INT} = 2) -> int\n\nA function that adds two numbers\n",
        "plain": f"plain(arg0: {INT}, arg1: {FLOAT}, arg2: bool, arg3: str) -> str\n",
        "one": f"one(arg0: {FLOAT}) -> None\n",
        "keywords": f"keywords(a: {INT}, *, b: {INT}) -> int\n",
        "positions": f"positions(a: {INT}, /, b: {INT} = 5) -> int\n",
        "all_by_position": f"all_by_position(a: {INT}, b: {INT}, /) -> int\n",
        "exact": "exact(a: int, b: float) -> int\n",
        "containers": f"containers(arg0: collections.abc.Sequence[{INT}], arg1: collections.abc.Mapping[str, {FLOAT}], "
        f"arg2: {INT} | None, arg3: tuple[{INT}, str], arg4: collections.abc.Set[{INT}]) -> list[int]\n",
        "map": f"map(arg0: collections.abc.Mapping[str, {FLOAT}]) -> dict[str, float]\n",
        "callback": f"callback(arg0: collections.abc.Callable[[float], {INT}], arg1: object, arg2: list, *args, **kwargs) -> int\n",
        "overloaded": "overloaded(*args, **kwargs)\nOverloaded function.\n\n"
        f"1. overloaded(arg0: {INT}) -> int\n\nfirst\n\n2. overloaded(arg0: str) -> int\n\nsecond\n",
        "shown": f"shown(x: {FLOAT} = 1 / 2) -> float\n",
        "described": f"described(arg0: {FLOAT}) -> float\n\nBy py::doc\n",
        "renamed": f"renamed(arg0: {INT}) -> int\n",
        "squares": f"squares(arg0: {INT}) -> collections.abc.Iterator[int]\n",
    }.items(),
)
def test_docstrings_are_pybind11s(name, doc):
    assert getattr(t, name).__doc__ == doc


def test_inspect_reads_the_signature_all_the_same():
    assert str(inspect.signature(t.add)) == "(i=1, j=2)"
    assert str(inspect.signature(t.positions)) == "(a, /, b=5)"


def test_options_hold_as_long_as_their_variable():
    assert t.quiet.__doc__ == "Just this text\n"
    assert t.quiet_twice.__doc__ == "one\n\ntwo\n"
    assert t.undocumented.__doc__ == f"undocumented(arg0: {INT}) -> int\n"
    # Bound behind the block in which they were changed.
    assert t.as_int.__doc__ == "as_int(arg0: object) -> int\n"


@pytest.mark.parametrize(
    ("args", "kwargs", "shown"),
    [
        (("a", 2), {}, "'a', 2"),
        ((1, 2, 3), {}, "1, 2, 3"),
        ((1,), {"j": "x"}, "1; kwargs: j='x'"),
        ((), {"i": 1, "c": 3}, "kwargs: i=1, c=3"),
    ],
)
def test_refusals_are_pybind11s(args, kwargs, shown):
    assert refused(t.add, *args, **kwargs) == (
        "add(): incompatible function arguments. The following argument types are supported:\n"
        f"    1. (i: {INT} = 1, j: {INT} = 2) -> int\n\nInvoked with: {shown}"
    )


def test_a_refusal_lists_the_overloads():
    assert refused(t.overloaded, 2.5) == (
        "overloaded(): incompatible function arguments. The following argument types are supported:\n"
        f"    1. (arg0: {INT}) -> int\n    2. (arg0: str) -> int\n\nInvoked with: 2.5"
    )


def test_a_repr_that_raises_does_not_hide_the_refusal():
    class Sulky:
        def __repr__(self):
            raise ValueError("no")

    assert refused(t.byte, Sulky()).endswith("Invoked with: <repr raised Error>")

    class Fatal:
        def __repr__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        t.byte(Fatal())


def test_a_repr_may_call_the_function_again_or_change_the_arguments():
    class Again:
        depth = 0

        def __repr__(self):
            Again.depth += 1
            given.clear()
            return refused(t.byte, self)

    given = [Again()]
    shown = refused(t.byte, *given)
    # What is refused in a `repr` shows its arguments by theirs, but not for ever.
    assert 5 <= Again.depth <= 20 and re.search(r"<.*Again object at 0x\w+>$", shown)


def test_keyword_only_and_positional_only():
    assert t.keywords(5, b=2) == t.keywords(b=2, a=5) == 3
    assert "1, 2" in refused(t.keywords, 1, 2)
    assert t.positions(7) == 2 and t.positions(7, b=1) == 6
    assert refused(t.positions, a=7).endswith("Invoked with: kwargs: a=7")
    assert refused(t.all_by_position, 1, b=2).endswith("Invoked with: 1; kwargs: b=2")
    assert t.all_by_position(3, 1) == 2


@pytest.mark.parametrize(("value", "truth"), [(0, False), (1, True), (2.5, True), (0.0, False), (None, False), (True, True)])
def test_what_has_a_truth_value_is_a_bool_where_conversions_are_allowed(value, truth):
    assert t.truth(value) is truth
    assert t.truths([value]) == [truth]
    if not isinstance(value, bool):
        refused(t.exact_truth, value)


def test_a_bool_of_numpy_is_one():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    assert t.exact_truth(numpy.bool_(True)) is True
    assert t.truth(numpy.bool_(False)) is False


def test_no_code_of_pythons_runs_for_a_truth_value():
    """Differs: pybind11 asks any `__bool__`."""

    class Tells:
        def __bool__(self):
            raise AssertionError("never asked")

    class Number(int):
        def __bool__(self):
            raise AssertionError("never asked")

    for value in ["x", [], Tells(), Number(1)]:
        refused(t.truth, value)
    impostor = type("numpy.bool", (), {"__bool__": lambda self: True, "__module__": "numpy"})
    refused(t.exact_truth, impostor())


def test_bytes_are_texts():
    assert t.text(b"ab") == t.text(bytearray(b"ab")) == "ab"
    assert t.lent_text(b"abc") == t.lent_text(bytearray("äb", "utf-8")) == 3
    assert t.texts([b"a", bytearray(b"b"), "c"]) == ["a", "b", "c"]
    assert t.text_before_bytes(b"a") == "text"
    refused(t.text, 1)
    # Differs: pybind11 lets the text in, and fails where it goes out.
    assert "Invoked with: b'\\xff'" in refused(t.text, b"\xff")


def test_none_is_taken_where_there_can_be_none():
    assert t.anything(None) and t.maybe(None)
    assert not t.anything(1)
    assert refused(t.no_object, None).endswith("Invoked with: None")
    assert not t.no_object(1)
    refused(t.byte, None)
    refused(t.text, None)


def test_numbers_out_of_range():
    assert t.byte(127) == 127
    assert refused(t.byte, 300).endswith("Invoked with: 300")
    refused(t.byte, 2.0)


@pytest.mark.row("port-04")
@pytest.mark.parametrize(
    ("number", "kind"),
    list(enumerate([StopIteration, IndexError, KeyError, ValueError, TypeError, BufferError, ImportError, AttributeError])),
)
def test_exceptions_of_the_namespace(number, kind):
    with pytest.raises(kind):
        t.error(number)


def test_a_failed_cast_is_a_runtime_error():
    with pytest.raises(RuntimeError, match="no cast"):
        t.failing()
    with pytest.raises(RuntimeError):
        t.as_int("x")


@pytest.mark.row("port-05", "port-06")
def test_functions_of_the_namespace(capsys, tmp_path):
    assert t.as_int(3) == 3 and t.as_ints((1, 2)) == [1, 2]
    assert t.checked([1]) == [1]
    with pytest.raises((RuntimeError, TypeError)):
        t.checked(())
    assert t.is_list([]) and not t.is_list(())
    assert t.is_a(True, int) and not t.is_a("", int)
    assert t.get(5) == 5 and t.get_or(5) == 7
    assert t.type_of(5) is int
    assert t.named(4) == {"x": 4, "twice": 8}
    assert t.formatted(1.25, "b") == "1.2 and b"
    assert t.upper("abc") == "ABC" and t.joined("/a/b") == "b"
    assert t.run("1 + 1") == 2
    t.print([1])
    t.print_one({})
    assert capsys.readouterr().out == "It is-[1]-3!\n{}\n"
    file = tmp_path / "script.py"
    file.write_text("found = 'here'\n")
    assert t.run_file(str(file)) == "here"
    file.write_text("\nraise KeyError(1)\n")
    with pytest.raises(KeyError) as caught:
        t.run_file(str(file))
    assert caught.traceback[-1].path == file and caught.traceback[-1].lineno == 1
    with pytest.raises(FileNotFoundError):
        t.run_file(str(tmp_path / "nothing.py"))


def test_calls_of_python_functions():
    assert t.call(dict, [("a", 1)], b=2) == {"a": 1, "b": 2}
    assert t.callback(lambda x: int(x) + 1, None, [], 1, 2, k=3) == 2
    with pytest.raises(ZeroDivisionError):
        t.call(lambda: 1 / 0)


@pytest.mark.row("port-28")
def test_iterators_need_no_scope():
    assert list(t.squares(4)) == [0, 1, 4, 9]
    assert list(t.countdown(3)) == [2, 1, 0]
    assert type(t.squares(1)) is type(t.countdown(1))


def test_a_bytearray_that_changes_while_the_call_runs():
    """What is lent to the function is a copy."""
    text = bytearray(b"x" * 100)
    assert t.lent_text(text) == 100
    text.clear()
    assert t.lent_text(text) == 0
