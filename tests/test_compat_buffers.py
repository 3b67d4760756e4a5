"""pybind11's `py::buffer`, `py::buffer_info`, `.def_buffer(..)` and `py::memoryview` in compat. What they give was compared with pybind11 3.1."""

import array
import gc
import sys

import numpy as np
import pytest
import test_compat_buffers_ext as m

X = np.arange(6.0).reshape(2, 3)


def test_signatures():
    name = "collections.abc.Buffer" if sys.version_info >= (3, 12) else "typing_extensions.Buffer"
    assert m.buf.__doc__ == f"buf(arg0: {name}) -> tuple[int, str, int, list[int], list[int], bool, int]\n"
    assert m.mv.__doc__ == "mv() -> memoryview\n"


@pytest.mark.parametrize(
    "value, expected",
    [
        (b"abc", (1, "B", 1, [3], [1], True, 3)),
        (X, (8, "d", 2, [2, 3], [24, 8], False, 6)),
        (X.T, (8, "d", 2, [3, 2], [8, 24], False, 6)),
        (X[:, ::2], (8, "d", 2, [2, 2], [24, 16], False, 4)),
        (array.array("i", [1, 2]), (4, "i", 1, [2], [4], False, 2)),
        (memoryview(b"abcd")[::-2], (1, "B", 1, [2], [-2], True, 2)),
        (np.array(1.0), (8, "d", 0, [], [], False, 1)),
        (np.zeros((0, 3)), (8, "d", 2, [0, 3], [24, 8], False, 0)),
        (np.zeros(2, [("a", "i4")]), (4, "T{i:a:}", 1, [2], [4], False, 2)),
        (np.array([None]), (8, "O", 1, [1], [8], False, 1)),
    ],
)
def test_what_a_buffer_says(value, expected):
    assert m.buf(value) == expected and m.buf_ret(value) is value


def test_what_is_none():
    for value in (3, [1], "a", None):
        with pytest.raises(TypeError, match=r"^buf\(\): incompatible function arguments"):
            m.buf(value)
    with pytest.raises(ValueError, match="cannot include dtype"):
        m.buf(np.zeros(2, "M8[D]"))
    with pytest.raises(BufferError):
        m.rdw(b"abc")
    assert m.rdw(bytearray(2)) == 1


def test_elements():
    assert m.sum(array.array("d", [1, 2, 3])) == 6 and m.sum(X[0, ::-1]) == 3 and m.sum2(X.T) == 15
    assert m.is_double(X) and not m.is_double(b"a") and not m.is_double(np.array([None]))
    with pytest.raises(TypeError):
        m.sum(array.array("f", [1]))
    with pytest.raises(TypeError, match="^the elements of this buffer are no numbers$"):
        m.sum(np.array([None]))
    with pytest.raises(ValueError, match="^array has incorrect number of dimensions: 2; expected 1$"):
        m.sum(X)
    b = bytearray(3)
    m.fill(b, 7)
    assert b == b"\7\7\7"
    with pytest.raises(BufferError, match="^this buffer is read-only$"):
        m.fill(b"abc", 7)


def test_the_object_goes_on_showing_its_memory():
    b = bytearray(b"\1\2\3")

    def between(view):
        with pytest.raises(BufferError):
            b.extend(b"more")
        with pytest.raises(BufferError):
            view.release()
        gc.collect()

    assert m.while_shown(b, between) == 6
    b.extend(b"more")

    def only_here():
        return m.while_shown(bytearray(b"\1\2\3"), lambda view: gc.collect())

    assert only_here() == 6

    def release_all(view):
        for one in gc.get_objects():
            if isinstance(one, memoryview):
                try:
                    one.release()
                except BufferError:
                    pass

    assert m.while_shown(bytearray(b"\1\2\3"), release_all) == 6


def test_fields_are_not_what_elements_are_found_by():
    assert m.fields_lie(bytearray(3)) == 3
    with pytest.raises(BufferError, match="^this buffer is read-only$"):
        m.writes_anyway(b"abc")


def test_a_thread_that_has_let_the_interpreter_go_asks_for_nothing():
    with pytest.raises(BaseException, match="attached|interpreter"):
        m.detached(X)


def test_a_bound_class_shows_its_memory():
    x = m.Matrix(2, 3)
    a = np.asarray(x)
    assert a.shape == (2, 3) and a.dtype == np.float32 and a.tolist() == [[0, 1, 2], [3, 4, 5]]
    a[0, 0] = 10
    assert x.total() == 25
    with pytest.raises(BufferError, match="cannot be changed while a buffer of it exists"):
        x.grow()
    del a
    x.grow()
    assert np.asarray(x).shape == (3, 3)
    assert m.buf(x) == (4, "f", 2, [3, 3], [12, 4], False, 9)


def test_a_class_of_plain_numbers_is_read_only():
    c = m.Constant(4)
    assert np.asarray(c).tolist() == [[1, 2, 3], [4, 5, 6]] and memoryview(c).readonly
    with pytest.raises(BufferError, match="^`py::buffer_info` shows memory in C's order"):
        memoryview(m.Constant(8))
    with pytest.raises(BufferError):
        m.rdw(c)


def test_what_is_said_of_memory_has_to_be_so():
    assert memoryview(m.Described(2, "H", 3)).tolist() == [1, 2, 3]
    with pytest.raises(BufferError, match="^`py::buffer_info` says that the format is h, and it is H$"):
        memoryview(m.Described(2, "h", 3))
    with pytest.raises(BufferError, match="^`py::buffer_info` says that the size of an element is 4, and it is 2$"):
        memoryview(m.Described(4, "H", 3))
    for size in (2, 4):
        with pytest.raises(ValueError):
            memoryview(m.Described(2, "H", size))


def test_memory_that_lives_for_ever():
    assert m.mv().tolist() == [[2, 3], [5, 7]] and m.mv().readonly and m.mv().format == "I"
    assert m.mv_bytes().tobytes() == b"abc"
    with pytest.raises(ValueError, match="^4 elements are given for an array of 3$"):
        m.mv_wrong()


def test_an_array_is_not_resized_while_its_buffer_is_read():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")

    def between(memory):
        with pytest.raises(ValueError, match="resize|references"):
            memory.obj.obj.resize(10**6) if isinstance(memory.obj, memoryview) else memory.obj.resize(10**6)

    assert m.while_shown(numpy.ones(100, "u1"), between) == 100
    assert m.while_shown(memoryview(numpy.ones(100, "u1")), between) == 100
