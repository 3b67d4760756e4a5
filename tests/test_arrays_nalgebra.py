"""Matrices of the crate `nalgebra`, which stand where Eigen's do."""

import gc
import subprocess
import sys
import threading
import time
import weakref

import test_arrays_nalgebra_ext as t
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nalgebra_table import OTHER_SIGNATURES, SIGNATURES, TABLE, TYPES, fixed, make, of
from refusals import raised, refusal, refused

#: The types of elements that are not `float32`.
KINDS = {"MXi": "i4", "cRi": "i4", "MXd": "f8", "cRd": "f8", "MXb": "?", "cRb": "?", "cRb8": "?", "MXcf": "c8", "cRcf": "c8", "VXcf": "c8", "MXcd": "c16"}
WRITERS = [name for name in TYPES if hasattr(t, name + "_w")]


def address(a):
    return np.asarray(a).__array_interface__["data"][0]


def looked_at(call, given):
    """The letter of the table for one pass, and what the function saw."""
    try:
        at, sizes, strides, elements = call(given)
    except TypeError:
        return ".", None
    same = isinstance(given, np.ndarray | memoryview) and at == address(given)
    return "=" if same else "c", (sizes, strides, elements)


def table_of(given, name):
    first, seen = looked_at(getattr(t, name + "_nc"), given())
    both, seen = looked_at(getattr(t, name), array := given())
    if seen and isinstance(array, np.ndarray):
        expected = np.asarray(array).astype(KINDS.get(name, "f4"))
        sizes, _, elements = seen
        rows, columns = array.shape if array.ndim == 2 else (1, array.size) if name in ("RVXf", "RV3f", "cRRV", "RRV", "RRVi") else (array.size, 1)
        assert sizes == (rows, columns)
        assert elements == expected.ravel().tolist()
    if first == ".":
        return {".": ".", "c": "C"}[both]
    assert first == both
    return first


@pytest.mark.row("eig-01", "eig-06", "eig-07", "eig-08", "eig-09", "eig-12", "eig-14", "eig-20", "EIG-04", "EIG-05", "EIG-17")
@pytest.mark.row("api-eigen-2", "api-eigen-3", "api-eigen-5", "api-eigen-6")
@pytest.mark.parametrize("given", TABLE)
def test_what_each_parameter_takes(given):
    found = "".join(table_of(lambda: make(given), name) for name in TYPES)
    assert dict(zip(TYPES, found, strict=True)) == dict(zip(TYPES, TABLE[given], strict=True))


@pytest.mark.row("eig-08", "eig-10", "eig-11", "eig-14", "api-eigen-2", "api-eigen-5")
@pytest.mark.parametrize("given", TABLE)
@pytest.mark.row("xchg-21")
def test_python_sees_what_is_written(given):
    for name in WRITERS:
        array = make(given)
        if TABLE[given][TYPES.index(name)] == "=" and isinstance(array, np.ndarray) and array.size:
            expected = array.copy(order="K")
            expected.flat[-1], expected.flat[0] = 98, 99
            getattr(t, name + "_w")(array)
            assert (array == expected).all()
        elif TABLE[given][TYPES.index(name)] == ".":
            refused(getattr(t, name + "_w"), array)


@pytest.mark.row("eig-06", "EIG-04")
@pytest.mark.parametrize("name", ["MXf", "cMXf", "cR", "cDR", "VXf", "MXd"])
def test_what_is_read_is_not_changed(name):
    for given in TABLE:
        array = make(given)
        if isinstance(array, np.ndarray) and array.dtype != object:
            before, strides, references = array.tobytes(), array.strides, sys.getrefcount(array)
            looked_at(getattr(t, name), array)
            references -= sys.getrefcount(array)
            assert array.tobytes() == before and array.strides == strides and references == 0


@pytest.mark.row("eig-01", "EIG-01")
def test_signatures():
    def text(kind, rest):
        return f"numpy.ndarray[dtype={kind}, {rest}]"

    for name, rest in SIGNATURES.items():
        assert getattr(t, name).__doc__.startswith(f"{name}(a: {text('float32', rest)}) -> tuple")
    for name, kind in OTHER_SIGNATURES.items():
        assert text(kind, "shape=(*, *), order='F'") in getattr(t, name).__doc__
    for name in "MXf", "M3f", "M25", "M2X", "MX3", "M1", "V0", "VXf", "RVXf", "V3f":
        same = text("float32", SIGNATURES[name])
        assert getattr(t, "same_" + name).__doc__ == f"same_{name}(arg: {same}, /) -> {same}"
    holder = text("float32", "shape=(*, *), order='F'")
    assert t.Holder.copied.__doc__ == f"copied(self) -> {holder}"
    assert t.Holder.shared.__doc__ == f"shared(self) -> {holder.replace(']', ', writable=False]')}"
    assert t.Holder.view.__doc__ == f"view(self) -> {text('float32', 'shape=(*, *), writable=False')}"
    assert t.same_opt.__doc__ == f"same_opt(arg: {holder} | None, /) -> {holder} | None"
    signature = f"R(a: {text('float32', 'shape=(*, *)')}) -> tuple[int, tuple[int, int], tuple[int, int], list[complex]]"
    assert refused(t.R, of("f4", 2, 3)) == refusal([signature], "ndarray")


@pytest.mark.row("eig-01", "EIG-01", "EIG-02", "EIG-11")
def test_round_trips():
    def same(call, a, order):
        given = call(a)
        assert type(given) is np.ndarray and given.dtype == a.dtype and given.shape == a.shape and (given == a).all()
        assert given.flags.writeable and not np.shares_memory(given, a) and given.flags[order]

    for shape in (2, 3), (3, 2), (1, 1), (0, 0), (0, 3), (2, 0), (1, 5), (5, 1):
        for order in "CF":
            for name, kind in ("MXf", "f4"), ("MXb", "?"), ("MXcf", "c8"), ("MXcd", "c16"), ("MXi", "i4"):
                a = (of("f4", *shape) * 3 % 7).astype(kind, order=order)
                if kind[0] == "c":
                    a *= 1 - 2j
                same(getattr(t, "same_" + name), a, "F_CONTIGUOUS")
    for name, shape in ("M3f", (3, 3)), ("M25", (2, 5)), ("M2X", (2, 4)), ("M2X", (2, 0)), ("MX3", (4, 3)), ("MX3", (0, 3)):
        for order in "CF":
            same(getattr(t, "same_" + name), of("f4", *shape, order=order), "F_CONTIGUOUS")
    for name, size in ("VXf", 4), ("VXf", 1), ("VXf", 0), ("RVXf", 4), ("RVXf", 0), ("V3f", 3), ("M1", 1), ("V0", 0):
        same(getattr(t, "same_" + name), of("f4", size), "C_CONTIGUOUS")
    assert t.same_opt(None) is None and t.same_opt(of("f8", 2, 2)).tolist() == [[0, 1], [2, 3]]
    assert [a.tolist() for a in t.same_list([of("f4", 2), of("f8", 3)])] == [[0, 1], [0, 1, 2]]
    for a in of("f4", 3, 1), of("f4", 2, 2), of("f4", 4):
        refused(t.same_V3f, a)
    refused(t.same_M3f, of("f4", 3, 4))


def test_truth_values_may_be_any_byte():
    a = np.array([[0, 1, 2], [255, 0, 128]], "u1").view("?")
    for name in "MXb", "cRb", "cRb8":
        assert getattr(t, name)(a)[3] == [0, 1, 1, 1, 0, 1]
    assert t.same_MXb(a).view("u1").tolist() == [[0, 1, 1], [1, 0, 1]]


@pytest.mark.row("eig-03", "EIG-12")
def test_a_result_is_moved():
    at, a = t.made(100, 100)
    assert address(a) == at and a.strides == (4, 400) and a.flags.writeable and not a.flags.owndata
    assert (a == of("f4", 100, 100)).all()
    at, a = t.made_vector(1000)
    assert address(a) == at and a.shape == (1000,) and a.tolist() == list(range(1000))
    owner = memoryview(a.base).obj if not hasattr(a.base, "__dlpack__") else a.base
    assert np.from_dlpack(owner).ctypes.data == at
    for call in t.as_copy, t.as_move, t.as_internal:
        assert call().tolist() == [[0, 0, 0]] * 2
    assert refused(t.as_none).startswith("Unable to convert function return value to a Python type!")
    assert t.cast_out().tolist() == [[4, 4, 4]] * 2


@pytest.mark.row("eig-03", "EIG-12")
def test_memory_of_results_ends_with_the_arrays():
    code = """
import resource, test_arrays_nalgebra_ext as t
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(3): t.zeros(1000, 500).fill(1)
before = most()
for _ in range(200): t.zeros(1000, 500).fill(1)
after = most()
assert after - before < (100_000 if __import__("sys").platform != "darwin" else 100_000_000), (before, after)
"""
    pytest.importorskip("resource", reason="the module resource is of Unix")
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.row("eig-04", "eig-15", "EIG-03", "EIG-07", "EIG-08")
def test_references_are_copied_or_shared():
    h = t.Holder()
    for copy in h.copied(), h.copied_too(), h.value(), h.view_copied(), h.row_copied(), h.matrix:
        assert copy.flags.writeable
        copy[:] = 50
        assert h.first() == 0
    assert h.copied().tolist() == [[0, 1, 2], [3, 4, 5]] and h.copied().flags.f_contiguous
    expected = {
        "shared": [[0, 1, 2], [3, 4, 5]],
        "prop": [[0, 1, 2], [3, 4, 5]],
        "shared_fixed": np.eye(3).tolist(),
        "shared_vector": [0, 1, 2],
        "view": [[1, 2], [4, 5]],
        "spread": [[0, 2]],
        "part": [1, 2],
        "row": [3, 4, 5],
    }
    for name, elements in expected.items():
        shown = getattr(h, name)
        shown = shown if name == "prop" else shown()
        assert shown.tolist() == elements and not shown.flags.writeable, name
        with pytest.raises(ValueError, match="read-only"):
            shown[0] = 1
    assert np.shares_memory(h.shared(), h.view()) and np.shares_memory(h.shared(), h.row()) and address(h.part()) == address(h.shared_vector()) + 4
    assert h.row().strides == (8,) and h.spread().strides[1] == 16 and h.view().strides == (4, 8)


@pytest.mark.row("eig-15", "EIG-03", "EIG-07")
def test_what_is_shown_keeps_its_object():
    for name in "shared", "view", "part", "row":
        shown = getattr(t.Holder(), name)()
        gc.collect()
        assert shown.tolist() == getattr(t.Holder(), name)().tolist()
    h = t.Holder()
    shown = h.shared()
    # Nothing moves under Python's hands.
    assert "cannot be changed while a buffer of it exists" in raised(BufferError, h.set, 7.0)
    assert h.first() == 0 and shown[0, 0] == 0
    later = h.copied()
    del shown
    gc.collect()
    h.set(7.0)
    assert h.first() == 7 and (h.shared() == 7).all() and later[0, 1] == 1


def test_fields():
    h = t.Holder()
    h.matrix = of("i4", 3, 3)
    assert h.matrix.tolist() == of("i4", 3, 3).tolist() and h.matrix.dtype == "f4"
    h.fixed = of("f4", 3, 3)
    assert h.shared_fixed()[1, 2] == 5
    with pytest.raises(TypeError):
        h.fixed = of("f4", 2, 2)


@pytest.mark.row("eig-10")
@pytest.mark.parametrize("cut", [np.s_[:, :], np.s_[:, ::2], np.s_[1:3], np.s_[::2, 1:4:2]])
@pytest.mark.parametrize("order", "CF")
def test_changes_in_place(order, cut):
    a = of("f4", 6, 6, order=order)
    expected = a.copy()
    expected[cut] *= 2
    t.scale(a[cut])
    assert (a == expected).all()
    t.scale(a.T[::2])
    expected.T[::2] *= 2
    assert (a == expected).all()


@given(st.data())
def test_products(data):
    n, k, m = (data.draw(st.integers(0, 7)) for _ in range(3))

    def some(rows, columns):
        steps = [data.draw(st.sampled_from([1, 2, -1, 3])) for _ in range(2)]
        a = of("f4", rows * 3, columns * 3, order=data.draw(st.sampled_from("CF"))) % 13
        return a[:: steps[0], :: steps[1]][:rows, :columns]

    a, b = some(n, k), some(k, m)
    assert np.allclose(t.multiply(a, b), a @ b)


@given(st.data())
def test_any_slice(data):
    steps = st.sampled_from([1, 2, 3, -1, -2])
    a = of("f4", data.draw(st.integers(0, 7)), data.draw(st.integers(0, 7)), order=data.draw(st.sampled_from("CF")))
    a = a[data.draw(st.integers(0, 3)) :: data.draw(steps), data.draw(st.integers(0, 3)) :: data.draw(steps)]
    for name in "MXf", "cR", "cDR", "cDR1", "cDR1r":
        assert getattr(t, name + "_nc" * (name != "MXf"))(a)[1::2] == (a.shape, a.ravel().tolist())
    for name in "R", "DR", "DR1", "DR1r", "DM", "DM1":
        expected = a.copy()
        if a.size:
            expected.flat[-1], expected.flat[0] = 98, 99
        try:
            getattr(t, name + "_w")(a)
        except TypeError:
            assert name not in ("DR", "DM") or any(step < 0 < size - 1 for step, size in zip(a.strides, a.shape, strict=True))
        else:
            assert (a == expected).all()


def test_aliases_are_refused():
    a = of("f4", 4, 4)
    for one, other in (a, a), (a, a.T), (a[:3], a[1:]), (a[:, :3], a[:, 2:]):
        for call in t.both, t.add_to:
            with pytest.raises(RuntimeError, match="are the same memory"):
                call(one, other[: one.shape[0], : one.shape[1]] if one.shape == other.shape else other)
    assert (a == of("f4", 4, 4)).all()
    # A copy is made when the arguments are lent, unless NumPy has made it.
    assert "are the same memory" in raised(RuntimeError, t.copy_after, b := of("f4", 2, 2, order="F"), b)
    t.copy_after(b := of("f4", 2, 2), b)
    assert (b == 2 * of("f4", 2, 2)).all()
    # Parts that have nothing in common, and readers.
    t.both(a[:2], a[2:])
    t.both(a[:, ::2], a[:, 1::2])
    assert t.read_both(a, a) == 2 * a.sum()
    b = of("f4", 2, 2, order="F")
    t.add_copy(b, b)
    assert (b == 2 * of("f4", 2, 2, order="F")).all()
    empty = of("f4", 0, 3)
    t.both(empty, empty)
    # What was refused has left nothing behind.
    t.both(a, a.copy())


def test_callbacks_cannot_reach_what_is_lent():
    a = of("f4", 3, 3, order="F")
    outcomes = []

    def reach():
        for call in (lambda: t.scale(a), lambda: t.cR(a), lambda: t.MXf(a), lambda: t.within(a[1:], lambda: None), lambda: t.within_array(a, lambda: None)):
            outcomes.append(raised(RuntimeError, call))
        t.scale(of("f4", 3, 3))

    assert t.within(a, reach) == (9, 9)
    assert len(outcomes) == 5 and all("the memory of an array is not free" in text for text in outcomes)
    assert (a == 1).all()
    outcomes.clear()

    def read():
        assert t.cR(a)[3] == t.MXf(a)[3] == [1] * 9
        outcomes.append(raised(RuntimeError, t.scale, a))
        outcomes.append(raised(RuntimeError, t.within_array, a, lambda: None))

    assert t.within_reading(a, read) == (9, 9) and len(outcomes) == 2
    t.within_array(a, lambda: outcomes.append(raised(RuntimeError, t.scale, a)))
    assert len(outcomes) == 3

    def fail():
        raise KeyError("from the callback")

    raised(KeyError, t.within, a, fail)
    t.scale(a)


def test_other_threads_wait():
    a = of("f4", 3, 3)
    threads = [threading.Thread(target=t.scale, args=(a,)) for _ in range(3)]

    def start():
        for thread in threads:
            thread.start()
        time.sleep(0.05)

    assert t.within(a, start) == (9, 9)
    for thread in threads:
        thread.join()
    assert (a == 8).all()


def test_an_array_lives_while_it_is_lent():
    class Watched(np.ndarray):
        pass

    box = [of("f4", 200, 200).view(Watched)]
    gone = weakref.ref(box[0])
    seen = []

    def drop():
        box.clear()
        gc.collect()
        seen.append(gone() is not None)

    def passed():
        return t.within_reading(box[0], drop)

    before, after = passed()
    assert before == after and seen == [True]
    gc.collect()
    assert gone() is None


def test_overloads():
    assert [t.overloaded(np.zeros((2, 2), kind, "F")) for kind in ("f4", "f8", "i4")] == ["f", "d", "f"]
    assert [t.overloaded_d(np.zeros((2, 2), kind, "F")) for kind in ("f4", "f8", "i4")] == ["in place", "copied", "copied"]
    assert t.overloaded_d(fixed(np.zeros((2, 2), "f4"))) == "copied"


@pytest.mark.row("EIG-06")
def test_outside_of_a_call():
    assert t.cast_in(of("f8", 2, 2)).tolist() == [[0, 1], [2, 3]]
    assert raised(RuntimeError, t.cast_in, [[1.0]]).startswith("std::bad_cast")


@pytest.mark.row("EIG-15", "EIG-11")
@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("order", "CF")
def test_empty_matrices(shape, order):
    for a in np.zeros(shape, "f4", order), np.zeros((6, 6), "f4", order)[: shape[0], : shape[1]][::2]:
        for name in "cR", "cDR", "cDR1", "cDM", "R", "DR", "DR1", "DM":
            _, sizes, strides, elements = getattr(t, name)(a)
            assert sizes == a.shape and elements == [] and strides[0] in (0, 1)
        t.scale(a)


@pytest.mark.row("api-eigen-1", "api-eigen-4")
def test_strides():
    assert t.strides() == (7, 8, 1, 8)
    a = of("f4", 6, 6)
    assert t.DR(a[::2, ::3])[2] == (12, 3) and t.DR1(a.T[1:3, ::2])[2] == (1, 12) and t.DR1r(a[::2, 1:])[2] == (12, 1)


@pytest.mark.row("EIG-05")
def test_a_matrix_of_other_scalars_can_be_bound():
    d = t.Duals(2)
    d.add(1)
    assert len(d) == 4 and d.sum() == 10 and type(d).__name__ == "Duals"
    refused(t.MXf, d)
