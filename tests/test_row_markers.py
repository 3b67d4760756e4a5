"""The plugin that collects row markers for `cargo xtask parity`."""

import json
import os
import subprocess
import sys
from pathlib import Path

GOOD = """
'''Not a marker: pytest.mark.row("no-01")'''
import pytest
import test_not_built_ext as m
from test_not_built_ext import THINGS

@pytest.mark.row(
    "fn-07",  # why
    "fn-12",
)
@pytest.mark.parametrize("cls", [m.One, type("Sub", (m.One,), {})], ids=lambda cls: cls.__name__)
def test_one(cls):
    # @pytest.mark.row("no-02")
    pass

@pytest.mark.row("fn-13")
@pytest.mark.parametrize("thing", THINGS)
def test_all(thing): ...

@pytest.mark.row("cls-1")
class TestMore:
    pytestmark = pytest.mark.row("cls-2")
    names = sorted(m.One.names())

    @pytest.mark.row('own-16')
    async def test_two(self): ...

class Mine(m.Base, m.Other):
    attribute = m.Base.__dict__["attribute"]

@pytest.mark.parametrize("x", [
    pytest.param(1, marks=pytest.mark.row("ex-03")),
    pytest.param(2, marks=pytest.mark.row("ex-04")),
])
def test_p(x): ...
"""

PROOFS = {
    "test_good.py::test_one": ["fn-07", "fn-12"],
    "test_good.py::test_all": ["fn-13"],
    "test_good.py::TestMore": ["cls-2", "cls-1"],
    "test_good.py::TestMore::test_two": ["own-16"],
    "test_good.py::test_p": ["ex-03", "ex-04"],
}


def collect(directory, **files):
    """What the plugin writes for these files, and what pytest prints."""
    (directory / "pytest.ini").write_text("[pytest]\nmarkers =\n    row(*ids): rows\n")
    for name, text in files.items():
        (directory / f"{name}.py").write_text(text)
    found = directory / "found.json"
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "row_markers"]
    command += ["-o", "empty_parameter_set_mark=xfail", "--rows-to", str(found), str(directory)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(Path(__file__).parent)}
    run = subprocess.run(command, env=environment, cwd=directory, capture_output=True, text=True)
    return json.loads(found.read_text()), run


def test_rows_are_found_without_the_extension_modules(tmp_path):
    found, run = collect(tmp_path, test_good=GOOD)
    assert run.returncode == 0, run.stdout
    assert found == {"proofs": [{"place": place, "rows": PROOFS[place]} for place in PROOFS], "mistakes": []}


#: Sources and the mistake in each.
MISTAKES = {
    "test_bare": ("@pytest.mark.row\ndef test_x(): ...", "test_bare.py::test_x: a row marker takes ids"),
    "test_empty": ("@pytest.mark.row()\ndef test_x(): ...", "test_empty.py::test_x: a row marker takes ids"),
    "test_number": ("@pytest.mark.row(12)\ndef test_x(): ...", "test_number.py::test_x: a row marker takes ids"),
    "test_helper": ("@pytest.mark.row('a-1')\ndef helper(): ...", "test_helper.py:2: the row marker 'a-1' proves nothing"),
    "test_never": (
        "if False:\n  @pytest.mark.row('a-1')\n  def test_x(): ...",
        "test_never.py:3: the row marker 'a-1' proves nothing: pytest collects no test with it",
    ),
    "test_skip": (
        "@pytest.mark.skip\n@pytest.mark.row('a-1')\ndef test_x(): ...",
        "test_skip.py::test_x: a test that is always skipped proves no row",
    ),
    "test_left": (
        "pytest.importorskip('no_such', reason='why')\npytestmark = pytest.mark.row('a-1')",
        "test_left.py:3: the row marker 'a-1' proves nothing: the file is left out here (Skipped: why)",
    ),
    "helpers": ("ROW = pytest.mark.row('a-1')", "helpers.py:2: the row marker 'a-1' proves nothing"),
}


def test_markers_that_prove_nothing(tmp_path):
    found, _ = collect(tmp_path, **{name: "import pytest\n" + source for name, (source, _) in MISTAKES.items()})
    assert found["proofs"] == []
    for name, (_, mistake) in MISTAKES.items():
        assert any(line.startswith(mistake) for line in found["mistakes"]), (name, found["mistakes"])


def test_a_file_that_cannot_be_imported_is_an_error(tmp_path):
    _, run = collect(tmp_path, test_t="import no_such_module", test_good=GOOD)
    assert run.returncode != 0
    assert "ERROR test_t.py" in run.stdout
