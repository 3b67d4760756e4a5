"""Points, rotations and transformations of the crate `nalgebra`."""

import test_arrays_nalgebra_ext as t
import numpy as np
import pytest
from refusals import raised, refused

TURN = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])


def homogeneous(linear, by):
    n = len(by)
    a = np.eye(n + 1)
    a[:n, :n], a[:n, n] = linear, by
    return a


VECTORS = {
    "point": [1.0, 2, 3],
    "translation": [1.0, 2, 3],
    "quaternion": [1.0, 2, 3, 4],
    "unit": [0, 0.6, 0, 0.8],
    "complex": [0.6, 0.8],
}
MATRICES = {
    "rotation2": TURN[:2, :2],
    "rotation3": TURN,
    "isometry2": homogeneous(TURN[:2, :2], [5, 6]),
    "isometry3": homogeneous(TURN, [5, 6, 7]),
    "similarity3": homogeneous(3 * TURN, [5, 6, 7]),
    "projective3": homogeneous(TURN, [5, 6, 7]) + np.diag([0, 0, 0, 1]),
    "transform3": np.arange(16.0).reshape(4, 4),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vectors(name):
    call = getattr(t, "same_" + name)
    given = call(np.array(VECTORS[name]))
    assert given.dtype == "f8" and np.allclose(given, VECTORS[name], rtol=1e-15) and given.flags.writeable
    assert f"numpy.ndarray[dtype=float64, shape=({len(VECTORS[name])}), order='C']" in call.__doc__
    assert np.allclose(call(np.array(VECTORS[name], "f4")), VECTORS[name])
    refused(call, np.zeros(len(VECTORS[name]) + 1))
    refused(call, VECTORS[name])


@pytest.mark.parametrize("name", MATRICES)
def test_matrices(name):
    call, a = getattr(t, "same_" + name), MATRICES[name]
    kind = "f4" if name == "rotation3" else "f8"
    for array in np.array(a, kind, order="C"), np.array(a, kind, order="F"), np.array(a, "f4"):
        given = call(array)
        assert given.dtype == kind and np.allclose(given, a) and given.flags.f_contiguous
    assert f"shape={a.shape}, order='F']" in call.__doc__
    refused(call, np.zeros((len(a), len(a) + 1)))


def test_the_order_of_a_quaternion():
    # A quarter around the third axis: i, j, k, w.
    quarter = np.sqrt(0.5) * np.array([0, 0, 1, 1])
    assert np.allclose(t.turned(quarter, np.array([1.0, 0, 0])), [0, 1, 0])
    assert np.allclose(t.matrix_of(quarter), TURN)


def test_units_have_length_one():
    assert np.allclose(t.same_unit(np.array([0.0, 3, 0, 4])), [0, 0.6, 0, 0.8])
    assert np.allclose(t.same_complex(np.array([3.0, 4])), [0.6, 0.8])
    assert t.same_quaternion(np.array([0.0, 3, 0, 4])).tolist() == [0, 3, 0, 4]


REFUSED = {
    "unit": (np.zeros(4), "a quaternion with a length"),
    "complex": (np.zeros(2), "a complex number with a length"),
    "rotation2": (np.array([[1.0, 1], [0, 1]]), "a rotation"),
    "rotation3": (np.diag([1.0, 1, -1]), "a rotation"),
    "isometry2": (homogeneous(2 * TURN[:2, :2], [5, 6]), "a homogeneous matrix of a rotation and a translation"),
    "isometry3": (homogeneous(np.diag([1, 1, -1]), [5, 6, 7]), "a homogeneous matrix of a rotation and a translation"),
    "similarity3": (homogeneous(np.diag([1, 2, 3]), [5, 6, 7]), "a homogeneous matrix of a rotation, a scale and a translation"),
    "projective3": (np.arange(16.0).reshape(4, 4), "a homogeneous matrix that can be inverted"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none(name):
    a, needed = REFUSED[name]
    call = getattr(t, "same_" + name)
    text = f"same_{name}: argument 1 is not {needed}"
    assert raised(ValueError, call, a) == text
    for bad in np.nan, np.inf:
        assert raised(ValueError, call, np.full(a.shape, bad)) == text
