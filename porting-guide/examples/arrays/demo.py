"""Uses everything in arrays, one line of output per thing, and checks it against NumPy.

The C++ and the Rust build of the extension print the same text.
"""

import numpy as np

import arrays


def show(what, value):
    print(f"{what}: {value}")


def failure(what, call):
    """Shows the exception that `call` raises, text and all."""
    try:
        call()
    except Exception as e:
        print(f"{what}: {type(e).__name__}: {e}")
    else:
        print(f"{what}: nothing was raised")


def described(array):
    return [type(array).__name__, array.dtype.name, array.shape, array.flags.writeable]


for function in (arrays.brighten, arrays.blur, arrays.polynomials, arrays.solve, arrays.norms, arrays.center):
    show("signature", function.__doc__.splitlines()[0])
show("signature", arrays.Curve.table.__doc__.splitlines()[0])
show("signature", arrays.Fit.predict.__doc__.splitlines()[0])

# In place: also slices, in any order of elements
rng = np.random.default_rng(1)
image = rng.integers(0, 256, (12, 17, 3), dtype=np.uint8)
expected = np.clip(image.astype(int) + 100, 0, 255).astype(np.uint8)
arrays.brighten(image, 100)
assert (image == expected).all()
show("brightened", image[0, :3].tolist())
arrays.brighten(image[::-2, 3:9], by=-60)
expected[::-2, 3:9] = np.clip(expected[::-2, 3:9].astype(int) - 60, 0, 255)
assert (image == expected).all()
show("a part darkened", image[1, 2:5].tolist())
fortran = np.asfortranarray(image)
arrays.brighten(fortran, 5)
assert (fortran == np.clip(image.astype(int) + 5, 0, 255)).all()
empty = np.zeros((0, 5, 3), np.uint8)
arrays.brighten(empty, 1)

failure("another shape", lambda: arrays.brighten(np.zeros((4, 4), np.uint8), 1))
failure("another type, which would be a copy", lambda: arrays.brighten(image.astype(float), 1))
frozen = image.copy()
frozen.flags.writeable = False
failure("a read-only image", lambda: arrays.brighten(frozen, 1))
failure("a list", lambda: arrays.brighten([[[1, 2, 3]]], 1))

# A new image, also of read-only ones, and of other types of elements
blurred = arrays.blur(frozen)
padded = np.pad(frozen.astype(int), ((1, 1), (1, 1), (0, 0)))
inside = np.pad(np.ones(frozen.shape, int), ((1, 1), (1, 1), (0, 0)))
shifts = [(slice(j, j + 12), slice(i, i + 17)) for j in range(3) for i in range(3)]
assert (blurred == sum(padded[s] for s in shifts) // sum(inside[s] for s in shifts)).all()
show("blurred", [described(blurred), blurred[0, :2].tolist()])
assert (arrays.blur(frozen.astype(np.int64)) == blurred).all()
blurred[:] = 7
show("blurred of nothing", described(arrays.blur(empty)))

# An object whose memory is an array
curve = arrays.Curve()
table = curve.table()
show("a table", [described(table), table[:4].tolist()])
table[:] = table[::-1].copy()
before = image.copy()
curve.apply(image)
assert (image == 255 - before).all()
np.minimum(table, 50, out=curve.table())
del curve
show("the array keeps its object alive", table[[0, 100, 200, 250]].tolist())

# Least squares
x = np.linspace(-1, 2, 30)
y = 3 - 2 * x + 0.5 * x**2
a = arrays.polynomials(x, 2)
assert np.allclose(a, np.vander(x, 3, increasing=True))
show("a matrix", [described(a), a.flags.f_contiguous])
fit = arrays.solve(a, y)
show("an exact fit", [np.round(fit.coefficients, 9).tolist(), fit.residual < 1e-12])
noisy = y + rng.normal(size=30)
wanted, squares, _, _ = np.linalg.lstsq(a, noisy, rcond=None)
for matrix in (a, np.ascontiguousarray(a), np.repeat(a, 2, axis=0)[::2], a[::-1][::-1]):
    fit = arrays.solve(matrix, noisy)
    assert np.allclose(fit.coefficients, wanted) and np.isclose(fit.residual, np.sqrt(squares[0]))
backward = arrays.solve(a[:, ::-1], noisy)
assert np.allclose(backward.coefficients[::-1], wanted)
assert np.allclose(fit.predict(a), a @ wanted)
assert np.allclose(fit.predict(np.array([[1, 2, 4]])), np.array([1, 2, 4]) @ wanted)
show("coefficients", [described(fit.coefficients)[:3], np.round(fit.coefficients, 6).tolist()])
failure("too few values", lambda: arrays.solve(a, y[1:]))
failure("a matrix for a vector", lambda: arrays.solve(a, a))

data = rng.normal(size=(6, 4))
for matrix in (data, data.T, data[::2, 1:3], data[::-1], data.astype(np.float32), data[:0]):
    assert np.allclose(arrays.norms(matrix), np.linalg.norm(matrix, axis=0))
show("norms", [described(arrays.norms(data))[:3], np.round(arrays.norms(data), 6).tolist()])
for part in (data, data[::2], data.T, data[:, 1:3]):
    arrays.center(part)
    assert np.allclose(part.mean(axis=0), 0)
show("centred", np.round(data.mean(), 9) + 0.0)
failure("numbers of another type", lambda: arrays.center(np.ones((2, 2), np.float32)))
failure("a read-only matrix", lambda: arrays.center(np.broadcast_to(1.0, (2, 2))))
