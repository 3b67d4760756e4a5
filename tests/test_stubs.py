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


@pytest.mark.row("TYP-01", "TYP-09", "TYP-10", "TYP-18", "TYP-27", "TYP-33", "typ-20", "typ-21", "typ-42", "typ-43", "typ-44", "typ-45")
@pytest.mark.row("typ-47")
def test_stubs_are_those_that_are_committed(stubs):
    """To renew them: for each module NB_STUBGEN=tests/expected_stubs python -c "import .."."""
    committed = {path.relative_to(EXPECTED).as_posix(): path.read_text(encoding="utf-8") for path in EXPECTED.rglob("*.pyi")}
    assert stubs == committed
