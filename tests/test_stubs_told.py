"""Stubs of modules whose contents are odd: nothing ends the process, nothing wrong is written without a word."""

import ast

import pytest
from test_stubs import run, written

MODULE = "test_stubs_told_ext"


def stub(folder, code="", **variables):
    return written(MODULE, folder, NB_TEST_CODE=code, **variables)[f"{MODULE}/__init__.pyi"]


def refused(folder, code="", **variables):
    """What the import says; nothing is written."""
    done = run("-c", f"import {MODULE}", NB_STUBGEN=str(folder), NB_TEST_CODE=code, **variables)
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert list(folder.iterdir()) == []
    return done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "x = []; x.append(x)",
        "x = {}; x['a'] = x",
        "x = [[]]; x[0].append(x)",
        "x = {'name': 'root', 'children': []}; x['children'].append({'parent': x})",
        "x = globals()",
        "x = []\nfor i in range(5000): x = [x]",
        "x = ()\nfor i in range(60): x = (x, x)",
        "x = list(range(1_000_000))",
        "x = {i: str(i) for i in range(100_000)}",
        "def f(a=[]): pass\nf.__defaults__[0].append(f.__defaults__[0])\nx = 1",
        "import types\nx = int\nfor i in range(3000): x = types.GenericAlias(list, (x,))",
        "__match_args__ = []; __match_args__.append(__match_args__); x = 1",
    ],
)
def test_values_without_an_end(tmp_path, code):
    text = stub(tmp_path, code)
    ast.parse(text)
    assert "\nx: " in "\n" + text or "\nx = " in "\n" + text


def test_types_of_large_values(tmp_path):
    text = stub(tmp_path, "a = list(range(100_000)); b = [1] * 1000 + ['x']; c = [[1]] * 20; d = [[1], ['x']]")
    for line in ("a: list[int] = ...", "b: list[Any] = ...", "c: list[list[int]] = ...", "d: list[Any] = [[1], ['x']]"):
        assert line in text, text


def test_names_of_typing(tmp_path):
    text = stub(
        tmp_path,
        "from typing import Callable, Dict, List, Literal, NewType\n"
        "import enum\n"
        "class E(enum.Enum):\n    A = 1\n"
        "def f(a: Literal[E.A, 'x']) -> None: pass\n"
        "N = NewType('N', int)\n"
        "async def co(a: int) -> int: return a\n",
    )
    ast.parse(text)
    for line in ("List: TypeAlias = list[Any]", "Dict: TypeAlias = dict[Any, Any]", "Literal[E.A, 'x']", 'N = NewType("N", int)', "async def co(a: int) -> int: ..."):
        assert line in text, text


def test_a_private_submodule_that_is_needed(tmp_path):
    files = written(MODULE, tmp_path)
    assert f"from {MODULE}._impl import Point" in files[f"{MODULE}/__init__.pyi"]
    assert "class Point:" in files[f"{MODULE}/_impl.pyi"]


@pytest.mark.parametrize("name", ["Point<f32>", "a b", "lambda", "../x", 'quo"te'])
def test_classes_whose_name_is_no_identifier(tmp_path, name):
    told = refused(tmp_path, NB_TEST_NAME=name)
    assert "would be no Python in line" in told and "names of classes have to be identifiers" in told


@pytest.mark.parametrize("text", ["def given(a) ->", "def given(a: ) -> int", "@foo(\ndef given(a)", "def given(a: Literal['x) -> int"])
def test_signatures_that_are_no_python(tmp_path, text):
    assert "would be no Python in line" in refused(tmp_path, NB_TEST_SIG=text)


def test_signatures_of_later_versions(tmp_path):
    assert "def given[T](a: T) -> T: ..." in stub(tmp_path, NB_TEST_SIG="def given[T](a: T) -> T")


@pytest.mark.parametrize("name", ["/tmp/escaped", "..evil", "", "a b"])
def test_modules_whose_name_is_no_path(tmp_path, name):
    assert "there is no stub of a module that is called" in refused(tmp_path, f"__name__ = {name!r}")


def test_a_stub_that_would_be_hidden(tmp_path):
    (tmp_path / f"{MODULE}.pyi").write_text("x: int\n")
    done = run("-c", f"import {MODULE}", NB_STUBGEN=str(tmp_path))
    assert done.returncode == 1 and "are stubs of the same module: remove the second" in done.stderr
    assert not (tmp_path / MODULE).exists()


def test_a_member_that_fails_is_named(tmp_path):
    told = refused(tmp_path, "class C: pass\nC.__orig_bases__ = 3")
    assert f"the stub of {MODULE}.C cannot be written" in told


def test_ctrl_c_is_not_lost(tmp_path):
    code = "class M(type):\n    @property\n    def __doc__(cls): raise KeyboardInterrupt\nclass C(metaclass=M): pass\n"
    done = run("-c", f"import {MODULE}, time\ntime.sleep(0.01)", NB_STUBGEN=str(tmp_path), NB_TEST_CODE=code)
    assert done.returncode != 0 and "KeyboardInterrupt" in done.stderr


def test_modules_in_a_circle(tmp_path):
    code = (
        "import types\n"
        "class M(types.ModuleType):\n"
        "    def __getattribute__(self, name):\n"
        "        depth = object.__getattribute__(self, 'depth')\n"
        "        if name == '__name__': return __name__ + '.sub' * depth\n"
        "        if name == '__dict__':\n"
        "            inner = M('sub'); object.__setattr__(inner, 'depth', depth + 1)\n"
        "            return {'sub': inner}\n"
        "        return object.__getattribute__(self, name)\n"
        "sub = M('sub'); object.__setattr__(sub, 'depth', 1)\n"
    )
    assert "too deep in each other" in refused(tmp_path, code)


def test_a_submodule_with_the_name_of_a_file(tmp_path):
    code = "import types\nlocals()['__init__'] = types.ModuleType(__name__ + '.__init__')\n"
    assert '# "__init__" is left out: its file would be that of the module around it' in stub(tmp_path, code)
