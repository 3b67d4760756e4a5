"""Python code in texts: `nb::eval` and `nb::exec`."""

import sys
import types

import pytest
import test_evaluate_ext as m


@pytest.mark.row("util-01", "api-eval-5")
def test_an_expression(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "a", 5, raising=False)
    assert m.plus_ten() == 15
    scope = {"a": 5}
    assert m.eval_globals("a + 10", scope) == 15 and set(scope) <= {"a", "__builtins__"}
    result = object()
    assert m.eval_globals("x", {"x": result}) is result
    for text in ["x = 1", "1; 2", "", "  \n", "(", "\n"]:
        with pytest.raises(SyntaxError):
            m.eval(text)
    with pytest.raises(ZeroDivisionError) as caught:
        m.eval("1 / 0")
    traceback = caught.value.__traceback__.tb_next
    assert traceback.tb_frame.f_code.co_filename == "<string>" and traceback.tb_lineno == 1
    with pytest.raises(NameError):
        m.eval_globals("no_such_name", {})


@pytest.mark.row("util-02", "WRP-12", "api-eval-5")
def test_the_default_scope_is_that_of_the_caller():
    a_local = 1  # not seen: globals only
    assert m.eval("test_the_default_scope_is_that_of_the_caller") is test_the_default_scope_is_that_of_the_caller
    with pytest.raises(NameError):
        m.eval("a_local")
    scope = {"call": m.eval, "y": 7}
    exec("found = call('y')", scope)
    assert scope["found"] == 7
    m.exec("global_of_exec = 1")
    assert globals().pop("global_of_exec") == 1
    assert m.eval("globals() is locals()") is True


@pytest.mark.row("util-02", "WRP-12")
def test_a_thread_that_runs_no_python_code():
    text = "nb::globals(): this thread is not running Python code"
    assert m.without_a_frame() == (f"RuntimeError: {text}", f"RuntimeError: {text}", 3)


@pytest.mark.row("util-02", "api-eval-6")
def test_locals_of_their_own():
    names, local = {"x": 1}, {}
    m.exec_both("y = x + 1", names, local)
    assert local == {"y": 2} and "y" not in names
    assert m.eval_both("x + y", names, local) == 3

    class Names(dict):
        def __missing__(self, name):
            return name.upper()

    assert m.eval_both("anything", {}, Names()) == "ANYTHING"
    assert m.eval_both("x", {}, types.MappingProxyType({"x": 4})) == 4


@pytest.mark.row("util-03", "api-eval-6")
def test_statements(capsys):
    assert m.exec("print('one')\nprint('two')") is None
    assert capsys.readouterr().out == "one\ntwo\n"
    scope = {}
    m.exec_globals("import math\ndef f(x):\n    return math.floor(x)\n", scope)
    assert scope["f"](2.5) == 2
    with pytest.raises(ValueError, match="^second$"):
        m.exec_globals("first = 1\nraise ValueError('second')\nthird = 3", scope)
    assert scope["first"] == 1 and "third" not in scope


@pytest.mark.row("util-04", "api-disc-15")
def test_literals_may_be_indented():
    scope = m.literal()
    assert scope["x"] == 1 and scope["y"] == "a\n  b"
    m.exec_globals("\n    if True:\n        z = 1\n\n    w = 2\n  ", scope)
    assert (scope["z"], scope["w"]) == (1, 2)
    with pytest.raises(IndentationError):
        m.exec_globals("    z = 1\n", scope)
    with pytest.raises(IndentationError):
        m.exec_globals("\n  z = 1\n    w = 2\n", scope)
    # Lines keep their numbers.
    with pytest.raises(ZeroDivisionError) as caught:
        m.exec_globals("\n\n    1 / 0\n", {})
    assert caught.value.__traceback__.tb_next.tb_lineno == 3


@pytest.mark.row("util-05", "api-eval-1", "api-eval-2", "api-eval-3", "api-eval-4", "api-disc-15")
def test_modes(monkeypatch):
    shown = []
    monkeypatch.setattr(sys, "displayhook", shown.append)
    scope = {"x": 1}
    assert m.expression("x + 1", scope) == 2
    assert m.single("x + 1", scope) is None and shown == [2]
    assert m.single("y = 5", scope) is None and scope["y"] == 5 and shown == [2]
    assert m.statements("1\n2") is None and shown == [2]
    with pytest.raises(SyntaxError):
        m.single("y = 6\nz = 7\n", scope)
    assert scope["y"] == 5
    with pytest.raises(SyntaxError):
        m.expression("y = 6", scope)


def test_scopes_and_texts_that_cannot_be():
    for wrong in [5, [], types.MappingProxyType({})]:
        name = type(wrong).__name__
        with pytest.raises(TypeError, match=f"^nb::eval\\(\\): the global variables must be a dict, got '{name}'$"):
            m.eval_globals("1", wrong)
    with pytest.raises(TypeError, match="^nb::eval\\(\\): the local variables must be a mapping, got 'int'$"):
        m.eval_both("1", {}, 5)
    with pytest.raises(ValueError, match="^nb::eval\\(\\): Python code cannot contain a NUL$"):
        m.eval("1\0 + 1")
    assert m.eval("'\u00e9\U0001f980'") == "\u00e9\U0001f980"


def test_code_that_calls_back():
    scope = {"m": m}
    m.exec_globals("m.exec('m.exec(\"x = 1\")')\nx += 1", scope)
    assert scope["x"] == 2

    class Scope(dict):
        def __getitem__(self, name):
            return m.eval_both("1 + 1", {}, {})

    assert m.eval_both("x", {}, Scope()) == 2
    with pytest.raises(RecursionError):
        scope["f"] = lambda: m.eval_globals("f()", scope)
        m.eval_globals("f()", scope)
    with pytest.raises(KeyboardInterrupt):
        m.exec("raise KeyboardInterrupt")
