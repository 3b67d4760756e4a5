"""`nb::vectorize`, and the buffer protocol of bound classes."""

import ctypes
import gc
import sys
import warnings

import test_array_functions_ext as m
import numpy as np
import pytest


def test_arrays_and_numbers():
    assert m.power(3.0) == 9.0 and type(m.power(3.0)) is float
    assert m.power(2, 3) == 8.0
    made = m.power(np.arange(4.0), 2)
    assert type(made) is np.ndarray and made.dtype == np.float64
    assert made.tolist() == [0, 1, 4, 9]
    assert m.power([1, 2], n=[[1], [2]]).tolist() == [[1, 2], [1, 4]]
    assert m.is_big(np.array([1, 1000])).dtype == np.bool_
    assert m.is_big(1000) is True


@pytest.mark.parametrize("shapes", [((3, 4), (4,), ()), ((2, 1, 3), (5, 1), (1,)), ((0, 3), (3,), (1, 1)), ((1,), (1, 1), ()), ((2, 3), (2, 1), (1, 3))])
def test_shapes_are_broadcast_as_numpy_does(shapes):
    arrays = [np.random.default_rng(n).random(shape, dtype=np.float32) for n, shape in enumerate(shapes)]
    expected = arrays[0] + arrays[1] + arrays[2]
    made = m.add3(*arrays)
    assert made.shape == expected.shape
    assert np.array_equal(made, expected)


def test_strides_of_all_kinds():
    a = np.arange(24, dtype=np.float32).reshape(4, 6)
    for b in (a[::-1, ::2], a.T, a[:, 3], np.broadcast_to(a[0, 0], (2, 2)), a[1:1]):
        assert np.array_equal(m.add3(b, b, 1), b + b + 1)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"arrays of the shapes \[2\], \[3\], \[\] cannot be broadcast together"):
        m.add3(np.zeros(2, "f4"), np.zeros(3, "f4"), 1)


def test_what_is_no_array():
    with pytest.raises(TypeError):
        m.power("text")
    with pytest.raises(TypeError):
        m.power(None)
    with pytest.raises(TypeError) as caught:
        m.power([[1, 2], [3]])
    assert isinstance(caught.value.__cause__, ValueError)
    assert m.halves(np.array([4, 6], "u1")).tolist() == [2, 3]
    with pytest.raises(TypeError):
        m.halves([4, 6])


def test_a_failure_in_the_middle():
    with pytest.raises(Exception, match="three"):
        m.failing(np.arange(10))
    assert m.failing(np.arange(3)).tolist() == [0, 1, 2]


def test_a_buffer_is_the_memory_of_the_object():
    samples = m.Samples(4)
    view = memoryview(samples)
    assert (view.format, view.shape, view.strides, view.readonly) == ("f", (4,), (4,), False)
    array = np.asarray(samples)
    array[:] = [1, 2, 3, 4]
    assert samples.sum() == 10.0
    view[0] = 5.0
    assert samples.sum() == 14.0


def test_while_a_buffer_lives_nothing_moves():
    samples = m.Samples(1)
    view = memoryview(samples)
    with pytest.raises(BufferError, match="push"):
        samples.push(1.0)
    view.release()
    samples.push(2.0)
    assert samples.sum() == 2.0
    array = np.asarray(samples)
    part = array[1:]
    del array
    with pytest.raises(BufferError):
        samples.push(1.0)
    del part
    samples.push(1.0)


@pytest.mark.row("nd-55")
def test_a_view_keeps_its_object_and_counts_as_a_buffer():
    samples = m.Samples(3)
    before = sys.getrefcount(samples)
    fixed = samples.fixed()
    assert fixed.tolist() == [1, 2, 3] and not fixed.flags.writeable
    assert sys.getrefcount(samples) > before
    with pytest.raises(BufferError):
        samples.push(1.0)
    del fixed
    gc.collect()
    assert sys.getrefcount(samples) == before
    samples.push(1.0)
    fixed = samples.fixed()
    del samples
    gc.collect()
    assert fixed.tolist() == [1, 2, 3]


def test_copies_are_their_own():
    samples = m.Samples(2)
    copy = samples.copy()
    copy[:] = 7
    assert samples.sum() == 0 and copy.flags.owndata is False and copy.flags.writeable
    samples.push(1.0)
    assert copy.tolist() == [7, 7]


@pytest.mark.row("nd-81")
def test_other_frameworks_read_the_object_itself():
    samples = m.Samples(2)
    array = np.from_dlpack(samples.array())
    array[0] = 3
    assert samples.sum() == 3
    with pytest.raises(BufferError):
        samples.push(1.0)


class PyBuffer(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("buf", "obj", "len", "itemsize", "readonly_ndim", "format", "shape", "strides", "suboffsets", "internal")]


def test_requests_are_honoured():
    table = m.Table(2, 3)
    view = memoryview(table)
    assert (view.shape, view.strides, view.readonly, view.format) == ((2, 3), (8, 16), True, "q")
    assert np.asarray(table).tolist() == [[0, 2, 4], [1, 3, 5]]
    get, release = ctypes.pythonapi.PyObject_GetBuffer, ctypes.pythonapi.PyBuffer_Release
    simple, writable, c, f = 0, 1, 0x38, 0x58
    for flags, fits in ((simple, False), (writable, False), (c, False), (f, True), (0x18, True), (0x98, True)):
        buffer = PyBuffer()
        if fits:
            assert get(ctypes.py_object(table), ctypes.byref(buffer), flags) == 0
            release(ctypes.byref(buffer))
        else:
            with pytest.raises(BufferError):
                get(ctypes.py_object(table), ctypes.byref(buffer), flags)
            assert not buffer.obj
    del view
    with pytest.raises(BufferError, match="a table without columns"):
        memoryview(m.Table(0, 0))


def test_subclasses_show_their_base():
    class Mine(m.Samples):
        pass

    mine = Mine(2)
    np.asarray(mine)[1] = 4
    assert mine.sum() == 4
    with pytest.raises(RuntimeError, match="no value"):
        memoryview(Mine.__new__(Mine))


def test_cycles_are_collected():
    class Mine(m.Samples):
        pass

    alive = []

    class Canary:
        def __del__(self):
            alive.append(1)

    mine = Mine(1)
    mine.view, mine.canary = memoryview(mine), Canary()
    del mine
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()
    assert alive == [1]


def test_nobody_reads_what_is_lent_for_writing():
    """Neither nb itself, nor a framework that converts or copies for it."""
    a = np.zeros((2, 3), "f4")
    readers = [
        lambda: m.as_floats(a), lambda: m.as_doubles(a), lambda: m.as_matrix(a), lambda: m.as_matrix(a.T), lambda: m.as_integers(a), lambda: m.copied_out(a),
        lambda: m.add3(a, a, a), lambda: m.power(a), lambda: m.as_doubles(a[:, ::2]), lambda: m.as_doubles(a[:1]),
    ]
    for reader in readers:
        reader()
        refused = []

        def inside():
            with pytest.raises(RuntimeError, match="the memory of an array is not free for reading"):
                reader()
            refused.append(True)

        m.while_lent(a, inside)
        assert refused == [True]
    # Another array is another matter.
    other = np.ones((2, 3), "f4")
    m.while_lent(a, lambda: m.as_doubles(other))


def test_parts_that_are_apart():
    a = np.zeros((4, 6), "f4")
    for one, two in [(a[:, :3], a[:, 3:]), (a[:2], a[2:]), (a[:, ::2], a[:, 1::2]), (a[::2, :4], a[1::2, 2:]), (a[:, :1], a[:, 1:]), (a[::-1, 2::-1], a[:, 3:])]:
        assert not np.shares_memory(one, two)
        m.both(one, two)
        m.both(two, one)
    for one, two in [(a, a), (a[:, :3], a[:, 2:]), (a[:2], a[1:]), (a.T, a), (a[:, ::2], a[:, ::4])]:
        with pytest.raises(RuntimeError, match="same memory"):
            m.both(one, two)


def test_what_does_not_lie_right_is_copied_to_be_read_only():
    a = np.frombuffer(bytearray(13), "f4", offset=1)
    assert m.total(a) == 0
    with pytest.raises(TypeError):
        m.fill(a)
    assert not a.any()


def test_an_array_of_an_object_that_is_changed():
    with pytest.raises(TypeError, match="the function takes `&mut .*Samples`, take `&.*Samples`"):
        m.Samples(2).changed()


def test_an_error_of_a_buffer_is_the_cause():
    with pytest.raises(TypeError) as caught:
        m.as_integers(m.Table(0, 0))
    assert isinstance(caught.value.__cause__, BufferError) and "without columns" in str(caught.value.__cause__)


def test_signatures_say_what_is_taken():
    assert m.power.__doc__ == "power(x: ArrayLike[dtype=float64], n: ArrayLike[dtype=int32] = 2) -> object"
