"""What type checkers say of stubs, and nanobind's own generator. One interpreter has the tools for it: see `xtask/src/pytest.rs`."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from test_stubs import EXPECTED, HERE, MODULES, run, written

pytestmark = pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="no type checker is installed")

#: What a module's own choices are reported as: a method that its base has otherwise, overloads of which one takes all that another does,
#: `+=` that takes less than `+`.
OWN_CHOICES = {"override", "overload-cannot-match", "overload-overlap"}
#: Texts of `nb::sig` and default values that tests have made up.
MADE_UP = {"test_class_annotations_ext", "test_parameters_ext", "test_functions_ext", "test_wrappers_ext", "test_c_callers_ext"}


def mypy(*arguments, folder, cache):
    command = [sys.executable, "-m", "mypy", "--strict", "--no-color-output", "--no-error-summary", f"--cache-dir={cache}", *arguments]
    environment = {**os.environ, "MYPYPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.row("typ-01", "typ-49", "TYP-01", "typ-16")
def test_the_sample_is_clean_and_its_types_are_those_that_are_meant(cache):
    assert mypy(".", str(HERE / "stub_uses"), folder=EXPECTED, cache=cache) == ""


def test_the_tool_is_clean(cache):
    assert mypy(str(HERE.parent / "stubgen" / "nb_stubgen"), folder=HERE.parent / "stubgen", cache=cache) == ""


@pytest.mark.row("TYP-23", "typ-49")
def test_all_modules_of_the_tests_are_clean(tmp_path, cache):
    """But for what is their own choice."""
    folders = [Path(path) for path in sys.path if path]
    modules = sorted({file.name.split(".")[0] for path in folders for file in path.glob("test_*_ext.*") if file.suffix in (".so", ".pyd")})
    assert len(modules) > 100
    script = (
        "import sys, importlib, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "for name in sys.argv[1:]:\n"
        "    try: importlib.import_module(name)\n"
        "    except BaseException: pass\n"
    )
    done = run("-c", script, *modules, NB_STUBGEN=str(tmp_path), NB_STUBGEN_OPTIONS="allow-unbound")
    files = list(tmp_path.rglob("*.pyi"))
    assert len(files) > 100, done.stderr
    errors = [line for line in mypy(".", folder=tmp_path, cache=cache).splitlines() if ": error: " in line]
    wrong = [line for line in errors if not is_own_choice(line)]
    assert wrong == [], "\n".join(wrong)


def is_own_choice(line):
    if re.split(r"[/.\\]", line)[0] in MADE_UP or line.rsplit("[", 1)[-1].rstrip("]") in OWN_CHOICES:
        return True
    # What is not installed for the tests, or has no types.
    if re.search(r'(module named|installed for) "(cupy|jax|mlx|scipy|tensorflow|torch)\b', line):
        return True
    return bool(re.search(r'Signatures of "__i\w+__" and|are unsafely overlapping|Cannot override final attribute', line))


@pytest.mark.row("typ-19")
@pytest.mark.parametrize("module", MODULES[:2])
def test_nanobind_s_generator_finds_everything(module, tmp_path):
    """No property and no constructor is lost, and a class that has none gets none."""
    done = run("-m", "nanobind.stubgen", "-q", "-r", "-P", "-m", module, "-O", str(tmp_path))
    assert done.returncode == 0, done.stderr
    theirs = {file.relative_to(tmp_path).as_posix(): file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.pyi")}
    for file in EXPECTED.rglob("*.pyi"):
        path = file.relative_to(EXPECTED).as_posix()
        if not path.startswith(module):
            continue
        for name in named(file.read_text(encoding="utf-8")):
            assert re.search(rf"\b{name.rsplit('.', 1)[-1]}\b", theirs[path]), name
    if module == "test_stubs_ext":
        text = theirs["test_stubs_ext/__init__.pyi"]
        assert "@property\n    def x(self) -> float:" in text and "@x.setter\n    def x(self, arg: float, /) -> None" in text
        assert "def __init__(self, x: float = 0.0, y: float = 0.0) -> None" in text
        summary = text[text.index("class Summary") :]
        assert "__init__" not in summary[: summary.index("\nclass ", 1)]


def named(text):
    """The names of all functions, properties and classes."""

    def inside(body, prefix):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and "no_constructor" not in ast.unparse(node):
                yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from inside(node.body, f"{prefix}{node.name}.")

    return list(inside(ast.parse(text).body, ""))


@pytest.mark.row("TYP-20", "api-typing-2")
def test_names_of_typing_extensions(tmp_path, cache):
    """What the oldest version of `typing` does not have, on every version of Python."""
    text = written("test_stubs_typing_ext", tmp_path)["test_stubs_typing_ext.pyi"]
    assert text.startswith("from typing_extensions import TypeVar, TypeVarTuple, Unpack\n\n")
    assert 'Ts = TypeVarTuple("Ts")\n\nD = TypeVar("D", default=int)\n' in text
    assert mypy(".", folder=tmp_path, cache=cache) == ""
