"""Arrays in stubs: types that checkers read, for what is a text for people in signatures."""

import ast
import importlib.util
import re

import pytest
from test_stubs import run, written

MODULE = "test_ndarrays_signatures_ext"


def stub(module, folder):
    return written(module, folder)[f"{module}.pyi"]


@pytest.mark.row("typ-46", "TYP-24", "TYP-26")
def test_all_kinds_of_arrays_are_python(tmp_path):
    text = stub(MODULE, tmp_path)
    ast.parse(text)
    for wrong in ("ndarray[dtype", "[dtype=", "np.", "*)"):
        assert wrong not in text
    module = __import__(MODULE)
    given = {name: re.search(r"-> (\w[\w.]*\[.*\])$", getattr(module, name).__doc__) for name in dir(module) if name.startswith("gives_")}
    shown = dict(re.findall(r"def (gives_\d+)\(\) -> (.*): \.\.\.", text))
    texts = {match[1]: shown[name] for name, match in given.items() if match}
    for signature, annotation in {
        "ndarray[]": "NDArray[Any]",
        "ndarray[dtype=float32]": "NDArray[numpy.float32]",
        "numpy.ndarray[dtype=float32]": "NDArray[numpy.float32]",
        "ndarray[shape=(*, 3)]": "Annotated[NDArray[Any], dict(shape=(None, 3))]",
        "ndarray[shape=(3)]": "Annotated[NDArray[Any], dict(shape=(3,))]",
        "ndarray[shape=()]": "Annotated[NDArray[Any], dict(shape=())]",
        "ndarray[dtype=float32, shape=(*, 3), order='C', device='cpu']": "Annotated[NDArray[numpy.float32], dict(shape=(None, 3), order='C', device='cpu')]",
        "torch.Tensor[dtype=float32, device='cuda']": "Annotated[Tensor, dict(dtype='float32', device='cuda')]",
        "memoryview[]": "memoryview",
        "memoryview[writable=False]": "Annotated[memoryview, dict(writable=False)]",
        "jaxlib._jax.ArrayImpl[]": "Array",
        "ArrayLike[]": "Any",
        "ArrayLike[dtype=float64, order='A', writable=False]": "Annotated[Any, dict(dtype='float64', order='A', writable=False)]",
    }.items():
        assert texts[signature] == annotation


@pytest.mark.row("TYP-13")
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "int8", "int16", "int64", "uint32", "complex64", "complex128", "bool"])
def test_elements(tmp_path, dtype):
    numpy_name = "bool_" if dtype == "bool" else dtype
    assert f"(arg: NDArray[numpy.{numpy_name}], /) -> None: ..." in stub(MODULE, tmp_path)


def test_modules_of_the_guide(tmp_path):
    text = stub("images", tmp_path)
    mask = "mask: Annotated[NDArray[numpy.bool_], dict(shape=(None, None), writable=False)] | None = None"
    assert mask in text and text.count("@overload") == 2
    assert "def table(self) -> Annotated[NDArray[numpy.uint8], dict(shape=(256,))]: ..." in stub("arrays", tmp_path)


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="no type checker is installed")
def test_a_type_checker_reads_them(tmp_path):
    folder = tmp_path / "stubs"
    for module in ("arrays", "images", "scalars", "views"):
        stub(module, folder)
    (folder / "use.py").write_text(
        "import numpy as np\nimport arrays\n"
        "def blurred() -> int:\n    return arrays.blur(np.zeros((2, 2, 3), np.uint8)).ndim\n"
        "def wrong() -> None:\n    arrays.blur('text')\n"
    )
    done = run("-m", "mypy", "--strict", "--no-color-output", f"--cache-dir={tmp_path / 'cache'}", str(folder))
    assert re.findall(r"use\.py:(\d+): error", done.stdout) == ["6"] and done.stdout.count("error:") == 1, done.stdout
