"""The elements of arrays in native code: indices, orders, several views of one memory, and threads."""

import sys
import threading

import numpy as np
import pytest
import test_ndarrays_views_ext as t
from dlpack_by_hand import make
from ndarray_inputs import fixed

MAIN = np.arange(24.0).reshape(4, 6)


@pytest.mark.row("nd-20", "api-nd-28")
def test_the_image_of_the_manual():
    image = np.array([[[1, 2, 200]] * 3] * 2, "u1")
    t.brighten(image)
    assert image.tolist() == [[[2, 4, 255]] * 3] * 2
    part = image[:, ::2]
    t.brighten(part)
    assert image[:, 0].tolist() == [[4, 8, 255]] * 2 and image[:, 1].tolist() == [[2, 4, 255]] * 2
    for wrong in (np.zeros((2, 3, 4), "u1"), np.zeros((2, 3), "u1"), fixed(image.copy())):
        with pytest.raises(TypeError):
            t.brighten(wrong)


@pytest.mark.row("nd-77", "api-nd-29", "NDA-11")
def test_types_that_are_found_out_at_run_time():
    matrix, numbers = np.zeros((2, 3), "f4"), np.zeros(3, "i8")
    assert t.fill(matrix) == "f32 matrix" and matrix.tolist() == [[1] * 3] * 2
    assert t.fill(numbers) == "i64 list" and numbers.tolist() == [0, 1, 2]
    for wrong in (np.zeros(3, "f4"), np.zeros((2, 2)), np.zeros((2, 2), "i8"), np.zeros((1, 1, 1), "f4")):
        with pytest.raises(TypeError, match="^neither$"):
            t.fill(wrong)
    assert t.fill_typed(matrix) == 2.0 and matrix[1, 2] == 2
    with pytest.raises(TypeError, match=r"^ndarray\(dtype=float64, shape=\[2\], strides=\[1\]\) is not an ndarray\[dtype=float32, shape=\(\*, \*\)\]$"):
        t.fill_typed(np.zeros(2))
    assert t.view_read_only(fixed(np.arange(4.0))) == 6.0


@pytest.mark.row("nd-17", "nd-20", "nd-73", "api-nd-28")
@pytest.mark.parametrize("value", [
    MAIN, MAIN.T, MAIN[::-2, 1:], MAIN[:, ::-1], MAIN[1:2], MAIN[:, 3:4], np.broadcast_to(MAIN[0], (3, 6)), np.asfortranarray(MAIN), MAIN[::3, ::5], MAIN[:0], MAIN[:, :0],
])
def test_elements(value):
    assert t.elements(value[None]) == value.ravel().tolist() and t.elements(value[..., None]) == value.ravel().tolist()
    for i in range(value.shape[0]):
        for j in range(value.shape[1]):
            assert t.at(value, i, j) == t.get(value, i, j) == t.index(value, i, j) == t.unchecked(value, i, j) == value[i, j]
    if value.flags.writeable and value.size:
        expected, value = value.copy(), value.copy(order="K")
        for k, function in enumerate((t.set, t.set_unchecked, t.set_index)):
            function(value, value.shape[0] - 1, 0, 100 + k)
            expected[-1, 0] = 100 + k
            assert np.array_equal(value, expected)
        t.fill_all(value, -1)
        assert (value == -1).all()


@pytest.mark.row("nd-20", "api-nd-28")
def test_indices_out_of_range():
    for function in (t.at, t.index):
        for i, j in [(4, 0), (0, 6), (2**40, 0), (0, 2**63)]:
            with pytest.raises(Exception, match=rf"index \[{i}, {j}\] is out of range for an array of shape \[4, 6\]"):
                function(MAIN, i, j)
    assert t.get(MAIN, 4, 0) is None and t.get(MAIN[:0], 0, 0) is None
    value = MAIN.copy()
    for function in (t.set, t.set_index):
        with pytest.raises(Exception, match="out of range"):
            function(value, 0, 6, 1)
    assert np.array_equal(value, MAIN)


@pytest.mark.row("nd-19", "nd-74", "nd-73")
def test_strides_where_the_order_is_known():
    # What an axis of one element says of its stride does not count.
    odd = np.lib.stride_tricks.as_strided(MAIN, (1, 6), (8, 8))
    assert t.in_c(odd) == (6, 1, MAIN[0].tolist(), MAIN[0].tolist())
    odd = np.lib.stride_tricks.as_strided(MAIN, (6, 1), (8, 3 * 8))
    assert t.in_f(odd) == (1, 6, MAIN[0].tolist()) and t.in_c(odd)[:2] == (1, 1)
    assert t.in_c(MAIN.T)[:2] == (4, 1) and t.in_f(MAIN)[2] == MAIN.ravel().tolist()
    assert t.in_c(MAIN[:0])[2:] == ([], []) and t.in_f(MAIN[:, :0])[2] == []
    assert t.fixed(np.zeros((2, 3)))[:4] == (2, 2, 3, 6) and t.fixed(MAIN[:2, :3].copy())[5] is True
    assert t.elements_0(np.array(3.5)) == 3.5


@pytest.mark.row("nd-73", "nd-20")
def test_slices_of_elements():
    value = np.arange(6.0).reshape(2, 3)
    assert t.as_slices(value) == [0, 1, 2, 3, 4, 5] and value.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert t.as_slices(value.T) is None and t.as_slices(value[:0]) == [] and value[0, 0] == 1


@pytest.mark.row("nd-09", "NDA-04")
def test_truth_values_that_are_neither_0_nor_1():
    value = np.frombuffer(bytearray([0, 1, 2, 255]), "?")
    assert t.flags(value) == [False, True, True, True] and value.view("u1").tolist() == [1, 0, 0, 0]


@pytest.mark.row("nd-08", "nd-70", "nd-72", "NDA-12", "NDA-13")
def test_elements_of_other_types():
    assert t.halves(np.array([1.5, 2], "f2")) == 3.5 and t.halves(fixed(np.array([1.5, 2], "f2"))) == 3.5 and t.halves(np.array([1.5])) == 1.5
    data = np.array([0x3FC0, 0x4000], "u2")
    assert t.brains(make(data, shape=(2,), dtype=(4, 16, 1))[0]) == 3.5
    assert t.complex(np.array([1 + 2j, 3])) == 4 + 2j and t.complex(fixed(np.array([1j], "c8"))) == 1j


@pytest.mark.row("nd-02", "nd-07")
def test_misaligned_elements():
    value = np.frombuffer(bytearray(25), "f8", offset=1, count=3)
    value[:] = [1, 2, 3]
    assert t.address(value) % 8 == 0 and t.view_read_only(np.frombuffer(bytes(16))) == 0.0
    with pytest.raises(TypeError):
        t.view_read_only(value)
    t.elements(np.frombuffer(bytearray(25), "f8", offset=1, count=3).reshape(1, 1, 3))


@pytest.mark.row("nd-19", "nd-32")
def test_no_elements_at_whatever_address():
    for kind, offset in [("f8", 1), ("f8", 4)]:
        value = np.frombuffer(bytearray(8 + offset), kind, offset=offset)[:0]
        assert value.ctypes.data % 8 and value.flags.writeable
        empty = value.reshape(0, 3)
        assert t.in_c(empty)[2:] == ([], []) and t.in_f(empty)[2] == [] and t.as_slices(empty) == [] and t.elements(empty[None]) == []
        t.fill_all(empty, 1)
        t.add(value, value)
    for data in (0, 1, 2**64 - 3):
        capsule, _ = make(data, shape=(0,), dtype=(2, 64, 1))
        t.add(capsule, value)


@pytest.mark.row("nd-15", "nd-29")
def test_elements_that_are_not_there():
    with pytest.raises(RuntimeError, match="there is no array, only `None`"):
        t.no_array()
    for device in (2, 4, 7, 8, 10, 14):
        with pytest.raises(RuntimeError, match=rf"belongs to another device \(DLPack's number {device}\)"):
            t.view_cuda(make(device=(device, 0))[0])
    for device in (1, 3, 11, 13):
        assert t.view_cuda(make(device=(device, 0))[0]) == 3


@pytest.mark.row("nd-76", "nd-73")
def test_views_are_small_values():
    size, count = t.passes(np.zeros(5))
    assert count == 5 and size == 3 * 8


@pytest.mark.row("nd-33", "nd-73")
def test_several_views_of_one_memory():
    value = np.arange(6.0)
    t.add(value, value)
    assert value.tolist() == [0, 2, 4, 6, 8, 10]
    t.add(value[1:], value[:-1])
    # Each sees what the other has written.
    assert value.tolist() == [0, 2, 6, 12, 20, 30]
    t.add(value, value[::-1])
    assert value.tolist() == [30, 22, 18, 30, 42, 60]


@pytest.mark.row("nd-34", "nd-76")
def test_who_reads_shared_excludes_writers():
    value = np.arange(6.0)
    for one, other in [(value, value), (value[:3], value[2:]), (value[::2], value[:3])]:
        with pytest.raises(RuntimeError, match="the memory of an array is not free for writing: it is read by"):
            t.add_shared(one, other)
    t.add_shared(value[::2], value[1::2])
    assert value.tolist() == [0, 0, 2, 2, 4, 4]
    t.add_shared(value[:3], value[3:])
    assert value.tolist() == [0, 0, 2, 0, 0, 2]
    # Nothing is left behind.
    t.add(value, value)


@pytest.mark.filterwarnings("ignore:Setting the shape")
@pytest.mark.row("nd-34")
def test_code_that_runs_while_a_view_exists():
    value = np.arange(3.0)
    # Python code of the same thread may write, and so may native code.
    assert t.call_with_view(value, lambda: value.fill(5)) == [5, 5, 5]
    assert t.call_with_view(value, lambda: t.add(value, value)) == [10, 10, 10]
    with pytest.raises(RuntimeError, match="not free for writing"):
        t.call_with_shared(value, lambda: t.add(value, value))
    assert t.call_with_shared(value, lambda: t.elements(value[None, None])) == [10, 10, 10]
    assert t.call_with_shared(value, lambda: t.add(np.zeros(2), np.zeros(2))) == [10, 10, 10]

    def fail():
        raise KeyError("inside")

    with pytest.raises(KeyError):
        t.call_with_view(value, fail)
    t.call_with_shared(value, lambda: None)
    # The memory stays where it was described, whatever becomes of the object.
    buffer = bytearray(24)

    def resize():
        with pytest.raises(BufferError):
            buffer.append(1)

    assert t.call_with_view(memoryview(buffer).cast("d"), resize) == [0, 0, 0]
    array = np.zeros(4)

    def reshape():
        array.shape = (2, 2)

    assert t.call_with_view(array, reshape) == [0, 0, 0, 0] and array.shape == (2, 2)


def in_threads(count, work):
    failed = []

    def run(number):
        try:
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


@pytest.mark.row("nd-34", "nd-33")
def test_eight_threads_read_one_array():
    value = np.arange(600.0).reshape(20, 30)
    expected, before = value.sum(), sys.getrefcount(value)

    def work(_):
        assert t.read_detached(value, 50) == 50 * expected
        assert t.read_shared(value, 4) == [expected] * 4
        assert t.metadata_detached(value) == ([20, 30], [30, 1], value.ctypes.data)

    in_threads(8, work)
    assert t.read_shared(value, 8) == [expected] * 8
    assert sys.getrefcount(value) == before


@pytest.mark.row("nd-34")
def test_threads_that_write_wait_for_each_other():
    value = np.zeros(50)
    t.most_writers()
    in_threads(4, lambda number: (t.write_slowly_detached if number % 2 else t.write_slowly)(value, 20))
    assert value.tolist() == [80] * 50 and t.most_writers() == 1
    # Of different memory, they do not.
    in_threads(4, lambda number: t.write_slowly_detached(value[number * 10 : number * 10 + 10], 20))
    assert value.tolist() == [100] * 40 + [80] * 10


@pytest.mark.row("nd-34")
def test_a_reader_waits_for_a_writer():
    value, order = np.arange(4.0), []
    holder = threading.Thread(target=lambda: (t.hold(value), order.append("writer")))
    holder.start()
    while not t.held():
        pass
    reader = threading.Thread(target=lambda: order.append(t.read_detached(value[None], 1)))
    other = np.ones((1, 3))
    assert t.read_detached(other, 1) == 3.0
    reader.start()
    reader.join(0.05)
    assert reader.is_alive() and order == []
    t.release()
    holder.join(), reader.join()
    assert sorted(map(str, order)) == ["6.0", "writer"]


@pytest.mark.row("nd-34")
def test_nobody_waits_for_ever():
    value, before = np.arange(4.0), t.impatiently(100)
    try:
        holder = threading.Thread(target=lambda: t.hold(value))
        holder.start()
        while not t.held():
            pass
        for function in (lambda: t.elements(value[None, None]), lambda: t.read_detached(value[None], 1), lambda: t.add(value, value)):
            with pytest.raises(Exception, match="the memory of an array"):
                function()
    finally:
        t.release()
        holder.join()
        t.impatiently(before)
    t.add(value, value)
    assert value.tolist() == [0, 2, 4, 6]


@pytest.mark.row("nd-76")
def test_parallel_loops():
    value = np.full(101, -1.0)
    t.fill_in_parallel(value, 4)
    assert value.tolist() == [float(i % 4) for i in range(101)]
