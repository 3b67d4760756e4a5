"""Sparse matrices of the crates `sprs` and `nalgebra-sparse`, and `scipy.sparse`."""

import gc
import subprocess
import sys
import textwrap
import threading

import pytest

np = pytest.importorskip("numpy", reason="NumPy is not installed for this interpreter")
sp = pytest.importorskip("scipy.sparse", reason="SciPy is not installed for this interpreter")

import test_arrays_sparse_ext as t

from hypothesis import given, strategies as st

DENSE = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
CSR = ([0, 2, 3], [0, 2, 1], [1.0, 2.0, 3.0])
CSC = ([0, 1, 2, 3], [0, 1, 0], [1.0, 3.0, 2.0])
BOTH = "scipy.sparse.csr_matrix[{0}] | scipy.sparse.csc_matrix[{0}]"


def csr(dtype=float):
    return sp.csr_matrix(DENSE.astype(dtype))


def csc(dtype=float):
    return sp.csc_matrix(DENSE.astype(dtype))


def with_index(matrix, dtype):
    """The matrix with index arrays of this type, which SciPy's constructors would change."""
    matrix.indices, matrix.indptr = matrix.indices.astype(dtype), matrix.indptr.astype(dtype)
    return matrix


def state(matrix):
    return [getattr(matrix, name).copy().tolist() for name in ("data", "indices", "indptr")]


@pytest.mark.row("eig-16")
def test_signatures():
    for name, scalar in [("sprs", "float"), ("sprs_f32", "float"), ("sprs_int", "int"), ("sprs_u8", "int"), ("sprs_bool", "bool"),
                         ("sprs_complex", "complex")]:
        both = BOTH.format(scalar)
        assert getattr(t, name).__doc__ == f"{name}(arg: {both}, /) -> {both}"
    for name, text in [("csr", "csr_matrix[float]"), ("csc", "csc_matrix[float]"), ("coo", "coo_matrix[float]"), ("tri", "coo_matrix[float]"),
                       ("csr_int", "csr_matrix[int]"), ("csc_bool", "csc_matrix[bool]"), ("csr_complex", "csr_matrix[complex]")]:
        assert getattr(t, name).__doc__ == f"{name}(arg: scipy.sparse.{text}, /) -> scipy.sparse.{text}"
    assert t.maybe.__doc__.startswith(f"maybe(arg: {BOTH.format('float')} | None, /)")


@pytest.mark.row("eig-16", "EIG-01")
@pytest.mark.row("xchg-22")
def test_matrices_come_back():
    for name in ("sprs", "sprs_i32", "sprs_i64", "sprs_u32", "sprs_mixed"):
        for given, kind in [(csr(), sp.csr_matrix), (csc(), sp.csc_matrix)]:
            for index in (np.int32, np.int64):
                for function in (getattr(t, name), getattr(t, name + "_strict")):
                    back = function(with_index(given, index))
                    assert type(back) is kind and back.shape == (2, 3) and back.dtype == np.float64
                    assert np.array_equal(back.toarray(), DENSE) and back.has_canonical_format
                    assert back.indices.dtype == back.indptr.dtype == np.int32
    assert type(t.csr_strict(csr())) is sp.csr_matrix and np.array_equal(t.csr(csr()).toarray(), DENSE)
    assert type(t.csc_strict(csc())) is sp.csc_matrix and np.array_equal(t.csc(csc()).toarray(), DENSE)
    for function in (t.coo_strict, t.tri_strict, t.tri_i32_strict):
        back = function(sp.coo_matrix(DENSE))
        assert type(back) is sp.coo_matrix and np.array_equal(back.toarray(), DENSE)
    for name, dtype in [("sprs_f32", np.float32), ("sprs_int", np.int64), ("sprs_u8", np.uint8), ("sprs_bool", np.bool_),
                        ("sprs_complex", np.complex128)]:
        back = getattr(t, name + "_strict")(csc(dtype))
        assert back.dtype == dtype and np.array_equal(back.toarray(), DENSE.astype(dtype))
    assert t.csr_int(csr(np.int32)).dtype == np.int32
    assert t.csc_bool_strict(csc(np.bool_)).toarray().tolist() == DENSE.astype(bool).tolist()
    assert t.csr_complex_strict(csr(np.complex64)).dtype == np.complex64


def test_what_native_code_sees():
    assert t.seen(csr()) == ("CSR", (2, 3), *CSR)
    assert t.seen(csc()) == ("CSC", (2, 3), *CSC)
    assert t.seen_csr(csr()) == CSR
    for shape in [(0, 0), (0, 3), (3, 0), (2, 2)]:
        for make in (sp.csr_matrix, sp.csc_matrix):
            order, sizes, starts, indices, data = t.seen(make(shape))
            assert sizes == shape and set(starts) == {0} and indices == data == []
            assert t.sprs(make(shape)).shape == t.make_empty(*shape).shape == shape
        assert t.csr(sp.csr_matrix(shape)).shape == t.csc(sp.csc_matrix(shape)).shape == t.coo(sp.coo_matrix(shape)).shape == shape


@pytest.mark.row("eig-16", "EIG-14")
def test_what_is_converted():
    class Sub(sp.csr_matrix):
        pass

    others = [sp.lil_matrix(DENSE), sp.dok_matrix(DENSE), sp.dia_matrix(DENSE), sp.bsr_matrix(DENSE), sp.coo_matrix(DENSE), sp.csr_array(DENSE),
              sp.csc_array(DENSE), sp.coo_array(DENSE), Sub(DENSE), DENSE, np.asfortranarray(DENSE), np.ma.masked_array(DENSE), csr(np.float32),
              csr(np.int8), csr(bool)]
    for given in others:
        expected = given.toarray() if sp.issparse(given) else np.asarray(given)
        for name in ("sprs", "csr", "csc", "coo", "tri"):
            back = getattr(t, name)(given)
            assert np.array_equal(back.toarray(), expected) and back.dtype == np.float64, (name, type(given))
        for name in ("sprs_strict", "csr_strict", "csc_strict", "coo_strict", "tri_strict"):
            exact = type(given) is sp.coo_matrix and name in ("coo_strict", "tri_strict")
            if not exact:
                with pytest.raises(TypeError, match="incompatible function arguments"):
                    getattr(t, name)(given)
    assert t.seen(sp.csc_array(DENSE))[0] == "CSC"
    assert t.seen(sp.csr_array(DENSE))[0] == "CSR"
    assert t.seen(DENSE)[0] == "CSR"
    assert t.sprs(DENSE[0]).shape == (1, 3)
    with pytest.raises(TypeError):
        t.csr_strict(csc())
    with pytest.raises(TypeError):
        t.csc_strict(csr())


@pytest.mark.row("eig-16")
def test_what_is_refused():
    for wrong in ("text", b"1234", 3.0, 3, (3, 2), [[1.0]], [1.0], None, np.float64(3), object(), {}, np.zeros((2, 2, 2)), sp.csr_array([1.0, 2.0]),
                  csr(complex), DENSE.astype(complex), np.array([["a"]])):
        for function in (t.sprs, t.csr, t.csc, t.coo, t.tri, t.sprs_strict, t.view, t.double):
            with pytest.raises(TypeError, match="incompatible function arguments"):
                function(wrong)
    with pytest.raises(TypeError):
        t.sprs_int(csr(complex))
    assert t.maybe(None) is False and t.maybe(csr()) is True
    assert t.all([csr(), csc(), sp.csr_matrix((2, 2))]) == [3, 3, 0]
    assert [t.overloaded(x) for x in (csr(), np.zeros(3), "text", sp.dok_matrix((2, 2)))] == ["matrix", "array", "object", "object"]


def test_read_only_arrays_are_copied():
    given = csr()
    for array in (given.data, given.indices, given.indptr):
        array.flags.writeable = False
    assert t.seen(given) == ("CSR", (2, 3), *CSR)
    given.data = np.repeat(given.data, 2)[::2]
    assert t.seen(given) == ("CSR", (2, 3), *CSR)


@pytest.mark.row("EIG-10")
def test_unsorted_indices_are_sorted_in_the_copy():
    given = sp.csr_matrix(([2.0, 1.0, 3.0], [2, 0, 1], [0, 2, 3]), shape=(2, 3))
    before = state(given)
    for function in (t.sprs, t.sprs_i32, t.csr):
        back = function(given)
        assert state(back) == [CSR[2], CSR[1], CSR[0]]
    assert t.seen(given) == ("CSR", (2, 3), *CSR)
    assert state(given) == before
    unsorted = sp.csc_matrix(([2.0, 1.0], [2, 0], [0, 2, 2]), shape=(3, 2))
    assert t.seen(unsorted) == ("CSC", (3, 2), [0, 2, 2], [0, 2], [1.0, 2.0])


@pytest.mark.row("EIG-10")
def test_duplicates_are_summed_in_the_copy():
    given = sp.csr_matrix(([1.0, 2.0, 4.0, 8.0], [1, 0, 1, 2], [0, 3, 4]), shape=(2, 3))
    before = state(given)
    assert t.seen(given) == ("CSR", (2, 3), [0, 2, 3], [0, 1, 2], [2.0, 5.0, 8.0])
    assert t.seen_csr(given) == ([0, 2, 3], [0, 1, 2], [2.0, 5.0, 8.0])
    assert np.array_equal(t.csr(given).toarray(), given.toarray())
    assert state(given) == before
    whole = sp.csr_matrix((np.array([127, 1], np.int8), [0, 0], [0, 2]), shape=(1, 1))
    assert t.seen_int(whole)[4] == [-128]
    truth = sp.csr_matrix(([True, True, False], [0, 0, 1], [0, 3]), shape=(1, 2))
    assert t.seen_bool(truth)[4] == [True, False]
    entries = sp.coo_matrix(([1.0, 2.0], ([0, 0], [1, 1])), shape=(1, 2))
    for function in (t.coo, t.tri):
        assert function(entries).data.tolist() == [1.0, 2.0]


def broken(**arrays):
    """A matrix with other arrays than SciPy would have given it."""
    made = csr()
    for name, value in arrays.items():
        setattr(made, name, np.array(value, dtype=np.float64 if name == "data" else np.int32))
    return made


BROKEN = [
    broken(indptr=[]), broken(indptr=[0]), broken(indptr=[0, 3]), broken(indptr=[0, 1, 2, 3]), broken(indptr=[1, 2, 3]), broken(indptr=[0, 3, 2]),
    broken(indptr=[0, -1, 3]), broken(indptr=[-1, 2, 3]), broken(indptr=[0, 2, 4]), broken(indptr=[0, 2, 2**31 - 1]), broken(indptr=[0, 4, 3]),
    broken(indices=[0, 2, 3]), broken(indices=[0, 2, -1]), broken(indices=[0, 2, 2**31 - 1]), broken(indices=[-(2**31), 2, 1]),
    broken(indices=[0, 2]), broken(indices=[]), broken(data=[1.0]), broken(data=[]),
]


@pytest.mark.row("EIG-10")
@pytest.mark.parametrize("index", range(len(BROKEN)))
def test_broken_structures_are_refused(index):
    given = BROKEN[index]
    for function in (t.sprs, t.sprs_strict, t.sprs_i32, t.sprs_i64, t.sprs_u32, t.csr, t.view):
        with pytest.raises(ValueError, match="argument (1|'x') is a sparse matrix with a broken structure: "):
            function(given)
    with pytest.raises(ValueError, match="seen: argument 'a' is a sparse matrix"):
        t.seen(given)
    with pytest.raises(ValueError):
        t.all([given])


@pytest.mark.row("EIG-10")
def test_broken_entries_are_refused():
    for changes in [{"row": [0, 2]}, {"row": [0, -1]}, {"col": [3, 0]}, {"row": [0]}, {"col": []}, {"data": [1.0]}]:
        given = sp.coo_matrix(([1.0, 2.0], ([0, 1], [0, 2])), shape=(2, 3))
        for name, value in changes.items():
            value = np.array(value, dtype=np.float64 if name == "data" else np.int32)
            if name == "data":
                given.data = value
            else:
                setattr(given, name, value)
        for function in (t.coo, t.tri, t.tri_i32):
            with pytest.raises(ValueError, match="sparse matrix"):
                function(given)


def test_room_for_more_entries():
    given = csr()
    given.data, given.indices = np.append(given.data, [9.0, 9.0]), np.append(given.indices, [-1]).astype(np.int32)
    assert t.seen(given) == ("CSR", (2, 3), *CSR)
    assert t.view(given) == ("CSR", (2, 3), *CSR)
    assert t.seen_csr(given) == CSR


def test_sizes_that_indices_have_no_room_for():
    wide = sp.csr_matrix((1, 2**40))
    assert t.seen(wide)[1] == t.sprs_i64(wide).shape == t.csr(wide).shape == (1, 2**40)
    for function in (t.sprs_i32, t.sprs_u32):
        with pytest.raises(ValueError, match="[Ii]ndex"):
            function(wide)
    one = sp.csr_matrix(([1.0], [2**40 - 1], [0, 1]), shape=(1, 2**40))
    assert t.sprs(one).indices.tolist() == [2**40 - 1]
    with pytest.raises(ValueError, match="does not fit into the type of the indices"):
        t.sprs_i32(one)
    assert t.make_wide().indices.tolist() == [2**40 - 1]
    assert t.make_u32().indices.tolist() == [2**32 - 2]


@pytest.mark.row("EIG-13")
def test_results_move():
    for make in (t.make_i32, t.make_csc):
        made = make()
        assert [made.data.ctypes.data, made.indices.ctypes.data, made.indptr.ctypes.data] == t.moved()
        assert made.data.flags.writeable and made.has_canonical_format
    assert np.array_equal(t.make_i32().toarray(), DENSE) and type(t.make_csc()) is sp.csc_matrix
    for make in (t.make_usize, t.make_csr):
        made = make()
        assert made.data.ctypes.data == t.moved()[0] and made.indices.dtype == np.int32
        assert np.array_equal(made.toarray(), DENSE)
    made = t.make_i32()
    made.data[0] = 7.0
    data = made.data
    del made
    gc.collect()
    assert data.tolist() == [7.0, 2.0, 3.0]
    assert t.make_part().toarray().tolist() == [[0.0, 3.0, 0.0]]
    assert np.array_equal(t.make_none().toarray(), DENSE)


@pytest.mark.row("eig-17", "EIG-09")
def test_the_elements_of_views_are_scipys():
    for given in (csr(), csc()):
        data, indices, indptr = t.view_places(given)
        assert data == given.data.ctypes.data
        # What is read at places that others could change would be no memory of anybody's.
        assert indices != given.indices.ctypes.data and indptr != given.indptr.ctypes.data
    assert t.view(csr()) == t.view_u32(csr()) == ("CSR", (2, 3), *CSR)
    assert t.view(csc()) == ("CSC", (2, 3), *CSC)
    wide = with_index(csr(), np.int64)
    assert t.view_i64(wide) == t.view_usize(wide) == ("CSR", (2, 3), *CSR)
    for shape in [(0, 0), (0, 3), (3, 0), (2, 2)]:
        assert t.view(sp.csr_matrix(shape))[1] == shape
    read_only = csr()
    read_only.data.flags.writeable = False
    assert t.view(read_only)[4] == CSR[2]
    with pytest.raises(TypeError):
        t.double(read_only)


@pytest.mark.row("eig-17")
def test_views_are_never_converted():
    for wrong in (csr(np.float32), sp.coo_matrix(DENSE), sp.csr_array(DENSE), DENSE, with_index(csr(), np.int64), sp.csr_matrix(csr(complex))):
        for function in (t.view, t.double):
            with pytest.raises(TypeError, match="incompatible function arguments"):
                function(wrong)
    with pytest.raises(TypeError):
        t.view_i64(csr())
    with pytest.raises(TypeError):
        t.view_usize(csr())
    strided = csr()
    strided.data = np.repeat(strided.data, 2)[::2]
    with pytest.raises(TypeError):
        t.view(strided)
    unsorted = sp.csr_matrix(([2.0, 1.0, 3.0], [2, 0, 1], [0, 2, 3]), shape=(2, 3))
    twice = sp.csr_matrix(([2.0, 1.0], [1, 1], [0, 2]), shape=(1, 3))
    for given in (unsorted, twice):
        with pytest.raises(ValueError, match=r"call its methods sum_duplicates\(\) and sort_indices\(\)"):
            t.view(given)
        given.sum_duplicates()
        given.sort_indices()
        assert t.view(given)[1] == given.shape


@pytest.mark.row("eig-17")
def test_what_is_written_is_seen():
    given = csr()
    t.double(given)
    assert given.data.tolist() == [2.0, 4.0, 6.0]
    with pytest.raises(RuntimeError, match="same memory"):
        t.both(given, given)
    t.both(given, csr())
    shared = csr()
    shared.data = given.data[:3]
    with pytest.raises(RuntimeError, match="same memory"):
        t.both(given, shared)


def test_a_lent_matrix_is_not_written_to():
    given = csr()
    with pytest.raises(RuntimeError, match="not free for writing"):
        t.sum_while(given, lambda: t.double(given))
    assert t.sum_while(given, lambda: t.view(given)) == 6.0
    t.double(given)


@pytest.mark.row("EIG-09")
def test_references():
    home = t.Home()
    copied = home.copied()
    assert np.array_equal(copied.toarray(), DENSE) and copied.data.ctypes.data != home.places()[0]
    assert copied.data.flags.writeable
    referred = home.referred()
    assert (referred.data.ctypes.data, referred.indices.ctypes.data, referred.indptr.ctypes.data) == home.places()
    assert not referred.data.flags.writeable and np.array_equal(referred.toarray(), DENSE)
    part = home.part()
    assert part.toarray().tolist() == [[0.0, 3.0, 0.0]] and part.data.ctypes.data == home.places()[0] + 16
    with pytest.raises(BufferError, match="while a buffer of it exists"):
        home.scale(2.0)
    del referred, part
    gc.collect()
    home.scale(2.0)
    last = home.referred()
    del home
    gc.collect()
    assert last.data.tolist() == [2.0, 4.0, 6.0]


@pytest.mark.row("eig-16", "EIG-09")
def test_references_to_matrices():
    assert t.by_reference(csc(), DENSE) == (3, 3)
    assert "csr_matrix[float]" in t.by_reference.__doc__
    for wrong in (None, "text", csr(complex)):
        with pytest.raises(TypeError):
            t.by_reference(csr(), wrong)
    with pytest.raises(ValueError, match="argument 2 is a sparse matrix with a broken structure"):
        t.by_reference(csr(), BROKEN[0])
    home = t.Home()
    home.by_rows = csr()
    for copied, referred, place in [(home.matrix_copied(), home.matrix_referred(), home.places()[0]),
                                    (home.by_rows_copied(), home.by_rows_referred(), home.by_rows_place())]:
        assert np.array_equal(copied.toarray(), DENSE) and np.array_equal(referred.toarray(), DENSE)
        assert copied.data.ctypes.data != place == referred.data.ctypes.data
        assert copied.data.flags.writeable and not referred.data.flags.writeable
    with pytest.raises(BufferError):
        home.scale(2.0)


def test_fields():
    home = t.Home()
    home.matrix.data[:] = 0.0
    assert home.matrix.data.tolist() == CSR[2]
    home.matrix = sp.csc_matrix([[5.0]])
    assert type(home.matrix) is sp.csc_matrix and home.matrix.toarray().tolist() == [[5.0]]
    home.by_rows = csr()
    assert np.array_equal(home.by_rows.toarray(), DENSE)
    with pytest.raises(TypeError):
        home.by_rows = "text"


class Raising:
    def __getattr__(self, name):
        raise RuntimeError("mine")


class FalseArray:
    """Says that it is an array, and is none."""

    def __dlpack__(self, **kwargs):
        return None

    def __dlpack_device__(self):
        return (1, 0)


class LyingSparse(sp.csr_matrix):
    @property
    def indices(self):
        raise RuntimeError("mine")

    @indices.setter
    def indices(self, value):
        pass


def test_hostile_attributes():
    for name in ("data", "indices", "indptr"):
        for value in (None, [0, 1, 2], "text", Raising(), FalseArray(), np.zeros((3, 1), np.int32), np.float64(3), np.zeros(3, np.int16),
                      np.zeros(3, complex), np.zeros(3, object), memoryview(b"abc"), np.zeros(3, ">i4"), np.zeros(3, "U3")):
            given = csr()
            given.__dict__[name] = value
            for function in (t.sprs, t.csr, t.view, t.double, t.sprs_strict):
                if name == "data" and isinstance(value, np.ndarray) and value.dtype == np.int16 and function in (t.sprs, t.csr):
                    continue
                with pytest.raises((TypeError, ValueError)):
                    function(given)
        given = csr()
        del given.__dict__[name]
        for function in (t.sprs, t.csr, t.view):
            with pytest.raises(TypeError) as caught:
                function(given)
            assert isinstance(caught.value.__cause__, AttributeError)
    for value in (None, (), (2,), (2, 3, 4), [2, 3], (2.0, 3.0), ("a", "b"), (-1, 3), (2**80, 3), (Raising(), 3)):
        given = csr()
        given.__dict__["_shape"] = value
        for function in (t.sprs, t.csr, t.view):
            with pytest.raises(TypeError, match="incompatible function arguments"):
                function(given)
    for value in ((2**62, 3), (0, 3), (3, 2), (2**63 - 1, 2**63 - 1), (2, 0)):
        given = csr()
        given.__dict__["_shape"] = value
        for function in (t.sprs, t.csr, t.view):
            with pytest.raises(ValueError, match="broken structure"):
                function(given)
    for function in (t.sprs, t.csr, t.view, t.coo):
        with pytest.raises(TypeError):
            function(Raising())
    given = csr()
    given.__class__ = LyingSparse
    for function in (t.sprs, t.csr, t.view):
        with pytest.raises(TypeError):
            function(given)


def test_attributes_that_change_the_matrix():
    given = csr()

    class Changing:
        def __index__(self):
            given.indices = np.array([100, 200, 300], dtype=np.int32)
            return 2

    given.__dict__["_shape"] = (Changing(), 3)
    with pytest.raises(ValueError, match="broken structure"):
        t.sprs(given)
    other = csr()

    class Emptying:
        def __index__(self):
            other.__dict__.clear()
            return 2

    other.__dict__["_shape"] = (Emptying(), 3)
    with pytest.raises(TypeError):
        t.view(other)

    class Interrupting:
        def __index__(self):
            raise KeyboardInterrupt

    third = csr()
    third.__dict__["_shape"] = (Interrupting(), 3)
    with pytest.raises(KeyboardInterrupt):
        t.sprs(third)


def test_one_array_for_everything():
    given = sp.csr_matrix((1, 1), dtype=np.int64)
    zeros = np.zeros(2, dtype=np.int64)
    given.data = given.indices = given.indptr = zeros
    assert t.sprs_int(given).nnz == 0
    same = csr()
    same.data = np.zeros(3)
    same.indices = same.data.view(np.int32)[:3]
    same.indptr = same.data.view(np.int32)[:3]
    assert t.view(same)[4] == []
    with pytest.raises(RuntimeError, match="same memory"):
        t.double(same)


def run(code):
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


@pytest.mark.row("EIG-13")
def test_without_scipy():
    out = run(f"""
        import sys
        sys.path[:0] = {sys.path!r}
        class Blocked:
            def find_spec(self, name, path=None, target=None):
                if name == "scipy" or name.startswith("scipy."):
                    raise ModuleNotFoundError(f"No module named '{{name}}'", name=name)
        sys.meta_path.insert(0, Blocked())
        import numpy as np
        import test_arrays_sparse_ext as t
        for make in (t.make_i32, t.make_csr, t.Home().copied, t.Home().referred):
            try:
                make()
            except ImportError as error:
                print(type(error).__name__, error)
        class csr_matrix: pass
        for given in (np.zeros((2, 2)), "text", csr_matrix()):
            try:
                t.sprs(given)
            except TypeError as error:
                print(type(error).__name__, type(error.__cause__).__name__)
    """)
    assert out[:4] == ["ModuleNotFoundError No module named 'scipy'"] * 4
    assert out[4:7] == ["TypeError ModuleNotFoundError", "TypeError NoneType", "TypeError ModuleNotFoundError"]


def test_scipy_is_imported_when_it_is_needed():
    out = run(f"""
        import sys
        sys.path[:0] = {sys.path!r}
        import test_arrays_sparse_ext as t
        try:
            t.sprs("text")
        except TypeError:
            print("scipy" in sys.modules)
        print(type(t.make_i32()).__name__)
    """)
    assert out[:2] == ["False", "csr_matrix"]


@st.composite
def matrices(draw):
    rows, columns = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    dense = np.array([[draw(st.sampled_from([0.0, 0.0, 1.0, -2.5])) for _ in range(columns)] for _ in range(rows)]).reshape(rows, columns)
    return dense


@given(matrices(), st.sampled_from(["csr", "csc", "coo", "lil", "dok"]))
def test_any_matrix(dense, form):
    matrix = getattr(sp, form + "_matrix")(dense)
    for function in (t.sprs, t.sprs_i32, t.csr, t.csc, t.coo, t.tri):
        back = function(matrix)
        assert back.shape == dense.shape and np.array_equal(back.toarray(), dense)


@given(st.lists(st.integers(-2, 6), max_size=5), st.lists(st.integers(-2, 4), max_size=5), st.integers(0, 5), st.integers(0, 4), st.integers(0, 4))
def test_any_arrays(indptr, indices, entries, rows, columns):
    """Whatever the arrays say: a matrix that the crate accepts, with the same numbers, or an error."""
    given = sp.csr_matrix((rows, columns))
    given.indptr, given.indices = np.array(indptr, np.int32), np.array(indices, np.int32)
    given.data = np.arange(1.0, entries + 1.0)
    nnz = indptr[-1] if indptr else 0
    fine = (len(indptr) == rows + 1 and indptr[0] == 0 and indptr == sorted(indptr) and nnz <= min(entries, len(indices))
            and all(0 <= index < columns for index in indices[:nnz]))
    if not fine:
        for function in (t.seen, t.seen_i32, t.view, t.csr):
            with pytest.raises(ValueError):
                function(given)
        return
    expected = np.zeros((rows, columns))
    for row in range(rows):
        for at in range(indptr[row], indptr[row + 1]):
            expected[row, indices[at]] += given.data[at]
    for back in (t.sprs(given), t.sprs_i32(given), t.csr(given)):
        assert np.array_equal(back.toarray(), expected) and back.has_canonical_format
    lanes = [indices[one:other] for one, other in zip(indptr, indptr[1:])]
    if all(lane == sorted(set(lane)) for lane in lanes):
        assert t.view(given)[2:] == (indptr, indices[:nnz], given.data[:nnz].tolist())
    else:
        with pytest.raises(ValueError):
            t.view(given)


def test_threads():
    given = csr()

    def work():
        for _ in range(100):
            assert t.seen(given)[3] == CSR[1]
            t.double(given)
            assert t.make_i32().nnz == t.make_csr().nnz == 3
            t.sprs(DENSE)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


@pytest.mark.row("EIG-10")
@pytest.mark.parametrize("kind", ["csr_matrix", "csc_matrix", "bsr_matrix", "coo_matrix"])
def test_scipy_converts_nothing_that_is_broken(kind):
    """Its conversions go where the indices say."""

    def broken(change):
        given = getattr(sp, kind)(np.arange(12.0).reshape(4, 3))
        first, second = ("row", "col") if kind == "coo_matrix" else ("indices", "indptr")
        change(given, getattr(given, first), getattr(given, second))
        return given

    def far(given, first, second):
        first[0] = 10**6

    def negative(given, first, second):
        first[0] = -5

    def other(given, first, second):
        second[1] = 10**8

    def short(given, first, second):
        given.data = given.data[:1].copy()

    for change in (far, negative, other, short):
        for function in (t.csr, t.csc, t.coo, t.csr_int, t.csr_complex, t.csc_bool):
            with pytest.raises((TypeError, ValueError)):
                function(broken(change))
