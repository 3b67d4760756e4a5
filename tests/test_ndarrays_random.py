"""Random arrays of NumPy, compared with what NumPy says of them. NB_ARRAY_EXAMPLES says how many each test tries."""

import os
import warnings

import numpy as np
import pytest
import test_ndarrays_in_ext as t
import test_ndarrays_out_ext as out
import test_ndarrays_policies_ext as p
import test_ndarrays_views_ext as views
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("NB_ARRAY_EXAMPLES", "300"))
many = settings(max_examples=EXAMPLES)

CODES = {"b": 6, "i": 0, "u": 1, "f": 2, "c": 5}
KINDS = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]


def described(dtype):
    return CODES[dtype.kind], dtype.itemsize * 8, 1


@st.composite
def arrays(draw, kinds=st.sampled_from(KINDS), ndim=4, least=0):
    """A slice of a transposed, perhaps broadcast, perhaps read-only array."""
    shape = draw(st.lists(st.integers(0, 5), min_size=least, max_size=ndim))
    dtype = np.dtype(draw(kinds))
    order = draw(st.sampled_from("CF"))
    count = int(np.prod(shape, dtype=int))
    base = (np.arange(count) * draw(st.integers(1, 40)) % 100).reshape(shape).astype(dtype, order=order)
    if dtype.kind == "c":
        base = np.asarray(base + 1j * base[..., ::-1] if shape else base + 2j).astype(dtype)
    value = base.transpose(draw(st.permutations(range(len(shape)))))
    slices = []
    for size in value.shape:
        step = draw(st.sampled_from([1, 1, 1, 2, 3, -1, -2]))
        ends = sorted((draw(st.integers(0, size)), draw(st.integers(0, size)))) if draw(st.booleans()) else (0, size)
        slices.append(slice(ends[0], ends[1], step) if step > 0 else slice(ends[1] - 1 if ends[1] else None, ends[0] - 1 if ends[0] else None, step))
    value = value[(*slices, ...)] if slices else value
    if value.ndim < ndim and draw(st.integers(0, 5)) == 0:
        value = np.lib.stride_tricks.as_strided(value, (draw(st.integers(0, 3)), *value.shape), (0, *value.strides))
    if draw(st.integers(0, 4)) == 0:
        value.flags.writeable = False
    return value


def strided(value):
    return [stride // value.itemsize for stride in value.strides]


def taken(function, value):
    try:
        return function(value)
    except TypeError as error:
        assert "incompatible function arguments" in str(error)
        return None


@pytest.mark.row("nd-02", "nd-03", "nd-04", "nd-17", "nd-12", "NDA-03")
@many
@given(arrays(ndim=6))
def test_what_native_code_sees(value):
    seen = value.ctypes.data, list(value.shape), strided(value), described(value.dtype), (1, 0)
    assert t.ro_nc(value) == seen and taken(t.any_nc, value) == (seen if value.flags.writeable else None)
    assert t.ro_same(value) is value
    if value.flags.writeable:
        assert t.inspect(value)[:4] == (value.ndim, value.size, value.itemsize, value.nbytes)
    view = memoryview(value)
    through = t.ro_nc(view)
    assert through[1] == seen[1] and through[3] == seen[3]
    if value.size:
        # NumPy says of an axis of one element in a buffer what it likes.
        told = [stride // value.itemsize for stride in view.strides]
        assert through == (*seen[:2], told, *seen[3:])
        other = p.to_numpy(view)
        assert other.strides == view.strides and other.ctypes.data == value.ctypes.data and other.tobytes() == value.tobytes() and other.dtype == value.dtype


@pytest.mark.row("nd-16", "nd-18", "nd-19", "NDA-05", "NDA-10", "NDA-21", "NDA-22")
@many
@given(arrays(ndim=5))
def test_orders(value):
    in_c, in_f = value.flags.c_contiguous, value.flags.f_contiguous
    for function, fits, order in [(t.roC, in_c, "C"), (t.roF, in_f, "F"), (t.roA, in_c or in_f, "A")]:
        strict = getattr(t, function.__name__ + "_nc")
        assert (taken(strict, value) is not None) is fits
        place, shape, strides, dtype, _ = function(value)
        assert shape == list(value.shape) and dtype == described(value.dtype)
        if fits:
            assert place == value.ctypes.data and strides == strided(value)
        else:
            assert strides == strided(value.astype(value.dtype, order=order))
            same = getattr(t, function.__name__ + "_same")(value)
            assert np.array_equal(same, value) and same is not value


@pytest.mark.row("nd-07", "nd-24", "nd-25", "nd-26", "nd-27", "NDA-42", "NDA-15")
@many
@given(arrays(), st.sampled_from([("f", "f4", "K"), ("f64", "f8", "K"), ("i32", "i4", "K"), ("b", "?", "K"), ("c64", "c8", "K"), ("fC", "f4", "C"), ("fF", "f4", "F"), ("fA", "f4", "A"), ("u8", "u1", "K"), ("half", "f2", "K")]))
def test_conversions(value, target):
    name, kind, order = target
    dtype = np.dtype(kind)
    fits = {"C": value.flags.c_contiguous, "F": value.flags.f_contiguous, "A": value.flags.forc, "K": True}[order]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        strict, relaxed = taken(getattr(t, name + "_nc"), value), taken(getattr(t, name), value)
        assert (strict is not None) == (value.flags.writeable and value.dtype == dtype and fits)
        possible = value.flags.writeable and (value.dtype.kind != "c" or dtype.kind == "c")
        assert (relaxed is not None) == possible
        if possible and strict is None:
            expected = value.astype(dtype, order=order)
            same = getattr(t, name + "_same")(value)
            assert same.dtype == dtype and same.tobytes() == expected.tobytes() and same.strides == expected.strides and relaxed[2] == strided(expected)
            assert not np.shares_memory(same, value)


@pytest.mark.row("nd-13", "nd-14", "nd-25")
@many
@given(arrays(kinds=st.just("f4")))
def test_shapes(value):
    assert (taken(t.fx3, value) is not None) == (value.flags.writeable and value.ndim == 2 and value.shape[1] == 3)
    assert (taken(t.f2, value) is not None) == (value.flags.writeable and value.ndim == 2)
    assert (taken(t.f0, value) is not None) == (value.flags.writeable and value.ndim == 0)


@pytest.mark.row("nd-20", "nd-73", "nd-74")
@many
@given(arrays(kinds=st.just("f8"), ndim=3))
def test_elements(value):
    whole = value[(None,) * (3 - value.ndim)]
    assert views.elements(whole) == whole.ravel().tolist()
    if value.ndim == 2:
        copy = value.copy(order="K")
        assert views.in_c(copy)[2] == views.in_f(copy)[2] == copy.ravel().tolist()
        views.fill_all(copy, 3)
        assert (copy == 3).all()
    if value.ndim == 1 and value.flags.writeable and 0 not in value.strides:
        expected = value + value[::-1]
        other = value[::-1].copy()
        views.add(value, other)
        assert np.array_equal(value, expected)


@pytest.mark.row("nd-36", "nd-48", "nd-49", "nd-51", "nd-60", "nd-65", "nd-79", "api-nd-11")
@many
@given(st.lists(st.integers(0, 4), max_size=5), st.lists(st.integers(-5, 12), min_size=5, max_size=5), st.sampled_from(KINDS), st.sampled_from("CFA-"), st.booleans())
def test_results(shape, strides, kind, order, explicit):
    dtype = np.dtype(kind)
    strides = strides[: len(shape)] if explicit else None
    spec = shape, strides, described(dtype), (1, 0), order, 2048
    made = out.mk_np(spec, False)
    if strides is None:
        expected = np.zeros(shape, dtype, order="F" if order == "F" else "C")
        assert made.size == 0 or made.strides == expected.strides
    else:
        assert made.strides == tuple(stride * dtype.itemsize for stride in strides)
    assert made.shape == tuple(shape) and made.dtype == dtype and made.flags.writeable and made.flags.aligned
    for other in (out.mk_aa(spec, False), out.mk_mv(spec, False)):
        assert np.asarray(other).tobytes() == made.tobytes()
    assert np.from_dlpack(out.mk_aa(spec, False)).tobytes() == made.tobytes()
    copied = out.copy_np(spec, False)
    assert copied.tobytes() == made.tobytes() and copied.shape == made.shape and not np.shares_memory(copied, made)
    in_f = made.flags.f_contiguous and not made.flags.c_contiguous
    assert copied.flags.f_contiguous if in_f else copied.flags.c_contiguous
    assert t.any_nc(made) == (made.ctypes.data, shape, strided(made), described(dtype), (1, 0))
    assert t.any_nc(out.mk_aa(spec, False))[1:3] == (shape, t.any_nc(out.mk_nf(spec, False))[2])
