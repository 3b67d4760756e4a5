"""The guide's page on arrays: its modules do what it says, and the example prints what the one in C++ does."""

import doctest
import gc
import importlib
import re
import runpy
import threading
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

from test_guide import TEXTS



class Late:
    """An extension module, imported when it is used. These are not called as those of the tests are, and `cargo xtask parity` reads the tests without
    building anything."""

    def __init__(self, name):
        self.__name__ = name

    def __getattr__(self, attribute):
        return getattr(importlib.import_module(self.__name__), attribute)


MODULES = [Late(name) for name in "grids images matrices matrix4 returning scalars solvers sparse vectorized views".split()]
grids, images, matrices, matrix4, returning, scalars, solvers, sparse, vectorized, views = MODULES
EXAMPLE = Path(__file__).resolve().parent.parent / "porting-guide" / "examples" / "arrays"


def test_the_example(capsys):
    """The assertions are in the script."""
    runpy.run_path(str(EXAMPLE / "demo.py"))
    assert "centred" in capsys.readouterr().out


def test_the_bindings_of_the_example_are_those_of_cpp():
    def bindings(file, begin, end):
        return (EXAMPLE / file).read_text(encoding="utf-8").split(begin)[1].rstrip().removesuffix(end)

    cpp = bindings("cpp/arrays.cpp", "NB_MODULE(arrays, m) {", "}")
    assert cpp == bindings("rust/src/lib.rs", "nb_module!(arrays, m, {", "});")
    assert cpp.count("def") > 10


def test_what_the_page_shows_is_what_happens():
    """Its sessions with Python, one after the other."""
    names = {module.__name__: module for module in MODULES} | {"np": np, "scipy": scipy}
    sessions = re.findall(r"```pycon\n(.*?)```", TEXTS["arrays.md"], re.S)
    # The page leaves the first line of a traceback out.
    text = re.sub(r"(?m)^(?=\w+Error: )", "Traceback (most recent call last):\n", "\n".join(sessions))
    examples = doctest.DocTestParser().get_doctest(text, names, "arrays.md", "arrays.md", 0)
    said = []
    results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples, out=said.append)
    assert results.attempted > 20 and not results.failed, "".join(said)


def test_arguments():
    image = np.full((2, 3, 3), 100, np.uint8)
    images.brighten(image)
    assert (image == 200).all()
    images.brighten(image[:, ::-2])
    assert image[0, :, 0].tolist() == [255, 200, 255]
    for other in (image[..., :2], image.astype(np.float32), image.tolist(), None):
        with pytest.raises(TypeError):
            images.brighten(other)
    a = np.arange(6).reshape(2, 3)
    assert images.mean(a) == 2.5 and images.mean(a, None) == 2.5
    assert images.mean(a, mask=a > 3) == 4.5
    frozen = a.astype(np.float32)
    frozen.flags.writeable = False
    assert images.mean(frozen) == 2.5
    assert images.kind(a.astype(np.float64)) == "double" and images.kind(a) == "single"


def test_views():
    a = np.zeros((2, 3), np.float32)
    views.fill(a.T)
    assert a.tolist() == [[0, 10, 20], [1, 11, 21]]
    b = np.zeros(3, np.int64)
    views.fill(b)
    assert b.tolist() == [7, 7, 7]
    with pytest.raises(TypeError, match="neither a matrix"):
        views.fill(np.zeros(3, np.float32))
    c = np.arange(12.0).reshape(4, 3)
    assert views.row_sums(c[::-1]) == c[::-1].sum(axis=1).tolist()
    views.scale_rows(c, 2)
    views.negate(c)
    assert (c == -2 * np.arange(12).reshape(4, 3)).all()


@pytest.mark.row("api-undoc-9")
def test_results():
    assert (returning.identity(3) == np.eye(3)).all() and returning.identity(3).flags.writeable
    primes = returning.primes()
    assert primes.tolist() == [2, 3, 5, 7, 11] and not primes.flags.writeable
    even, odd = returning.halves(3)
    del odd
    gc.collect()
    even += 1
    assert even.tolist() == [1, 3, 5]
    assert returning.corners().tolist() == [[1, 2], [3, 4]]
    assert returning.count(3).tolist() == [0, 1, 2]
    assert returning.count.__doc__ == "count(n: int) -> numpy.ndarray[dtype=int64, shape=(*)]"
    a = np.zeros(2)
    assert returning.same(a) is a
    b = returning.copied(a)
    assert b is not a and not np.shares_memory(a, b)


@pytest.mark.row("nd-84")
def test_memory_of_objects():
    m = matrix4.Matrix4f()
    view = m.view()
    assert view.flags.f_contiguous and view.shape == (4, 4)
    view[1, 0] = 5
    view[2, 2] = 3
    assert m.trace() == 3
    m.scale(2)
    for other in (np.from_dlpack(m), np.asarray(m), np.asarray(memoryview(m))):
        assert np.shares_memory(view, other) and other[1, 0] == 10
    assert m.__dlpack_device__() == (1, 0)
    with pytest.raises(BufferError):
        m.__dlpack__(copy=True)
    del m
    gc.collect()
    assert view[2, 2] == 6

    # One's own `__dlpack__` looks at the stream that a consumer names.
    s = matrix4.Stream(3)
    capsule = s.__dlpack__(stream=7, max_version=(1, 0))
    assert s.waited_for == 7 and "dltensor" in repr(capsule)
    shown = np.from_dlpack(s)
    assert shown.tolist() == [1.5] * 3 and s.waited_for == -1
    del s
    gc.collect()
    assert shown.sum() == 4.5


def test_scalars():
    assert scalars.longest(np.array([3, 9, 4], np.int32)) == 9
    assert scalars.count(np.array([0, 2, 1], np.uint8).view(np.bool_)) == 2
    a = np.array([1, 3], np.float16)
    scalars.halve(a)
    assert a.tolist() == [0.5, 1.5]
    assert "float16" in scalars.halve.__doc__ and "int32" in scalars.longest.__doc__
    assert scalars.conjugate(np.array([1 + 2j])).tolist() == [1 - 2j]


def test_functions_of_numbers():
    assert vectorized.power([1, 2, 3]).tolist() == [1, 4, 9]
    assert vectorized.power(2.0, [[1], [2]]).tolist() == [[2], [4]]
    assert vectorized.power(3) == 9.0
    assert vectorized.mix([0, 10], [10, 20], 0.5).tolist() == [5, 15]
    with pytest.raises(ValueError, match="broadcast"):
        vectorized.power([1, 2], [1, 2, 3])


@pytest.mark.row("api-hdr-22")
def test_matrices():
    a = np.arange(6.0).reshape(3, 2)
    assert np.allclose(matrices.gram(a), a.T @ a) and np.allclose(matrices.gram(a[::-1].astype(int)), a.T @ a)
    matrices.scale(a[::2], 10)
    assert a.tolist() == [[0, 10], [2, 3], [40, 50]] and matrices.max(a.T) == 50
    with pytest.raises(TypeError):
        matrices.scale(a[::-1], 1)
    with pytest.raises(TypeError):
        matrices.clear_f(a)
    matrices.clear_f(a.T[:, 1:])
    matrices.clear_c(a[:, 1:])
    assert a.tolist() == [[0, 0], [0, 0], [0, 0]]
    with pytest.raises(TypeError):
        matrices.norm(np.ones(3, np.float32))
    b = np.ones(4)
    assert matrices.norm(b) == 2
    with pytest.raises(RuntimeError, match="the same memory"):
        matrices.add(b, b)
    matrices.add(b[:2], b[2:])
    assert b.tolist() == [2, 2, 1, 1]
    body = matrices.Body(np.array([1, 2, 3]))
    assert body.position.tolist() == [1, 2, 3]
    body.position = np.ones(3)
    assert body.position.tolist() == [1, 1, 1]
    inertia = body.inertia()
    assert not inertia.flags.writeable and (inertia == np.eye(3)).all()
    with pytest.raises(BufferError):
        body.add_mass(2)
    del inertia
    body.add_mass(2)
    assert (body.inertia() == 2 * np.eye(3)).all()


@pytest.mark.row("api-hdr-22", "api-hdr-24")
def test_other_crates():
    grid = np.arange(4.0).reshape(2, 2)
    grids.smooth(grid[::-1], 1.0)
    assert (grid == 1.5).all()
    assert grids.columns(np.ones((3, 2), int)).tolist() == [3, 3]
    assert grids.stack(grid, 3).shape == (3, 2, 2)
    a = np.arange(6.0).reshape(2, 3)
    assert np.allclose(solvers.product(a, a.T[::-1, ::-1]), a @ a.T[::-1, ::-1])
    with pytest.raises(ValueError):
        solvers.product(a, a)
    solvers.mirror(a[:, ::-1])
    assert a.tolist() == [[0, 1, 1], [3, 4, 1]]


@pytest.mark.row("api-hdr-23")
def test_sparse_matrices():
    s = scipy.sparse.csr_matrix([[0.0, 1], [2, 3], [0, 0]])
    turned = sparse.transposed(s)
    assert (turned.toarray() == s.toarray().T).all() and turned.format == "csc"
    assert sparse.total(s) == 6 and sparse.row_count(s) == [1, 2, 0]
    with pytest.raises(TypeError):
        sparse.total(s.astype(np.float32))
    s.indices[0] = 9
    with pytest.raises(ValueError, match="structure"):
        sparse.row_count(s)


def test_threads_take_turns():
    a = np.zeros((8, 100))
    a += 1
    threads = [threading.Thread(target=views.scale_rows, args=(a, 2.0)) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (a == 256).all()
