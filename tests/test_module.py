"""Modules: the body, attributes, docstrings, submodules, imports that fail."""

import os
import gc
import importlib
import importlib.util
import inspect
import pickle
import pydoc
import re
import subprocess
import sys
import warnings
import weakref

import pytest
from stubs import signatures
import test_module_ext as m

INIT_FAILED = "Encountered an error while initializing the extension."


def import_error(name):
    """The ImportError that importing `name` raises."""
    assert name not in sys.modules
    # What an earlier attempt has bound is garbage, but alive until it is collected.
    gc.collect()
    with pytest.raises(ImportError) as caught:
        importlib.import_module(name)
    assert type(caught.value) is ImportError
    assert name not in sys.modules
    return caught.value


# The body.


@pytest.mark.row("port-02", "api-macro-1", "BLD-06")
def test_the_body_runs_once_and_in_order():
    import test_module_ext

    assert test_module_ext is m
    assert importlib.import_module("test_module_ext") is m
    assert importlib.reload(m) is m
    code = "import sys; sys.path[:0] = %r; import test_module_ext as m; import test_module_ext; print(m.runs())" % sys.path
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "1\n"
    assert m.first == 2
    assert m.__name__ == "test_module_ext"


def test_plain_rust_statements_may_stand_between_bindings():
    assert (m.zero, m.one, m.two) == (0, 1, 2)


@pytest.mark.row("first-13")
def test_the_docstring_can_be_set_and_replaced_anywhere_in_the_body():
    assert m.__doc__ == "The documentation of the module"


@pytest.mark.row("first-12")
def test_values_become_attributes():
    assert m.text == "a text"
    assert m.pi == 3.5
    assert m.yes is True
    assert m.nothing is None
    assert m.numbers == [1, 2, 3]
    assert m.maybe == 4
    assert m.pair == (1, "two")
    assert type(m.origin) is m.Point
    assert (m.origin.x, m.origin.y) == (0, 0)
    error = import_error("test_fail_attribute_ext")
    assert str(error) == "a value of type `Late` cannot be converted to a Python object: bind its type first"


def test_an_exported_object_is_the_same_on_each_access():
    assert m.origin is m.origin
    m.origin.x += 5
    try:
        assert m.origin.x == 5
    finally:
        m.origin.x = 0


@pytest.mark.row("fn-44")
def test_overloads_of_a_base_class_are_hidden():
    point = m.Point3(1, 2, 3)
    assert point.ov(1) == "derived"
    with pytest.raises(TypeError) as caught:
        point.ov("x")
    assert "    1. ov(self, arg: int, /) -> str\n\nInvoked" in str(caught.value)
    assert m.Point(1, 2).ov("x") == "base"
    assert (point.x, point.z) == (1, 3)


def test_a_type_that_is_never_bound_is_shown_by_its_native_name():
    signature = "nameless(arg0: Nameless, arg1: collections.abc.Sequence[int], /) -> int"
    assert m.nameless.__doc__ == signature
    text = 'def nameless(arg0: "Nameless", arg1: collections.abc.Sequence[int], /) -> int'
    assert signatures("test_module_ext", "nameless") == [((text, None, None),)]
    with pytest.raises(TypeError, match="^nameless\\(\\): incompatible function arguments"):
        m.nameless(1, [2])


@pytest.mark.row("DSP-45")
def test_warnings_may_be_errors():
    relinquished, uninitialized = m.Point(1, 2), m.Point.__new__(m.Point)
    assert m.spend(relinquished) == 1
    cases = [
        (lambda: m.sum(uninitialized), "nanobind: attempted to access an uninitialized instance"),
        (lambda: m.sum(relinquished), "nanobind: attempted to access a relinquished instance"),
        (lambda: m.spend(relinquished), "nanobind: attempted to access a relinquished instance"),
        (lambda: m.Point(0, 0).__init__(1, 2), None),
        (lambda: uninitialized.x, "nanobind: attempted to access an uninitialized instance"),
    ]
    for call, text in cases:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if text is None:
                text = "nanobind: attempted to initialize an already-initialized instance"
            with pytest.raises(RuntimeWarning) as caught:
                call()
            assert str(caught.value).startswith(text)
        # As a warning, it is followed by the usual TypeError.
        with pytest.warns(RuntimeWarning, match=text), pytest.raises(TypeError):
            call()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = import_error("test_fail_bound_twice_ext")
    assert str(error) == INIT_FAILED
    assert type(error.__cause__) is RuntimeWarning
    assert "was already registered as" in str(error.__cause__)


@pytest.mark.row("why-19")
def test_a_signature_shows_types_that_are_bound_later():
    assert m.shift.__doc__ == (
        "shift(p: test_module_ext.Point, by: int = 1) -> test_module_ext.Point\n\nMoves a point"
    )
    assert m.shift(m.Point(1, 2)).x == 2


def test_a_name_with_an_underscore_replaces_what_is_not_a_function():
    assert m._hidden("you") == "hello you"


# Help.


@pytest.mark.row("first-14")
def test_help_shows_functions_classes_values_and_docs():
    text = pydoc.render_doc(m, renderer=pydoc.plaintext)
    assert "The documentation of the module" in text
    assert "shift(p: test_module_ext.Point, by: int = 1) -> test_module_ext.Point" in text
    assert "Moves a point" in text
    assert "class Point" in text
    assert "A point in the plane" in text
    assert "To the right" in text
    assert "Makes a point" in text
    assert re.search(r"text = 'a text'", text)


@pytest.mark.row("DSP-30")
def test_documentation_tools_can_look_at_everything():
    for value in [m.shift, m.Point, m.Point.origin, m.Point.__init__, m.Point.x, m.Point.sum, m.tools.greet]:
        assert pydoc.render_doc(value)
        assert inspect.getdoc(value)
    for value in [m.shift, m.Point.__init__, m.Point.__repr__, m.Point.origin, m.Point.sum.fget, m.Point.sum.fset]:
        for odd in ["__wrapped__", "_ipython_display_", "_repr_mimebundle_", "\N{SNOWMAN}", "", "a b", "__signature__"]:
            assert getattr(value, odd, None) is None
        assert inspect.isroutine(value)
        assert inspect.unwrap(value) is value
        assert dir(value)
    assert inspect.getdoc(m.Point.x) == "To the right"
    assert inspect.getdoc(m.Point.sum) == "Both together"
    assert inspect.getdoc(m.shift) == m.shift.__doc__


# Submodules.


@pytest.mark.row("api-wrap-43")
def test_submodules_are_modules_of_their_own():
    assert m.tools.__name__ == "test_module_ext.tools"
    assert m.tools.__doc__ == "Tools for everyone"
    assert sys.modules["test_module_ext.tools"] is m.tools
    assert m.tools.greet() == "hello world"
    assert m.tools.greet(who="you") == "hello you"
    assert m.tools.greet.__module__ == "test_module_ext.tools"
    assert m.tools.greet.__doc__ == "greet(who: str = 'world') -> str\n\nSays hello"
    assert m.tools.version == 3
    assert m.tools.inner.__name__ == "test_module_ext.tools.inner"
    assert m.tools.inner.greet("me") == "hello me"
    assert importlib.import_module("test_module_ext.tools.inner") is m.tools.inner


def test_classes_and_functions_of_submodules_know_where_they_live():
    tool = m.tools.Tool("saw")
    assert type(tool).__module__ == "test_module_ext.tools"
    assert repr(m.tools.Tool) == "<class 'test_module_ext.tools.Tool'>"
    assert "__init__(self, arg: str, /) -> None" == m.tools.Tool.__init__.__doc__
    assert pickle.loads(pickle.dumps(m.tools.greet)) is m.tools.greet
    assert pickle.loads(pickle.dumps(m.tools.inner.greet)) is m.tools.inner.greet


# Names that nanobind has instead of pybind11's.


@pytest.mark.row("port-07", "api-wrap-40")
def test_every_kind_of_member_takes_names_defaults_and_docs():
    point = m.Point(y=2)
    assert (point.x, point.y) == (0, 2)
    point.x = 5
    assert (point.x, point.sum, point.product) == (5, 7, 10)
    with pytest.raises(AttributeError):
        point.y = 1
    assert m.Point.x.__doc__ == "To the right"
    assert m.Point.y.__doc__ == "Upwards"
    assert m.Point.__init__.__doc__ == "__init__(self, x: int = 0, y: int = 0) -> None\n\nMakes a point"


@pytest.mark.row("port-08")
def test_properties_have_getters_and_setters_of_their_own():
    point = m.Point(1, 2)
    point.sum = 10
    assert (point.x, point.y, point.sum) == (8, 2, 10)
    assert m.Point.sum.__doc__ == "Both together"
    with pytest.raises(AttributeError):
        point.product = 3
    assert m.Point.product.fset is None


# Imports that fail.


@pytest.mark.row("first-04", "api-macro-1", "ERR-15")
def test_a_body_that_fails_is_an_import_error_and_the_interpreter_lives():
    assert str(import_error("test_fail_error_ext")) == "the body returned an error"
    error = import_error("test_fail_python_ext")
    assert str(error) == INIT_FAILED
    assert type(error.__cause__) is ModuleNotFoundError
    assert error.__cause__.name == "a_module_that_nobody_has"
    error = import_error("test_fail_panic_ext")
    assert str(error) == INIT_FAILED
    assert re.fullmatch(r"the body panicked \(Rust panic at .*failing\.rs:\d+:\d+\)", str(error.__cause__))
    assert isinstance(error.__cause__, RuntimeError)
    assert type(error.__cause__).__name__ == "panic_error"
    assert m.shift(m.Point(1, 2)).x == 2


def test_the_error_of_a_rust_library_is_the_text_of_the_import_error():
    assert str(import_error("test_fail_display_ext")) == "invalid digit found in string"


def test_an_interrupt_of_the_import_is_not_an_import_error():
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("test_fail_interrupt_ext")
    assert "test_fail_interrupt_ext" not in sys.modules


def test_a_failed_import_fails_the_same_way_again():
    for _ in range(3):
        assert str(import_error("test_fail_error_ext")) == "the body returned an error"
        assert str(import_error("test_fail_panic_ext")) == INIT_FAILED


def test_the_body_can_run_for_a_second_module_object():
    # In a process of its own, since the class that both share gets the overloads of both.
    code = """
import gc, importlib.util, sys, warnings, weakref; sys.path[:0] = %r
import test_module_ext as m
spec = importlib.util.find_spec("test_module_ext")
second = importlib.util.module_from_spec(spec)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    spec.loader.exec_module(second)
assert any("was already registered as" in str(warning.message) for warning in caught)
assert second is not m and second.runs() == 2
assert second.Point is m.Point
assert second.shift(m.Point(1, 2)).x == m.shift(m.Point(1, 2)).x == 2
watch = weakref.ref(second)
del second
gc.collect()
assert watch() is None
assert m.shift(m.Point(1, 2)).x == 2
""" % sys.path
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_import_can_succeed_after_it_has_failed():
    assert str(import_error("test_fail_once_ext")) == "not yet"
    module = importlib.import_module("test_fail_once_ext")
    try:
        assert module.runs == 2
    finally:
        del sys.modules["test_fail_once_ext"]


@pytest.mark.row("fn-04")
def test_a_default_value_of_a_type_that_is_not_bound_yet_names_the_type():
    error = import_error("test_fail_default_ext")
    assert str(error) == (
        "f(): the default value of argument 'x' (Late) cannot be converted to a Python object:"
        " bind its type before this function"
    )


@pytest.mark.row("DSP-35")
def test_a_default_value_whose_conversion_raises_shows_that_exception():
    error = import_error("test_fail_default_raises_ext")
    assert str(error) == INIT_FAILED
    assert type(error.__cause__) is ValueError
    assert str(error.__cause__) == "the default cannot be converted"
    # Without an exception of its own, it is the plain error that names type and argument.
    assert "the default value of argument 'x'" in str(import_error("test_fail_default_ext"))


@pytest.mark.row("ex-18")
def test_a_default_value_whose_conversion_panics_is_an_import_error():
    error = import_error("test_fail_default_panics_ext")
    assert str(error) == INIT_FAILED
    assert str(error.__cause__).startswith("the default panicked (Rust panic at ")


@pytest.mark.row("fn-43", "DSP-40", "ERR-21")
def test_names_that_clash_are_import_errors():
    text = 'nb::detail::nb_func_new("f"): mismatched static/instance method flags in function overloads!'
    assert str(import_error("test_fail_mixed_ext")) == text
    assert str(import_error("test_fail_mixed_back_ext")) == text
    text = 'nb::detail::nb_func_new("f"): cannot overload existing non-function object of the same name!'
    assert str(import_error("test_fail_taken_ext")) == text
    assert callable(m._hidden)
    # A derived class starts a chain of its own.
    point = m.Point3(1, 2, 3)
    assert point.ov(1) == "derived"
    with pytest.raises(TypeError) as caught:
        point.ov("x")
    assert str(caught.value) == (
        "ov(): incompatible function arguments. The following argument types are supported:\n"
        "    1. ov(self, arg: int, /) -> str\n"
        "\n"
        "Invoked with types: test_module_ext.Point3, str"
    )
    assert m.Point.ov(point, "x") == "base"


def test_the_first_of_several_mistakes_is_reported():
    text = 'nb::detail::nb_func_new("f"): cannot overload existing non-function object of the same name!'
    assert str(import_error("test_fail_first_ext")) == text


@pytest.mark.row("ERR-21")
def test_one_name_for_two_arguments_is_an_import_error():
    assert str(import_error("test_fail_twice_ext")) == "f(): the argument name 'a' is used twice"


@pytest.mark.row("DSP-33")
def test_a_default_value_that_refers_back_to_the_module_is_collected():
    module = importlib.import_module("test_module_cycle_ext")
    assert module.whose() is module
    assert module.itself is module.whose
    watch = weakref.ref(module)
    del sys.modules["test_module_cycle_ext"], module
    gc.collect()
    assert watch() is None
    # Collecting while functions are being bound, and at exit.
    code = """
import gc, sys; sys.path[:0] = %r
gc.set_threshold(1)
import test_module_cycle_ext, test_functions_ext
for _ in range(20):
    gc.collect()
""" % sys.path
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Fatal" not in done.stderr


def test_import_and_exit_of_a_fresh_interpreter_are_silent():
    code = "import sys; sys.path[:0] = %r; import test_module_ext as m; m.origin; m.tools.greet()" % sys.path
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_failing_import_leaves_a_fresh_interpreter_able_to_exit():
    code = """
import sys; sys.path[:0] = %r
for name in ["test_fail_error_ext", "test_fail_panic_ext", "test_fail_default_ext"]:
    try:
        __import__(name)
    except ImportError as error:
        print(name, error)
""" % sys.path
    quiet = {**os.environ, "RUST_BACKTRACE": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=quiet)
    assert done.returncode == 0
    assert done.stdout.count("\n") == 3
    assert done.stderr == ""


IN_ANOTHER_INTERPRETER = """
import sys
sys.path[:0] = {path!r}
try:
    import test_module_ext
    text = "imported"
except ImportError as error:
    text = str(error)
print(text, flush=True)
"""

# Interpreters with a GIL of their own; `concurrent.interpreters` exists from 3.14 on, the others are its inner halves.
RUN_IN_ANOTHER_INTERPRETER = """
import sys
sys.path[:0] = {path!r}
import test_module_ext
try:
    from concurrent import interpreters
    interpreters.create().exec({code!r})
except ImportError:
    try:
        import _interpreters
    except ImportError:
        import _xxsubinterpreters as _interpreters
    where = _interpreters.create()
    _interpreters.run_string(where, {code!r})
    _interpreters.destroy(where)
print(test_module_ext.first, flush=True)
"""


@pytest.mark.row("port-43")
@pytest.mark.skipif(sys.version_info < (3, 12), reason="a module can refuse other interpreters from 3.12 on")
def test_another_interpreter_cannot_import_it():
    code = IN_ANOTHER_INTERPRETER.format(path=sys.path)
    code = RUN_IN_ANOTHER_INTERPRETER.format(path=sys.path, code=code)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    refusal = "module test_module_ext does not support loading in subinterpreters"
    # The first interpreter goes on as if nothing had happened.
    assert (done.stdout, done.returncode, done.stderr) == (f"{refusal}\n2\n", 0, "")
