"""Arrays of other libraries than NumPy: those that are installed, and modules that play them, for texts and for the calls that are made."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import test_ndarrays_in_ext as t
import test_ndarrays_out_ext as out
import test_ndarrays_policies_ext as p
import test_ndarrays_views_ext as views

FAKE = """
import sys, types
sys.path[:0] = {path!r}
import numpy as np
LOG = []

class Made:
    def __init__(self, of): self.of = of
    def clone(self): LOG.append("clone()"); return Copy(self)
    def copy(self): LOG.append("copy()"); return Copy(self)

class Copy:
    def __init__(self, of): self.of = of

def module(name, **functions):
    made = types.ModuleType(name)
    made.__dict__.update(functions)
    sys.modules[name] = made
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, made)
    return made

def maker(name):
    def make(*args, **words):
        LOG.append((name, [type(arg).__name__ for arg in args], words))
        return Made(args[0])
    return make

Made.__module__ = {module!r}
"""


def run(code, module="torch"):
    """In an interpreter of its own, which has to end without a word: makers are looked up once for each interpreter."""
    code = FAKE.format(path=sys.path, module=module) + code
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


FRAMEWORKS = [
    ("to", "torch torch.utils torch.utils.dlpack", "from_dlpack", "nb_ndarray", "clone()", "torch"),
    ("jx", "jax jax.dlpack", "from_dlpack", "nb_ndarray", "copy()", "jaxlib._jax"),
    ("cu", "cupy", "from_dlpack", "nb_ndarray", "copy()", "cupy"),
    ("ml", "mlx mlx.core", "array", "nb_ndarray", None, "mlx.core"),
    ("tf", "tensorflow tensorflow.experimental tensorflow.experimental.dlpack", "from_dlpack", "PyCapsule", None, "tensorflow.python"),
]


@pytest.mark.row(
    "nd-37", "nd-38", "nd-39", "nd-40", "nd-41", "nd-58", "nd-59", "nd-60", "nd-65", "NDA-33", "NDA-35", "api-ndann-21", "api-ndann-22", "api-ndann-23", "api-ndann-24",
    "api-ndann-25",
)
@pytest.mark.parametrize("short, modules, function, argument, copies, kind", FRAMEWORKS)
def test_how_arrays_are_made_for_a_framework(short, modules, function, argument, copies, kind):
    last = modules.split()[-1]
    run(f"""
for name in {modules!r}.split():
    module(name)
setattr(sys.modules[{last!r}], {function!r}, maker({last!r}))
import test_ndarrays_policies_ext as p
made = {last!r}, [{argument!r}], {{}}
for owner, policy, copied in [("own", "automatic", False), ("own", "copy", True), ("noown", "automatic", True), ("noown", "reference", False), ("own", "move_", True)]:
    LOG.clear()
    call = getattr(p, f"ret_{short}_{{owner}}_{{policy}}")
    if copied and {short!r} == "tf":
        try:
            call()
            raise SystemExit("no error")
        except RuntimeError as error:
            assert "copying the array contents is not supported for this framework" in str(error)
        assert LOG == []
        continue
    result = call()
    copies = {copies!r}
    assert LOG == [made] + ([copies] if copied and copies else []), (owner, policy, LOG)
    assert type(result).__name__ == ("Copy" if copied and copies else "Made")
    if {argument!r} == "nb_ndarray":
        first = result.of.of if copied and copies else result.of
        assert np.asarray(first).tolist() == [[0, 1, 2], [3, 4, 5]]
LOG.clear()
# The function is looked up once.
setattr(sys.modules[{last!r}], {function!r}, None)
p.ret_{short}_own_automatic()
assert len(LOG) == 1
before = sys.getrefcount(sys.modules[{last!r}])
for _ in range(1000):
    p.ret_{short}_own_automatic()
assert sys.getrefcount(sys.modules[{last!r}]) == before
""", kind)


@pytest.mark.row("nd-37", "nd-66", "NDA-30")
@pytest.mark.parametrize("short, modules, function, argument, copies, kind", FRAMEWORKS)
def test_frameworks_that_fail(short, modules, function, argument, copies, kind):
    last = modules.split()[-1]
    run(f"""
import importlib.abc
class Hides(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {modules.split()[0]!r}:
            raise ModuleNotFoundError(f"No module named {{name.split('.')[0]!r}}")
sys.meta_path.insert(0, Hides())
import test_ndarrays_policies_ext as p
def fails(text, call=p.ret_{short}_own_automatic, kind=TypeError, *args):
    try:
        call(*args)
    except kind as error:
        assert str(error) == text, error
    else:
        raise SystemExit("no error")
start = p.counts()
fails("could not export nanobind::ndarray: ModuleNotFoundError: No module named '{modules.split()[0]}'")
for name in {modules!r}.split():
    module(name)
fails("could not export nanobind::ndarray: AttributeError: module '{last}' has no attribute '{function}'")
def raises(value):
    raise ValueError("not this")
setattr(sys.modules[{last!r}], {function!r}, raises)
fails("could not export nanobind::ndarray: ValueError: not this")
assert p.counts()[0] - start[0] == p.counts()[1] - start[1] == 3
""")


@pytest.mark.row("nd-40", "NDA-30", "NDA-17")
def test_an_array_of_the_framework_is_given_back():
    run("""
module("torch", float32=("torch", "f4")); module("torch.utils"); module("torch.utils.dlpack", from_dlpack=maker("torch.utils.dlpack"))
import test_ndarrays_policies_ext as p
class Tensor:
    def __init__(self, of): self.of = of
    def __dlpack__(self, **words): return self.of.__dlpack__(**words)
    def clone(self): LOG.append("clone()"); return self
Tensor.__module__ = "torch"
tensor, array = Tensor(np.zeros((2, 3), "f4")), np.zeros((2, 3), "f4")
assert p.id_to_automatic(tensor) is tensor and p.to_torch(tensor) is tensor and LOG == []
p.id_to_copy(tensor)
assert LOG == ["clone()"]
LOG.clear()
made = p.id_to_automatic(array)
assert LOG == [("torch.utils.dlpack", ["nb_ndarray"], {})] and np.asarray(made.of).ctypes.data == array.ctypes.data
assert type(p.id_np_automatic(tensor)) is np.ndarray and p.id_nf_automatic(tensor) is tensor
""")


@pytest.mark.row("nd-85", "nd-37", "nd-40")
@pytest.mark.parametrize("short, modules, function", [("to", "torch torch.utils torch.utils.dlpack", "from_dlpack"), ("cu", "cupy", "from_dlpack")])
def test_frameworks_that_know_no_read_only_arrays_get_a_copy(short, modules, function):
    run(f"""
for name in {modules!r}.split():
    made = module(name)
setattr(made, {function!r}, maker("make"))
import test_ndarrays_out_ext as out
spec = [[3], [2], (2, 32, 1), (1, 0), "-", 0]
made = np.asarray(out.ro_{short}(spec, False).of)
assert made.flags.writeable and made.strides == (4,) and made.tobytes() == out.ro_np(spec, False).tobytes()
before = out.dropped()
out.ro_{short}(spec, False)
assert out.dropped() == before + 1
try:
    out.ro_{short}([[3], [2], (2, 32, 1), (2, 0), "-", 0], True)
except BufferError as error:
    assert "only versioned DLPack capsules" in str(error)
else:
    raise SystemExit("no error")
""")


@pytest.mark.row("nd-24", "nd-30", "NDA-01", "NDA-24")
def test_conversions_of_fake_tensors():
    run("""
module("torch", float32=("float32", "f4"), bool=("bool", "?"), bfloat16=("bfloat16", "u2")); module("torch.utils")
def to_dlpack(tensor):
    LOG.append("to_dlpack")
    return np.zeros((2, 3), "f4").__dlpack__()
module("torch.utils.dlpack", to_dlpack=to_dlpack)
import test_ndarrays_in_ext as t
class Tensor:
    def __init__(self, of): self.of = of
    def __dlpack__(self, **words): return self.of.__dlpack__(**words)
    def to(self, dtype): LOG.append(("to", dtype)); return Tensor(self.of.astype(dtype[1]))
    def contiguous(self): LOG.append("contiguous"); return Tensor(np.ascontiguousarray(self.of))
class Old:
    "Without __dlpack__."
Tensor.__module__ = Old.__module__ = "torch"
Old.__name__ = "Tensor"
double = np.zeros((2, 3))
assert t.f(Tensor(double))[3] == (2, 32, 1) and LOG == [("to", ("float32", "f4"))]
LOG.clear()
assert t.fC(Tensor(double.T))[2] == [2, 1] and LOG == [("to", ("float32", "f4")), "contiguous"]
LOG.clear()
try:
    t.bf16(Tensor(double))
except TypeError:
    pass
assert LOG == [("to", ("bfloat16", "u2"))]
LOG.clear()
assert t.f(Old())[1] == [2, 3] and LOG == ["to_dlpack"] and t.check(Old())
class Flow:
    pass
Flow.__module__ = "tensorflow.python"
for function in (t.f, t.any):
    try:
        function(Flow())
        raise SystemExit("no error")
    except TypeError:
        pass
module("tensorflow", cast=lambda value, dtype: LOG.append(("cast", dtype)) or np.zeros((2, 3), dtype))
class Eager(Tensor):
    pass
Eager.__module__ = "tensorflow.python.framework.ops"
LOG.clear()
assert t.f(Eager(double))[3] == (2, 32, 1) and LOG == [("cast", "float32")]
""")


def framework(name):
    return pytest.mark.skipif(importlib.util.find_spec(name) is None, reason=f"{name} is not installed")


@framework("torch")
@pytest.mark.row("nd-01", "nd-37", "nd-24", "nd-65", "NDA-04", "NDA-24", "NDA-30", "nd-64", "nd-58")
def test_torch():
    import torch

    tensor = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    assert t.f_nc(tensor) == (tensor.data_ptr(), [2, 3], [3, 1], (2, 32, 1), (1, 0)) and t.f_same(tensor) is tensor and t.cf_nc(tensor)[0] == tensor.data_ptr()
    assert t.f_nc(tensor.T)[2] == [1, 3] and t.fC(tensor.T)[2] == [2, 1] and t.f64_same(tensor).dtype == torch.float64 and t.i32_same(tensor).dtype == torch.int32
    assert t.b_same(torch.tensor([True])).dtype == torch.bool and t.bf16_nc(torch.zeros(2, dtype=torch.bfloat16))[3] == (4, 16, 1)
    assert t.bf16_same(tensor).dtype == torch.bfloat16 and t.half_same(tensor).dtype == torch.float16 and t.c64_same(tensor).dtype == torch.complex64
    assert views.brains(torch.tensor([1.5, 2], dtype=torch.bfloat16)) == 3.5
    with pytest.raises(TypeError, match="Invoked with types: torch.Tensor"):
        t.f(torch.zeros(2, dtype=torch.complex64))
    for make in (p.ret_to_own_automatic, p.ret_to_own_reference, p.ret_to_noown_automatic, p.ret_to_own_copy, p.ret_to_noown_reference):
        made = make()
        assert type(made) is torch.Tensor and made.tolist() == [[0, 1, 2], [3, 4, 5]] and made.dtype == torch.float32
        assert (made.data_ptr() == p.forever()) is (make is p.ret_to_noown_reference)
    before = p.counts()[1]
    made = p.ret_to_own_automatic()
    part = made[1:]
    del made
    assert p.counts()[1] == before and part.tolist() == [[3, 4, 5]]
    del part
    assert p.counts()[1] == before + 1
    assert p.id_to_automatic(tensor) is tensor and p.id_to_copy(tensor).data_ptr() != tensor.data_ptr()
    array = np.zeros((2, 3), "f4")
    made = p.id_to_automatic(array)
    made[0, 0] = 7
    assert type(made) is torch.Tensor and array[0, 0] == 7
    assert type(p.to_numpy(tensor)) is np.ndarray and p.to_numpy(tensor).ctypes.data == tensor.data_ptr()
    views.fill(tensor)
    assert (tensor == 1).all()


@framework("torch")
@pytest.mark.row("nd-85", "nd-37")
def test_torch_does_not_write_to_what_is_read_only():
    import torch

    made = out.ro_to([[3], None, (0, 32, 1), (1, 0), "-", 0], False)
    again = made.clone()
    assert type(made) is torch.Tensor and made.tolist() == out.ro_np([[3], None, (0, 32, 1), (1, 0), "-", 0], False).tolist()
    made += 1
    assert (made == again + 1).all()
    with pytest.raises(BufferError, match="only versioned DLPack capsules say that nobody may write to them"):
        out.ro_to([[3], None, (0, 32, 1), (2, 0), "-", 0], True)


@framework("torch")
@pytest.mark.row("nd-15", "NDA-17")
def test_torch_on_a_gpu():
    import torch

    if not torch.cuda.is_available():
        pytest.skip("there is no GPU")
    tensor = torch.zeros((2, 3), device="cuda")
    assert t.fcuda_nc(tensor)[4] == (2, 0) and t.where_is_it(tensor) == "cuda" and t.any(tensor)[0] == tensor.data_ptr()
    for function in (t.fcpu, t.fcpu_nc):
        with pytest.raises(TypeError):
            function(tensor)
    with pytest.raises(RuntimeError, match="belongs to another device"):
        views.view_cuda(tensor[0])
    assert p.id_to_automatic(tensor) is tensor and t.fcuda_same(tensor.double()).dtype == torch.float32


@framework("jax")
@pytest.mark.row("nd-01", "nd-39", "nd-24", "nd-65", "NDA-04")
def test_jax():
    import jax
    import jax.numpy as jnp

    array = jnp.arange(6, dtype="float32").reshape(2, 3)
    assert t.cf_nc(array)[1:4] == ([2, 3], [3, 1], (2, 32, 1)) and t.ro_same(array) is array and p.read(array) is array
    assert t.i32_same(array).dtype == "int32" and t.half_same(array).dtype == "float16" and t.bf16_same(array).dtype == jnp.bfloat16
    assert t.ro_nc(jnp.array([True]))[3] == (6, 8, 1)
    for make in (p.ret_jx_own_automatic, p.ret_jx_noown_automatic, p.ret_jx_own_copy):
        made = make()
        assert isinstance(made, jax.Array) and np.asarray(made).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert isinstance(p.id_jx_automatic(np.zeros((2, 3), "f4")), jax.Array)
    assert views.elements(np.asarray(array, "f8")[None]) == [0, 1, 2, 3, 4, 5]


@framework("tensorflow")
@pytest.mark.row("nd-01", "nd-38", "nd-24", "NDA-04", "NDA-27")
def test_tensorflow():
    import tensorflow as tf

    tensor = tf.reshape(tf.range(6, dtype=tf.float32), (2, 3))
    assert t.cf_nc(tensor)[1:4] == ([2, 3], [3, 1], (2, 32, 1)) and p.read(tensor) is tensor
    assert t.cdC(tensor)[3] == (2, 64, 1)
    made = p.ret_tf_own_automatic()
    assert isinstance(made, tf.Tensor) and made.numpy().tolist() == [[0, 1, 2], [3, 4, 5]]
    assert isinstance(p.id_tf_automatic(np.ones((2, 3), "f4")), tf.Tensor)
    with pytest.raises(RuntimeError, match="copying the array contents is not supported"):
        p.ret_tf_noown_automatic()


@pytest.mark.row("nd-40", "nd-15", "NDA-17")
def test_cupy():
    cupy = pytest.importorskip("cupy", reason="cupy is not installed")
    if not cupy.cuda.is_available():
        pytest.skip("there is no GPU")
    array = cupy.arange(6, dtype="float32").reshape(2, 3)
    assert t.fcuda_nc(array)[0] == array.data.ptr and t.fcuda_same(array) is array and t.fcuda_same(array.astype("f8")).dtype == "f4"
    assert p.id_cu_automatic(array) is array and p.id_cu_copy(array).data.ptr != array.data.ptr
    with pytest.raises(TypeError):
        t.fcpu(array)


@pytest.mark.row("nd-41", "NDA-33")
def test_mlx():
    mx = pytest.importorskip("mlx.core", reason="mlx is not installed")
    made = p.ret_ml_own_automatic()
    assert isinstance(made, mx.array) and made.tolist() == [[0, 1, 2], [3, 4, 5]]
