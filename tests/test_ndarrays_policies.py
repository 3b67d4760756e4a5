"""Arrays as results under each policy: what Python gets, whose memory it is, and when that is freed."""

import gc
import sys

import numpy as np
import pytest
import test_ndarrays_policies_ext as t
from dlpack_by_hand import freed, make, name_of
from ndarray_inputs import dlpack_class, fixed, zeros

POLICIES = "automatic automatic_reference take_ownership copy move_ reference reference_internal none".split()
LABELS = {
    "np": "numpy.ndarray", "nf": "ndarray", "mv": "memoryview", "aa": "ArrayLike", "to": "torch.Tensor", "jx": "jaxlib._jax.ArrayImpl", "cu": "cupy.ndarray",
    "tf": "tensorflow.python.framework.ops.EagerTensor", "ml": "mlx.core.array",
}
MODULES = {"to": "torch", "tf": "tensorflow", "jx": "jax", "cu": "cupy", "ml": "mlx"}
COPY = "nanobind::detail::ndarray_export(): copying the array contents is not supported for this framework; please specify an 'owner' so that the array can be returned without a copy."
OWNED = "nanobind::detail::ndarray_export(): reference_internal policy cannot be applied (ndarray already has an owner)"
NONE = "Unable to convert function return value to a Python type! The signature was\n    {}"

#: What each kind of function returns under the policies, in their order: `c` a copy, `r` the memory itself, `!` another owner is in the way, `-` nothing.
EXPECTED = {"ret_noown": "ccrccrc-", "ret_own": "rrrccrr-", "m_noown": "ccrccrr-", "m_ownself": "rrrccrr-", "m_own": "rrrccr!-"}
CASES = [(framework, case, policy) for framework in LABELS for case in EXPECTED for policy in POLICIES]


def installed(framework):
    import importlib.util

    return framework in MODULES and importlib.util.find_spec(MODULES[framework]) is not None


def called(framework, case, policy):
    """The result, the object whose method it was, and the function."""
    kind, owner = case.split("_")
    name = f"{kind}_{framework}_{owner}_{policy}"
    if kind == "ret":
        return getattr(t, name)(), None, getattr(t, name)
    holder = t.Holder()
    return getattr(holder, name)(), holder, getattr(t.Holder, name)


def address(value):
    return np.asarray(value).__array_interface__["data"][0]


@pytest.mark.row(
    "nd-36", "nd-42", "nd-43", "nd-44", "nd-58", "nd-59", "nd-60", "nd-61", "nd-62", "nd-63", "nd-66", "NDA-09", "NDA-20", "NDA-27", "NDA-40", "api-nd-31",
    "api-ndann-20", "api-ndann-26", "api-ndann-27", "api-ndann-28",
)
@pytest.mark.parametrize("framework, case, policy", CASES)
def test_policies(framework, case, policy):
    expected = EXPECTED[case][POLICIES.index(policy)]
    kind, owner = case.split("_")
    if framework in MODULES and expected in "cr" and not (framework == "tf" and expected == "c"):
        if installed(framework):
            pytest.skip("test_ndarrays_frameworks.py looks at frameworks that are installed")
        with pytest.raises(TypeError) as caught:
            called(framework, case, policy)
        assert str(caught.value) == f"could not export nanobind::ndarray: ModuleNotFoundError: No module named '{MODULES[framework]}'"
        return
    texts = {"!": (RuntimeError, OWNED), "-": (TypeError, NONE)}
    if framework in ("nf", "mv", "aa", "tf"):
        texts["c"] = RuntimeError, COPY
    if expected in texts:
        error, text = texts[expected]
        with pytest.raises(error) as caught:
            called(framework, case, policy)
        parameters = "(self)" if kind == "m" else "()"
        signature = f"{kind}_{framework}_{owner}_{policy}{parameters} -> {LABELS[framework]}[dtype=float32, shape=(2, 3)]"
        assert str(caught.value) == text.format(signature)
        return
    made, holder, function = called(framework, case, policy)
    assert function.__doc__.endswith(f" -> {LABELS[framework]}[dtype=float32, shape=(2, 3)]")
    if framework == "nf":
        assert name_of(made) == b"dltensor"
        return
    if framework == "aa":
        assert type(made).__module__ == "nanobind" and type(made).__name__ == "nb_ndarray" and made.__dlpack_device__() == (1, 0)
    if framework == "mv":
        assert type(made) is memoryview and (made.format, made.shape, made.strides, made.readonly) == ("f", (2, 3), (12, 4), False)
        assert type(made.obj).__name__ == "nb_ndarray"
    if framework == "np":
        assert type(made) is np.ndarray and type(made.base).__name__ == "nb_ndarray"
        assert (made.dtype, made.shape, made.strides, made.flags.writeable, made.flags.aligned) == ("f4", (2, 3), (12, 4), True, True)
    assert np.asarray(made).tolist() == [[0, 1, 2], [3, 4, 5]]
    memory = {"ret_noown": t.forever, "m_noown": lambda: holder.address(), "m_ownself": lambda: holder.address()}.get(case)
    if memory is not None:
        assert (address(made) == memory()) is (expected == "r")


def drops():
    gc.collect()
    return t.counts()[1]


@pytest.mark.row("nd-52", "nd-53", "nd-58", "nd-60")
def test_when_the_owner_is_dropped():
    before = drops()
    array = t.ret_np_own_automatic()
    view, other = array[::2], memoryview(array)
    assert drops() == before
    del array
    assert drops() == before and view.tolist() == [[0, 1, 2]]
    del view
    assert drops() == before and other.tolist()[1] == [3, 4, 5]
    del other
    assert drops() == before + 1
    # A copy lets go of it at once.
    copy = t.ret_np_own_copy()
    assert drops() == before + 2 and copy.tolist() == [[0, 1, 2], [3, 4, 5]]
    # A capsule that nobody uses frees it; one that was used leaves that to its user.
    unused = t.ret_nf_own_automatic()
    del unused
    assert drops() == before + 3
    used = t.ret_nf_own_automatic()
    kept = np.from_dlpack(type("Gives", (), {"__dlpack__": lambda self, **_: used, "__dlpack_device__": lambda self: (1, 0)})())
    assert name_of(used) == b"used_dltensor"
    del used
    assert drops() == before + 3 and kept.sum() == 15
    del kept
    assert drops() == before + 4
    for make_one in (t.ret_aa_own_automatic, t.ret_mv_own_reference, t.ret_np_own_take_ownership):
        made = make_one()
        again = np.from_dlpack(made) if hasattr(made, "__dlpack__") else np.asarray(made)
        del made
        assert again.sum() == 15
        before = drops()
        del again
        assert drops() == before + 1


@pytest.mark.row("nd-52", "nd-61", "nd-62", "nd-66")
def test_the_owner_is_dropped_where_nothing_is_made():
    before = t.counts()
    for name in ("ret_nf_own_copy", "ret_np_own_none", "ret_aa_own_copy", "ret_mv_own_none"):
        with pytest.raises((TypeError, RuntimeError)):
            getattr(t, name)()
    with pytest.raises(RuntimeError):
        t.Holder().m_np_own_reference_internal()
    assert drops() - before[1] == t.counts()[0] - before[0] == 6


@pytest.mark.row("nd-54", "nd-55", "nd-56", "nd-62", "NDA-40")
def test_the_object_is_kept_by_the_array():
    holder = t.Holder()
    start = sys.getrefcount(holder)
    for name, more in [("m_np_noown_reference", 0), ("m_np_noown_reference_internal", 1), ("m_np_noown_automatic", 0), ("m_np_ownself_automatic", 1),
                       ("m_np_ownself_reference_internal", 1), ("m_np_ownself_copy", 0), ("m_aa_noown_reference_internal", 1), ("m_nf_ownself_reference", 1)]:
        made = getattr(holder, name)()
        assert sys.getrefcount(holder) == start + more, name
        del made
        assert sys.getrefcount(holder) == start
    before = drops()
    made = holder.m_np_noown_reference_internal()
    del holder
    made[0, 0] = 8
    assert drops() == before and made[0].tolist() == [8, 1, 2]
    del made
    assert drops() == before + 1


@pytest.mark.row("nd-64", "nd-60", "nd-61", "NDA-08", "NDA-30")
def test_an_array_from_python_is_given_back():
    value = zeros()
    for policy in POLICIES:
        copies = policy in ("copy", "move_")
        for framework in ("nf", "np", "aa"):
            function = getattr(t, f"id_{framework}_{policy}")
            if copies and framework in ("aa",):
                with pytest.raises(RuntimeError, match="copying"):
                    function(value)
                continue
            made = function(value)
            assert (made is value) is not copies
            assert not copies or (type(made) is np.ndarray and made.flags.owndata and made.base is None and np.array_equal(made, value))
    assert t.any(value) is value and t.read(fixed(value)) is value and t.any_copy(zeros()).flags.owndata
    view = memoryview(bytearray(24)).cast("f", (2, 3))
    assert t.any(view) is view and t.id_mv_automatic(view) is view and t.id_nf_none(view) is view
    # What was converted is given back as it was converted.
    double = zeros("f8")
    made = t.id_nf_automatic(double)
    assert made is not double and made.dtype == "f4"


@pytest.mark.row("NDA-30", "NDA-08", "nd-64")
def test_another_framework_is_another_object():
    value = np.arange(6, dtype="f4").reshape(2, 3)
    for make_one in (t.id_mv_automatic, t.to_memoryview):
        made = make_one(value)
        assert type(made) is memoryview and address(made) == value.ctypes.data
    read_only = t.to_memoryview(fixed(value.copy()))
    assert read_only.readonly and read_only.tolist() == value.tolist()
    view = memoryview(value)
    assert t.to_numpy(value) is value
    made = t.to_numpy(view)
    assert type(made) is np.ndarray and made.ctypes.data == value.ctypes.data and not made.flags.writeable
    before = sys.getrefcount(value)
    kept = t.id_mv_automatic(value)
    assert sys.getrefcount(value) > before and kept.tolist() == value.tolist()
    del kept
    assert sys.getrefcount(value) == before
    if not installed("to"):
        with pytest.raises(TypeError, match="^could not export nanobind::ndarray: ModuleNotFoundError: No module named 'torch'$"):
            t.to_torch(value)


@pytest.mark.row("nd-31", "nd-44", "nd-66")
def test_what_came_in_a_capsule():
    # Nobody owns an object that could be given back; the tensor keeps the memory.
    data = np.arange(6, dtype="f4")
    capsule, key = make(data, shape=(2, 3))
    made = t.id_np_automatic(capsule)
    assert type(made) is np.ndarray and made.ctypes.data == data.ctypes.data and freed(key) == 0
    del capsule
    gc.collect()
    assert freed(key) == 0 and made.sum() == 15
    del made
    gc.collect()
    assert freed(key) == 1
    capsule, key = make(data, shape=(2, 3))
    again = t.any(capsule)
    assert name_of(again) == b"dltensor" and name_of(capsule) == b"used_dltensor" and again is not capsule
    del again
    gc.collect()
    assert freed(key) == 1


@pytest.mark.row("nd-65", "nd-60")
def test_a_copy_is_made_by_the_method_of_the_array():
    class Copies(np.ndarray):
        def copy(self, *args):
            return "copied"

    Copies.__module__ = "numpy.mine"
    value = np.zeros((2, 3), "f4").view(Copies)
    assert t.any(value) is value and t.id_np_copy(value) == "copied" and t.id_np_move_(value) == "copied" and t.read_copy(value) == "copied"

    class Raises(np.ndarray):
        def copy(self, *args):
            raise ValueError("no copy")

    Raises.__module__ = "numpy"
    with pytest.raises(RuntimeError, match="^copying nanobind::ndarray failed: ValueError: no copy$"):
        t.id_np_copy(np.zeros((2, 3), "f4").view(Raises))
    other = dlpack_class(lambda self, **words: zeros().__dlpack__(**words), "Other")()
    assert t.any(other) is other
    with pytest.raises(RuntimeError) as caught:
        t.id_np_copy(other)
    assert str(caught.value) == COPY


@pytest.mark.row("nd-33", "NDA-29", "NDA-35")
def test_references_are_counted_right():
    value, numpy_module, holder = zeros(), sys.modules["numpy"], t.Holder()
    kinds = [type(t.ret_aa_own_automatic()), np.ndarray, memoryview]
    everything = [value, numpy_module, holder, np.asarray, np.dtype("f4"), *kinds]
    t.ret_np_noown_copy(), gc.collect()
    before = [sys.getrefcount(thing) for thing in everything]
    made, dropped = t.counts()
    for _ in range(100_000):
        t.any(value)
        t.ret_np_own_automatic()
    for _ in range(5_000):
        t.id_mv_automatic(value), t.id_np_copy(value), t.ret_np_noown_copy(), t.ret_nf_own_automatic(), t.ret_aa_own_automatic(), t.ret_mv_own_automatic()
        holder.m_np_noown_reference_internal(), holder.m_np_ownself_automatic(), holder.m_mv_noown_reference_internal()
        np.from_dlpack(t.ret_aa_own_automatic())
    gc.collect()
    after = [sys.getrefcount(thing) for thing in everything]
    assert all(abs(a - b) <= 3 for a, b in zip(after, before)), (before, after)
    assert t.counts()[0] - made == t.counts()[1] - dropped == 120_000
