"""Type stubs: what modules write, what type checkers say about it, and the tools around."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXPECTED = HERE / "expected_stubs"
STUBGEN = HERE.parent / "stubgen"
MODULES = ["test_stubs_ext", "test_stubs_python_ext", "test_stubs_other_ext"]


def run(*arguments, **variables):
    path = os.pathsep.join([*sys.path, str(STUBGEN)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)


def written(module, folder, **variables):
    """What the import of a module writes: texts by path."""
    folder.mkdir(exist_ok=True)
    done = run("-c", f"import {module}", NB_STUBGEN=str(folder), **variables)
    assert done.returncode == 0, done.stderr
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.pyi")}


@pytest.fixture(scope="module")
def stubs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stubs")
    return {path: text for module in MODULES for path, text in written(module, folder).items()}


def entry(text, name):
    """What the stub has under a name, with what is above it."""
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.split("\n")]
        if any(re.match(rf"(def |class |){name}\b", line) for line in lines):
            return "\n".join(lines)
    raise KeyError(name)


@pytest.mark.row("TYP-01", "TYP-09", "TYP-10", "TYP-18", "TYP-27", "TYP-33", "typ-20", "typ-21", "typ-42", "typ-43", "typ-44", "typ-45", "why-14")
@pytest.mark.row("typ-47", "TYP-17")
def test_stubs_are_those_that_are_committed(stubs):
    """To renew them: for each module NB_STUBGEN=tests/expected_stubs python -c "import .."."""
    committed = {path.relative_to(EXPECTED).as_posix(): path.read_text(encoding="utf-8") for path in EXPECTED.rglob("*.pyi")}
    assert stubs == committed


@pytest.mark.row("TYP-23")
def test_docstrings_stay_inside_their_quotation_marks(stubs):
    """Whatever is in them, Python reads back what was given."""
    module = ast.parse(stubs["test_stubs_ext/__init__.pyi"])
    assert ast.get_docstring(module) == 'A module with everything.\n\nIts "docstring" has a \\ and """ in it.'
    functions = {node.name: ast.get_docstring(node) for node in module.body if isinstance(node, ast.FunctionDef)}
    assert functions["explained"] == 'Several lines.\n\n    code = r"\\d"\n\nThe last ends with "quotes"'
    assert functions["bare"] is None


@pytest.mark.row("typ-02", "typ-04", "TYP-04")
def test_signatures_that_the_user_has_given(stubs):
    text = stubs["test_stubs_ext/__init__.pyi"]
    assert entry(text, "given") == '@deprecated(\'use "bare"\')\ndef given(a: T, /, b: int = 3) -> T:\n"""Old"""'
    assert entry(text, "without_types") == "def without_types(list: _Any, str: _Any=1, *args: _Any) -> _Any: ..."


@pytest.mark.row("typ-05", "TYP-05")
def test_default_values(stubs):
    """A text in their place, if Python can read it; and values that are long or have no text."""
    text = stubs["test_stubs_ext/__init__.pyi"]
    assert entry(text, "shown_default") == "def shown_default(a: int = LIMIT) -> int: ..."
    assert entry(text, "unreadable_default") == "def unreadable_default(a: int = ...) -> int: ..."
    assert entry(text, "long_default") == "def long_default(a: builtins.str = ...) -> int: ..."
    assert entry(text, "may") == "def may(a: Access = Access.Read | Access.Write) -> Access: ..."


@pytest.mark.row("TYP-02", "typ-08", "typ-12", "typ-13", "TYP-07", "TYP-08")
def test_types_of_containers_and_wrappers(stubs):
    text = stubs["test_stubs_ext/__init__.pyi"]
    assert "arg1: tuple[int, ...], arg2: Callable[[float], int], /) -> builtins.list[int]" in entry(text, "typed")
    # Both forms of C++'s.
    assert "(arg0: Callable[..., int], arg1: Callable[..., int], /) -> Callable[..., int]" in entry(text, "any_arguments")
    assert entry(text, "results") == "def results() -> dict[int, tuple[bool, builtins.list[int]]]: ..."
    # What says nothing of its elements says so, which strict type checkers ask for.
    shown = "arg1: dict[_Any, _Any], arg2: tuple[_Any, ...], arg3: set[_Any], arg4: Callable[..., _Any], arg5: type[_Any], /"
    assert shown in entry(text, "wrappers")


@pytest.mark.row("typ-06", "typ-14", "typ-16", "typ-17", "api-typing-1", "api-typing-3", "api-typing-4", "TYP-03")
def test_generic_classes(stubs):
    text = stubs["test_stubs_ext/__init__.pyi"]
    assert 'T = TypeVar("T")' in text
    assert 'AnyText = TypeVar("AnyText", builtins.str, bytes)' in text
    assert 'Sub = TypeVar("Sub", bound=builtins.str, covariant=True)' in text
    assert 'P = ParamSpec("P")' in text
    assert "Anything: TypeAlias = _Any" in text
    assert "class Wrapper(Generic[T]):" in text
    assert "class Texts(Wrapper[builtins.str]):" in text
    assert "def same(self, arg: Wrapper[_Any], /) -> Wrapper[_Any]: ..." in text


@pytest.mark.row("TYP-16")
def test_a_docstring_of_all_overloads_stands_under_the_last(stubs):
    text = stubs["test_stubs_ext/__init__.pyi"]
    assert text.count('"""Said once"""') == 1
    assert text.index("def same_doc(arg: builtins.str") < text.index('"""Said once"""')


@pytest.mark.row("TYP-12")
def test_submodules_and_modules_of_others(stubs):
    assert "from . import sub as sub" in stubs["test_stubs_ext/__init__.pyi"]
    assert "math" not in stubs["test_stubs_ext/__init__.pyi"]
    assert "from test_stubs_ext import Point as Point" in stubs["test_stubs_ext/sub.pyi"]


@pytest.mark.row("TYP-19")
def test_nested_classes_have_their_whole_path(stubs):
    assert "def next(self) -> Outer.Inner: ..." in stubs["test_stubs_ext/__init__.pyi"]


def test_private_names_are_shown_where_they_are_needed(stubs):
    text = stubs["test_stubs_ext/__init__.pyi"]
    assert "class _Handle:" in text and "_Unused" not in text and "_private" not in text and "trailing_" not in text


def test_a_type_that_is_not_bound_ends_the_run(tmp_path):
    done = run("-c", "import test_stubs_unbound_ext", NB_STUBGEN=str(tmp_path))
    assert done.stderr.endswith(
        """ImportError: test_stubs_unbound_ext: the stubs cannot name these types, since nothing has bound them:
  test_stubs_unbound_ext.Bound.give(): result: `Missing`
  test_stubs_unbound_ext.Bound.inside(): result: `Unbound`
  test_stubs_unbound_ext.area(): argument 'shape': `Unbound`
Bind each with nb::class_ or nb::enum_, import the module that binds it before, or write the signature with nb::sig.
"""
    )
    assert not list(tmp_path.iterdir())
    shown = written("test_stubs_unbound_ext", tmp_path, NB_STUBGEN_OPTIONS="allow-unbound")["test_stubs_unbound_ext.pyi"]
    assert "# `Unbound` is not bound\ndef area(shape: Any, digits: int) -> float: ..." in shown


def test_a_mistake_of_the_binding_comes_first(tmp_path):
    """What the stubs would say of it is a consequence."""
    done = run("-c", "import test_stubs_mistake_ext", NB_STUBGEN=str(tmp_path))
    assert 'nb_func_new("f"): cannot overload existing non-function object' in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.row("TYP-28")
def test_what_the_variable_says(tmp_path):
    """`1` is what nanobind's generator sets: it says that one runs, and asks for no files."""
    assert run("-c", "import test_stubs_ext", NB_STUBGEN="1", NB_STUBGEN_OPTIONS="x").returncode == 0
    assert run("-c", "import test_stubs_ext", NB_STUBGEN="").returncode == 0
    missing = run("-c", "import test_stubs_ext", NB_STUBGEN=str(tmp_path / "missing"))
    assert f"ImportError: NB_STUBGEN: there is no folder {tmp_path / 'missing'}" in missing.stderr
    wrong = run("-c", "import test_stubs_ext", NB_STUBGEN=str(tmp_path), NB_STUBGEN_OPTIONS="private,all")
    assert 'NB_STUBGEN_OPTIONS: "all" is none of' in wrong.stderr


def test_a_file_that_has_the_text_is_left_alone(tmp_path):
    written("test_stubs_other_ext", tmp_path)
    file = tmp_path / "test_stubs_other_ext.pyi"
    os.utime(file, (1, 1))
    written("test_stubs_other_ext", tmp_path)
    assert file.stat().st_mtime == 1
    file.write_text("stale")
    assert written("test_stubs_other_ext", tmp_path)["test_stubs_other_ext.pyi"] != "stale"


@pytest.mark.row("TYP-15")
def test_the_time_grows_with_the_number_of_functions(tmp_path):
    """And not with its square."""
    script = "import time\nstart = time.perf_counter()\nimport test_stubs_many_ext\nprint(time.perf_counter() - start)"
    took = {}
    for many in (2_000, 10_000):
        done = run("-c", script, NB_STUBGEN=str(tmp_path), NB_TEST_MANY=str(many))
        took[many] = float(done.stdout)
        text = (tmp_path / "test_stubs_many_ext.pyi").read_text()
        assert text.count("def f") == many
    assert took[10_000] < 12 * took[2_000]


@pytest.mark.row("api-typing-2")
@pytest.mark.skipif(sys.version_info < (3, 11), reason="`typing` has no TypeVarTuple, and typing_extensions is not installed")
def test_a_variable_for_several_types():
    done = run("-c", "import typing, test_stubs_ext as m; v = m.type_var_tuple('Ts'); assert type(v) is typing.TypeVarTuple; print(v)")
    assert done.stdout == "Ts\n"
