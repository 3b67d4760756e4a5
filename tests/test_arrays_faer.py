"""Matrices, columns and rows of the crate `faer`."""

import gc
import threading

import pytest

np = pytest.importorskip("numpy", reason="NumPy is not installed for this interpreter")

import test_arrays_faer_ext as t

from hypothesis import given, strategies as st

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def layouts():
    """The same numbers with every kind of strides."""
    wide = np.zeros((4, 6))
    wide[::2, ::2] = A
    yield A.copy()
    yield np.asfortranarray(A)
    yield wide[::2, ::2]
    yield np.ascontiguousarray(A[::-1, ::-1])[::-1, ::-1]
    yield np.asfortranarray(A[::-1])[::-1]
    yield np.ascontiguousarray(A[:, ::-1])[:, ::-1]


@pytest.mark.row("eig-01", "EIG-01")
def test_signatures():
    assert t.mat.__doc__ == "mat(arg: numpy.ndarray[dtype=float64, shape=(*, *)], /) -> numpy.ndarray[dtype=float64, shape=(*, *)]"
    assert t.col.__doc__ == "col(arg: numpy.ndarray[dtype=float64, shape=(*)], /) -> numpy.ndarray[dtype=float64, shape=(*)]"
    assert t.row.__doc__ == t.col.__doc__.replace("col", "row")
    assert "dtype=complex128" in t.mat_complex.__doc__ and "dtype=bool" in t.mat_bool.__doc__
    assert t.entries.__doc__ == "entries(arg: numpy.ndarray[dtype=float64, shape=(*, *), writable=False], /) -> list[list[float]]"
    assert t.double.__doc__ == "double(arg: numpy.ndarray[dtype=float64, shape=(*, *)], /) -> None"


@pytest.mark.row("EIG-01")
@pytest.mark.parametrize("name, dtype", [
    ("mat", np.float64), ("mat_f32", np.float32), ("mat_complex", np.complex128), ("mat_c64", np.complex64), ("mat_i32", np.int32),
    ("mat_bool", np.bool_),
])
def test_matrices_come_back(name, dtype):
    for shape in [(2, 3), (3, 2), (1, 1), (1, 5), (5, 1), (0, 3), (3, 0), (0, 0), (17, 33)]:
        given = (np.arange(shape[0] * shape[1]).reshape(shape) % 7).astype(dtype)
        for order in "CF":
            back = getattr(t, name)(given.copy(order=order))
            assert type(back) is np.ndarray and back.dtype == dtype and back.shape == shape
            assert np.array_equal(back, given) and back.flags.writeable


@pytest.mark.row("EIG-04")
def test_any_strides_are_taken():
    for given in layouts():
        assert np.array_equal(t.mat(given), A)
        assert t.entries(given) == A.tolist()
        assert t.entries_strict(given) == A.tolist()
        assert np.array_equal(t.transposed(given), A.T)
    given = np.broadcast_to(np.array([1.0, 2.0]), (3, 2))
    assert t.entries(given) == [[1.0, 2.0]] * 3


@pytest.mark.row("eig-03", "EIG-12")
def test_results_move():
    for make, sizes in [(t.make, (3, 5)), (t.make, (8, 2)), (t.make_col, (5,)), (t.make_row, (5,))]:
        made = make(*sizes)
        assert made.ctypes.data == t.moved()
        assert made.flags.writeable and made.shape == sizes
    made = t.make(3, 5)
    assert made.strides[0] == 8 and made.strides[1] >= 3 * 8
    assert made.tolist() == [[10.0 * i + j for j in range(5)] for i in range(3)]
    made[2, 4] = -1.0
    base = made.base
    del made
    gc.collect()
    assert base is not None


def test_the_policy_none_makes_no_object():
    with pytest.raises(TypeError):
        t.make_none(2)


@pytest.mark.row("eig-06", "EIG-04")
def test_owned_matrices_are_copies():
    given = np.asfortranarray(A)
    assert t.address_of_mat(given) != given.ctypes.data
    given.flags.writeable = False
    assert np.array_equal(t.mat(given), A)


@pytest.mark.row("eig-08", "EIG-04")
def test_views_do_not_copy():
    for given in layouts():
        place, row, column = t.place(given)
        assert (place, row * 8, column * 8) == (given.ctypes.data, *given.strides)
    read_only = A.copy()
    read_only.flags.writeable = False
    assert t.place(read_only)[0] == read_only.ctypes.data


def test_strides_of_axes_with_one_element():
    column = np.zeros((8, 9))[:, :1]
    assert t.place(column)[1:] == (9, 1)
    assert t.place(np.zeros((5, 1)))[1:] == (1, 5)
    assert t.place(np.zeros((1, 5)))[1:] == (1, 1)
    for shape in [(0, 0), (0, 4), (4, 0)]:
        place, row, col = t.place(np.zeros(shape))
        assert place != 0 and row >= 1 and col >= 1
        assert t.entries(np.zeros(shape)) == np.zeros(shape).tolist()


@pytest.mark.row("eig-09", "EIG-04", "EIG-05")
def test_conversion():
    ints = A.astype(np.int32)
    assert np.array_equal(t.mat(ints), A)
    assert t.entries(ints) == A.tolist()
    for function in (t.mat_strict, t.entries_strict):
        with pytest.raises(TypeError):
            function(ints)
    with pytest.raises(TypeError):
        t.mat(A.astype(complex))
    for wrong in (A[0], A[None], 1.0, None, "text", [[1.0]], object()):
        with pytest.raises(TypeError):
            t.mat(wrong)
        with pytest.raises(TypeError):
            t.entries(wrong)
        with pytest.raises(TypeError):
            t.double(wrong)
    for wrong in (A, 1.0, None):
        with pytest.raises(TypeError):
            t.col(wrong)
        with pytest.raises(TypeError):
            t.row_entries(wrong)


@pytest.mark.row("eig-10", "EIG-04", "EIG-05")
def test_mutable_views_write_where_the_array_lies():
    for given in layouts():
        t.double(given)
        assert np.array_equal(given, 2 * A)
    with pytest.raises(TypeError):
        t.double(A.astype(np.float32))
    read_only = A.copy()
    read_only.flags.writeable = False
    with pytest.raises(TypeError):
        t.double(read_only)
    with pytest.raises(TypeError):
        t.double(np.lib.stride_tricks.as_strided(np.zeros(3), (2, 2), (8, 8)))


def test_columns_and_rows():
    for given in (np.arange(6.0), np.arange(12.0)[::2], np.arange(6.0)[::-1]):
        expected = given.tolist()
        assert t.col(given).tolist() == t.row(given).tolist() == expected
        assert t.col_entries(given) == t.row_entries(given) == expected
        t.double_col(given)
        t.double_row(given)
        assert given.tolist() == [4 * x for x in expected]
    assert t.col(np.zeros(0)).shape == (0,) and t.col_entries(np.zeros(0)) == []
    assert t.row(np.arange(3)).tolist() == [0.0, 1.0, 2.0]


def test_complex_views():
    given = (A + 1j * A).astype(np.complex64)
    assert t.entries_complex(given) == given.tolist()
    assert t.entries_complex(given[::-1]) == given[::-1].tolist()


def test_one_array_twice():
    given = np.zeros((4, 4))
    for source, target in [(given, given), (given[:3], given[1:]), (given[::-1], given)]:
        with pytest.raises(RuntimeError, match="same memory"):
            t.copy_to(source, target)
    given[:, 0] = 7.0
    t.copy_to(given[:, :1], given[:, 1:2])
    assert given[:, 1].tolist() == [7.0] * 4
    with pytest.raises(ValueError, match="other sizes"):
        t.copy_to(given, np.zeros((4, 3)))


def test_a_lent_matrix_is_not_lent_again():
    given = A.copy()
    with pytest.raises(RuntimeError, match="not free for reading"):
        t.while_lent(given, lambda: t.entries(given))
    t.while_lent(given, lambda: None)
    assert t.entries(given) == A.tolist()


@pytest.mark.row("eig-04", "eig-15", "EIG-03", "EIG-07", "EIG-08")
def test_references():
    home = t.Home(3)
    copied = home.copied()
    assert copied.ctypes.data != home.address() and copied.flags.writeable
    referred = home.referred()
    assert referred.ctypes.data == home.address() and not referred.flags.writeable
    assert home.flipped().tolist() == referred[::-1, ::-1].tolist()
    assert home.referred_col().tolist() == [1.0, 11.0, 21.0]
    row = home.referred_row()
    assert row.tolist() == home.copied_row().tolist() == [10.0, 11.0, 12.0]
    with pytest.raises(BufferError, match="while a buffer of it exists"):
        home.set(0, 0, 5.0)
    del home
    gc.collect()
    assert referred[2, 2] == 22.0 and row[2] == 12.0
    del referred, row


@pytest.mark.row("eig-04", "eig-06")
def test_references_to_matrices():
    for given in layouts():
        assert t.trace(given[:, :2]) == 6.0
    assert t.trace(np.eye(3, dtype=np.int8)) == 3.0
    assert t.trace.__doc__ == "trace(arg: numpy.ndarray[dtype=float64, shape=(*, *)], /) -> float"
    same = np.arange(4.0)
    assert t.col_total(same, same[::-1]) == 12.0
    for wrong in (None, A[0], "text", A.astype(complex)):
        with pytest.raises(TypeError):
            t.trace(wrong)
    home = t.Home(3)
    copied, referred, column = home.by_reference(), home.refers(), home.refers_col()
    assert copied.ctypes.data != home.address() == referred.ctypes.data
    assert copied.flags.writeable and not referred.flags.writeable and column.tolist() == [0.0, 1.0, 2.0]
    del home
    gc.collect()
    assert np.array_equal(copied, referred)


def test_the_owner_can_be_changed_again():
    home = t.Home(3)
    referred = home.referred()
    del referred
    gc.collect()
    home.set(0, 0, 5.0)
    assert home.copied()[0, 0] == 5.0


def test_fields():
    home = t.Home(2)
    field = home.matrix
    field[0, 0] = 99.0
    assert home.matrix[0, 0] == 0.0
    home.matrix = A
    assert np.array_equal(home.matrix, A)
    home.column = np.arange(4)
    assert home.column.tolist() == [0.0, 1.0, 2.0, 3.0]
    with pytest.raises(TypeError):
        home.column = A


def test_none():
    assert t.maybe(None) is None
    assert t.maybe(A) == 2


class Hostile:
    def __dlpack__(self, **kwargs):
        raise ValueError("mine")

    def __dlpack_device__(self):
        raise ValueError("mine")


def test_hostile_objects():
    for function in (t.mat, t.entries, t.double, t.col):
        with pytest.raises(TypeError):
            function(Hostile())

    class Sub(np.ndarray):
        @property
        def shape(self):
            raise RuntimeError("mine")

    sub = A.copy().view(Sub)
    assert np.array_equal(t.mat(sub), A)
    # Not aligned: copied where that is allowed.
    raw = np.zeros(6 * 8 + 1, dtype=np.uint8)[1:].view(np.float64).reshape(2, 3)
    raw[:] = A
    assert np.array_equal(t.mat(raw), A)
    assert t.entries(raw) == A.tolist()
    with pytest.raises(TypeError):
        t.entries_strict(raw)
    with pytest.raises(TypeError):
        t.double(raw)


def test_bytes_that_are_no_bool():
    given = np.array([[0, 1, 2, 255]], dtype=np.uint8).view(np.bool_)
    assert t.mat_bool(given).view(np.uint8).tolist() == [[0, 1, 1, 1]]


@given(st.integers(0, 6), st.integers(0, 6), st.integers(-3, 3), st.integers(-3, 3), st.booleans())
def test_slices(rows, columns, down, right, transposed):
    down, right = down or 1, right or 1
    whole = np.arange(400.0).reshape(20, 20)
    part = whole[::down, ::right][:rows, :columns]
    part = part.T if transposed else part
    assert t.entries(part) == part.tolist()
    assert np.array_equal(t.mat(part), part)
    expected = (2 * part).tolist()
    t.double(part)
    assert part.tolist() == expected


def test_threads():
    shared = [np.arange(12.0).reshape(3, 4) for _ in range(2)]

    def work():
        for _ in range(200):
            for given in shared:
                assert len(t.entries(given)) == 3
                t.mat(given)
                t.double(given)
                given.fill(1.0)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


def test_any_number_of_empty_columns():
    """The crate goes through them one by one."""
    with pytest.raises(MemoryError):
        t.mat(np.zeros((0, 2**40)))
    assert t.mat(np.zeros((0, 1000))).shape == (0, 1000)
    assert t.mat(np.zeros((1000, 0))).shape == (1000, 0)
