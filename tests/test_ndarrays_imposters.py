"""Modules and classes that pass for NumPy: arrays go by the protocols then, and nothing is believed that was not checked."""

import subprocess
import sys
from pathlib import Path

import pytest
import test_ndarrays_in_ext
import test_ndarrays_out_ext

START = """
import ctypes, sys, types
import numpy
import test_ndarrays_in_ext as t
import test_ndarrays_out_ext as out
make = ctypes.pythonapi.PyCapsule_New
make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
memory = ctypes.create_string_buffer(b"x" * 64, 64)
core = sys.modules.get("numpy._core._multiarray_umath") or sys.modules["numpy.core._multiarray_umath"]
"""

END = """
a = zeros((2, 3), "f4")
assert t.f_same(a) is a
try:
    t.f(fake)
except TypeError:
    pass
else:
    raise AssertionError("an imposter was taken")
made = out.of_vec(3)
assert [float(x) for x in made] == [0.0, 1.0, 2.0], made
print("ok")
"""

IMPOSTERS = {
    "another table": "fake, zeros = 0, numpy.zeros\ncore._ARRAY_API = make(ctypes.addressof(memory), None, None)",
    "a table that is no capsule": "fake, zeros = 0, numpy.zeros\ncore._ARRAY_API = 5",
    "no table": "fake, zeros = 0, numpy.zeros\ndel core._ARRAY_API",
    "another class": "zeros = numpy.zeros\nnumpy.ndarray = type('numpy.ndarray', (), {})\nfake = numpy.ndarray()",
    "no class at all": "fake, zeros = 0, numpy.zeros\nnumpy.ndarray = 5",
    "a class that is seen first": "zeros = numpy.zeros\nfake = type('numpy.ndarray', (), {})()\ntry: t.f(fake)\nexcept TypeError: pass",
    "a class with slots like an array's": "zeros = numpy.zeros\nfake = type('numpy.ndarray', (), {'__slots__': tuple('abcdefghij')})()\ntry: t.f(fake)\nexcept TypeError: pass",
}


@pytest.mark.parametrize("name", IMPOSTERS)
def test_nothing_is_believed(name):
    folder = Path(test_ndarrays_in_ext.__file__).parent
    assert folder == Path(test_ndarrays_out_ext.__file__).parent
    code = START + IMPOSTERS[name] + END
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(folder), "PYTHON_GIL": "1"}, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr


def test_a_module_that_is_not_numpy():
    folder = Path(test_ndarrays_in_ext.__file__).parent
    code = """
import sys, types
sys.modules["numpy"] = types.ModuleType("numpy")
import test_ndarrays_in_ext as t, test_ndarrays_out_ext as out
assert t.f(memoryview(bytearray(8)).cast("f")) is not None
try:
    out.of_vec(3)
except TypeError as error:
    assert "could not export nanobind::ndarray: AttributeError" in str(error), error
    print("ok")
"""
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(folder), "PYTHON_GIL": "1"}, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
