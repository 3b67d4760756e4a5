"""pybind11's `py::array_t`, `py::array`, `py::dtype` and `py::vectorize` in compat. What they give was compared with pybind11 3.1."""

import array
import gc
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import test_compat_arrays_ext as m

HEAD = r"incompatible function arguments. The following argument types are supported:\n    1. \(arg0: "


def read_only(values):
    a = np.array(values, float)
    a.flags.writeable = False
    return a


def test_signatures():
    anything = "typing.Annotated[numpy.typing.ArrayLike, numpy.float64]"
    assert m.ret.__doc__ == f"ret(arg0: {anything}) -> numpy.typing.NDArray[numpy.float64]\n"
    assert m.ret_nc.__doc__ == "ret_nc(arg0: numpy.typing.NDArray[numpy.float64]) -> numpy.typing.NDArray[numpy.float64]\n"
    assert m.i8.__doc__ == "i8(arg0: typing.Annotated[numpy.typing.ArrayLike, numpy.int8]) -> numpy.typing.NDArray[numpy.int8]\n"
    assert m.b.__doc__.startswith("b(arg0: typing.Annotated[numpy.typing.ArrayLike, numpy.bool])")
    assert m.cplx.__doc__.endswith("-> numpy.typing.NDArray[numpy.complex128]\n")
    assert m.any.__doc__ == "any(arg0: numpy.ndarray) -> numpy.ndarray\n"
    assert m.opt.__doc__ == f"opt(arg0: {anything} | None) -> bool\n"
    assert m.lst.__doc__ == f"lst(arg0: collections.abc.Sequence[{anything}]) -> int\n"
    assert m.vec.__doc__ == f"vec(x: {anything}, n: typing.Annotated[numpy.typing.ArrayLike, numpy.int32] = 2) -> object\n"
    assert m.vec_nc.__doc__ == "vec_nc(arg0: numpy.typing.NDArray[numpy.float64]) -> object\n"


FITTING = [np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, np.arange(6.0)[::-2], read_only([1, 2]), np.array(2.5), np.array([]), np.zeros((0, 3))]


@pytest.mark.parametrize("a", FITTING)
def test_what_fits_is_passed_as_it_is(a):
    assert m.ret(a) is a and m.ret_nc(a) is a and m.noflags(a) is a and m.any(a) is a


def test_classes_derived_from_numpys_give_their_part():
    for a in (np.arange(2.0).view(type("Derived", (np.ndarray,), {})), np.ma.array([1.0, 2.0], mask=[0, 1])):
        for function in (m.ret, m.ret_nc, m.c):
            made = function(a)
            assert type(made) is np.ndarray and np.shares_memory(made, a)
        assert m.any(a) is a


def test_orders():
    a = np.arange(6.0).reshape(2, 3)
    assert m.c(a) is a and m.only_c(a) is a and m.f(a.T) is not a.T
    assert m.f(a).flags.f_contiguous and m.f(a).tolist() == a.tolist()
    assert m.c(a.T).flags.c_contiguous and m.c(a.T).tolist() == a.T.tolist()
    assert m.c_nc(a) is a and m.c_nc(a[:1]) is not None
    for other in (a.T, a[:, ::2]):
        with pytest.raises(TypeError, match=HEAD + r"numpy.typing.NDArray\[numpy.float64\]\)"):
            m.c_nc(other)
    # With one element or none, strides mean nothing.
    for small in (np.zeros((1, 1))[::1], np.zeros((0, 3)), np.zeros((2, 2))[:1, :1]):
        assert m.c_nc(small) is small and m.f(small) is small


CONVERTED = [
    (np.arange(3), [0, 1, 2]),
    (np.arange(3, dtype=">f8"), [0, 1, 2]),
    (np.array([1 + 2j, 3]), [1, 3]),
    (np.array([True, False]), [1, 0]),
    (np.array(["1.5", "2"]), [1.5, 2]),
    (np.array([1, 2.5], dtype=object), [1, 2.5]),
    ([1, 2, 3], [1, 2, 3]),
    ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
    (3, 3.0),
    (np.float32(2.5), 2.5),
    ("1.5", 1.5),
    (bytearray(b"ab"), [97, 98]),
    (array.array("d", [1, 2]), [1, 2]),
]


@pytest.mark.filterwarnings("ignore:Casting complex")
@pytest.mark.parametrize("value, expected", CONVERTED, ids=[str(n) for n in range(len(CONVERTED))])
def test_all_else_is_converted(value, expected):
    made = m.ret(value)
    assert made.dtype == np.float64 and made.tolist() == expected
    with pytest.raises(TypeError, match=HEAD):
        m.ret_nc(value)


def test_without_forcecast_nothing_gets_lost():
    for lossy in (np.array([1 + 2j]), np.array(["1"]), np.array([1], object)):
        with pytest.raises(TypeError, match=HEAD):
            m.noflags(lossy)
    assert m.noflags(np.arange(3, dtype="f4")).dtype == np.float64
    assert m.noflags(np.arange(3)).tolist() == [0, 1, 2] and m.noflags([1, 2]).tolist() == [1, 2]


@pytest.mark.parametrize("value", [[[1], [2, 3]], "abc", b"ab", {}, {1, 2}, np.array(["a"]), np.zeros(2, [("a", "i4"), ("b", "f8")]), object()])
def test_what_numpy_cannot_convert_is_refused(value):
    with pytest.raises(TypeError, match=HEAD):
        m.ret(value)
    assert not m.ensure(value)


def test_integers_and_truth_values():
    assert m.i32([1.5]).tolist() == [1]
    assert m.i8(np.array([300, -1])).dtype == np.int8
    with pytest.raises(TypeError, match=HEAD):
        m.i8([300])
    assert m.b([0, 1, 2]).tolist() == [False, True, True]
    assert m.cplx([1, 2j]).tolist() == [1, 2j]
    assert (m.ov(np.zeros(1)), m.ov(np.zeros(1, "i4")), m.ov([1])) == ("double", "int", "double")


def test_an_array_that_numpy_has_misaligned_is_copied():
    a = np.frombuffer(bytes(25), "u1")[1:].view("f8")
    assert m.ret(a).tolist() == [0, 0, 0] and m.ret(a) is not a
    with pytest.raises(TypeError, match=HEAD):
        m.ret_nc(a)


def test_any_array_is_not_converted():
    for a in (np.array(["a"]), np.array([None]), np.zeros(2, "M8[D]"), np.zeros(2, [("a", "i4")])):
        assert m.any(a) is a
    for other in ([1], 1.5, b"a", memoryview(b"a"), None):
        with pytest.raises(TypeError, match=HEAD + r"numpy.ndarray\)"):
            m.any(other)
    assert m.ensure_any([1, 2]).tolist() == [1, 2] and m.ensure_any([[1], [2, 3]]) is None


def test_what_an_array_says_of_itself():
    a = np.zeros((2, 2), "f4", order="F")
    assert m.attrs(a) == (4, 2, 4, 16, np.dtype("f4"), True, True, a.flags.num)
    ro = read_only([1, 2, 3])
    assert m.attrs(ro[1:]) == (2, 1, 8, 16, np.dtype("f8"), False, False, ro[1:].flags.num)
    assert m.typed_attrs(ro) == (3, 1, 8, 24, np.dtype("f8"), True, False, [3])
    assert m.base(ro[1:]) is ro and m.base(ro) is None
    x = np.arange(6.0).reshape(2, 3)
    assert (m.shapei(x, 1), m.stridesi(x, 0), m.stridesi(x[:, ::2], 1)) == (3, 24, 16)
    assert m.any_shapei(np.zeros((2, 3), ">i2"), 0) == (2, 6)
    for function in (m.shapei, m.stridesi, m.any_shapei):
        with pytest.raises(IndexError, match=r"^invalid axis: 2 \(ndim = 2\)$"):
            function(x, 2)


def test_a_class_that_lies_about_itself():
    class Liar(np.ndarray):
        size = property(lambda self: 10**9)
        shape = property(lambda self: (10**9,))
        dtype = property(lambda self: 1 / 0)
        __array_interface__ = property(lambda self: 1 / 0)

    a = np.arange(3.0).view(Liar)
    assert m.attrs(a)[:4] == (3, 1, 8, 24) and m.any_shapei(a, 0) == (3, 8)
    assert m.at1(a, 2) == 2
    with pytest.raises(IndexError):
        m.at1(a, 3)


def test_elements():
    x = np.arange(6.0).reshape(2, 3)
    assert m.at(x, 1, 2) == 5 and m.at(x.T, 2, 1) == 5 and m.at1(x[1, ::-1], 0) == 5
    with pytest.raises(IndexError, match="^index 2 is out of bounds for axis 0 with size 2$"):
        m.at(x, 2, 0)
    with pytest.raises(IndexError, match=r"^index dimension mismatch: 1 \(ndim = 2\)$"):
        m.at1(x, 0)
    v = np.arange(3.0)
    m.set_at(v, 1, 5)
    assert v.tolist() == [0, 5, 2]
    with pytest.raises(IndexError):
        m.set_at(v, 3, 5)
    with pytest.raises(ValueError, match="^array is not writeable$"):
        m.set_at(read_only([1]), 0, 5)


def test_views():
    x, v = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    assert m.unch(x) == 2
    with pytest.raises(ValueError, match="^array has incorrect number of dimensions: 1; expected 2$"):
        m.unch(v)
    m.mutu(v)
    assert v.tolist() == [7, 7, 7]
    for function in (m.mutu, m.mutd):
        with pytest.raises(ValueError, match="^array is not writeable$"):
            function(read_only([1]))
    # What is written to a conversion is lost.
    numbers = np.arange(3)
    m.mutu(numbers)
    assert numbers.tolist() == [0, 1, 2]


def test_an_index_out_of_range_is_no_access():
    with pytest.raises(Exception, match="3"):
        m.beyond([1, 2, 3])


def test_flat():
    x = np.arange(6.0).reshape(2, 3)
    assert m.flat_sum(x) == 15 and m.flat_sum(x.T) == 15 and m.flat_sum(np.zeros((0, 2))) == 0
    m.flat_fill(x.T)
    assert x.tolist() == [[3] * 3] * 2
    for gaps in (x[:, ::2], x[::-1]):
        with pytest.raises(ValueError, match="^the elements of this array do not lie one after the other"):
            m.flat_sum(gaps)
    with pytest.raises(ValueError, match="^array is not writeable$"):
        m.flat_fill(read_only([1]))


def test_new_arrays():
    a = m.mk1(3)
    assert a.dtype == np.float64 and a.tolist() == [0, 0, 0] and a.flags.owndata and a.flags.writeable
    assert m.mk0().shape == (0,) and m.mk2().shape == (3, 2)
    assert m.mkf().shape == (3, 2) and m.mkf().flags.f_contiguous
    assert m.mk3().dtype == np.int32 and m.mk3().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert m.mk4().tolist() == [1, 2, 3, 4, 5, 6] and m.mk_any([1, 2]).tolist() == [1, 2]
    assert m.mk5().dtype == np.float32 and m.mk5().tolist() == [[1.5, 2], [3, 4]]
    assert m.mk_of([1, 2]).tolist() == [1, 2] and m.mk_of_list([1, 2]).tolist() == [1, 2]
    kept = array.array("d", [1, 2])
    copied = m.mk_of_info(kept)
    copied[0] = 5
    assert copied.tolist() == [5, 2] and kept[0] == 1 and m.mk_of_info(b"ab").tolist() == [97, 98]
    assert m.mk_vec([1, 2, 3], 3).tolist() == [1, 2, 3]
    assert m.mk_vec_f([1, 2, 3, 4]).tolist() == [[1, 3], [2, 4]]
    with pytest.raises(ValueError, match="^2 elements are given for an array of 6$"):
        m.mk_wrong()
    with pytest.raises(ValueError):
        m.mk_of([[1], [2, 3]])
    with pytest.raises(ValueError):
        m.mk_huge()
    with pytest.raises(ValueError):
        m.mk_vec([1, 2], 3)
    assert m.default() == 4 and "= array([[0., 0.]" in m.default.__doc__


def test_a_function_in_cpp_s_words():
    assert m.in_cpp_s_words([1, 2], np.arange(4)[::2]).tolist() == [1, 4]
    with pytest.raises(ValueError, match="^Input shapes must match$"):
        m.in_cpp_s_words([1, 2], [1])


def test_other_shapes():
    a = np.arange(6.0)
    made = m.reshape(a, 2, 3)
    assert made.tolist() == [[0, 1, 2], [3, 4, 5]] and made.base is a
    with pytest.raises(ValueError, match=r"cannot reshape array of size 6 into shape \(2,4\)"):
        m.reshape(a, 2, 4)
    assert m.squeeze(np.zeros((1, 3, 1))).shape == (3,)
    assert m.as_type(np.zeros(2)).dtype == np.int64


def test_resizing_moves_nothing_under_anybodys_hands():
    a = np.arange(3.0)
    assert m.resize(a, 5).tolist() == [0, 1, 2, 0, 0] and m.resize(a, 2).tolist() == [0, 1] and m.resize(a, 0).tolist() == []
    assert a.tolist() == [0, 1, 2]
    assert m.resize(np.arange(6.0).reshape(2, 3).T, 4).tolist() == [0, 3, 1, 4]
    old, new = m.resized_under_a_clone()
    assert old == [1, 5, 3] and new == [9, 9]


def test_numpy_does_not_resize_what_is_kept():
    # NumPy moves the memory of an array to which it sees no further reference.
    m.keep(np.arange(3.0))
    with pytest.raises(ValueError, match="cannot resize"):
        m.kept().resize(10**6)
    assert m.kept_sum() == 3
    m.made(3)
    with pytest.raises(ValueError, match="cannot resize"):
        m.kept().resize(10**6)
    with pytest.raises(ValueError, match="cannot resize"):
        m.made(3).resize(10**6)
    assert m.kept_sum() == 0
    m.drop_kept()


def test_what_python_does_to_a_kept_array_is_not_believed():
    a = np.arange(6.0)
    m.keep(a)
    a = a.reshape(2, 3)
    assert m.kept_sum() == 15
    a.flags.writeable = False
    a[:] if a.flags.writeable else None
    assert m.kept_sum() == 15 and m.kept().tolist() == [0, 1, 2, 3, 4, 5]
    m.drop_kept()


def test_callbacks_while_a_view_lives():
    a = np.arange(3.0)

    def between(same):
        assert same is a
        with pytest.raises(ValueError, match="cannot resize"):
            same.resize(10**6)
        a[0] = 10
        gc.collect()

    assert m.sum_while(a, between) == 3 + 13
    values = np.zeros(3)

    def other(i):
        values[2] = 5
        # Another view of the same thread sees the same elements.
        m.set_at(values, 0, 7)

    m.fill_while(values, other)
    assert values.tolist() == [7, 1, 6]

    def fails(i):
        raise KeyError("stop")

    with pytest.raises(KeyError):
        m.fill_while(values, fails)
    m.fill_while(values, lambda i: None)


def test_one_array_twice():
    a = np.arange(3.0)
    m.add_to(a, a)
    assert a.tolist() == [0, 2, 4]
    m.add_to(a[:2], a[1:])
    assert a.tolist() == [2, 6, 4]


def test_threads_take_turns():
    a = np.zeros(1000)

    def work():
        for _ in range(20):
            m.add_to(a, np.ones(1000))

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (a == 80).all()


def test_threads_that_have_let_the_interpreter_go():
    a = np.arange(3.0)
    count = sys.getrefcount(a)
    assert m.detached_sum(a) == 3 and m.dropped_on_a_thread(a) == 3 and m.dropped_on_a_thread([1, 2]) == 3
    with pytest.raises(Exception, match="attached|interpreter"):
        m.detached_dtype(a)
    assert sys.getrefcount(a) == count


def test_conversions_that_run_code():
    class Sneaky:
        def __array__(self, dtype=None, copy=None):
            del values[0]
            gc.collect()
            return np.ones(2, dtype)

    values = [Sneaky()]
    assert m.ret(values[0]).tolist() == [1, 1]

    class Raises:
        def __array__(self, dtype=None, copy=None):
            raise KeyError("no")

    with pytest.raises(TypeError, match=HEAD):
        m.ret(Raises())

    class Stops:
        def __array__(self, dtype=None, copy=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        m.ret(Stops())


def test_what_is_called_as_numpys_array():
    fake = type("ndarray", (), {"__module__": "numpy"})()
    exact = type("numpy.ndarray", (), {})()
    for value in (fake, exact):
        with pytest.raises(TypeError, match=HEAD):
            m.ret_nc(value)
        with pytest.raises(TypeError, match=HEAD):
            m.any(value)


def test_isinstance():
    assert m.isinst(np.zeros(1)) == (True, True, True)
    assert m.isinst(np.zeros(1, "i4")) == (False, True, True)
    assert m.isinst([1]) == (False, False, False)
    assert m.isinst(b"ab") == (False, False, True)
    assert m.isinst(np.ma.array([1.0])) == (True, True, True)
    assert m.ensure([1, 2]) and m.ensure(None)


def test_dtypes():
    assert m.dt() == np.dtype("f8") and m.dt_named("int16") == np.dtype("i2")
    assert m.dt_of(np.dtype("f4")) == (4, "f", "f", 11, "=", 4, False)
    assert m.dt_of(np.dtype([("a", "i4")]))[-1]
    with pytest.raises(TypeError, match=r"arg0: numpy.dtype\)"):
        m.dt_of("f4")
    with pytest.raises(TypeError, match="nothing"):
        m.dt_named("nothing")
    assert m.fstr() == ("d", "?", 4)


def test_in_containers_and_fields():
    assert m.lst([np.zeros(2), [1]]) == 2 and not m.opt(None) and m.opt([1])
    a = np.arange(3.0)
    assert m.in_tuple(a)[0] is a and m.in_tuple(a)[1] is a
    s = m.Series(a)
    assert s.values is a
    s.values = [1, 2]
    assert s.values.tolist() == [1, 2]


def test_vectorize():
    assert m.vec([1, 2, 3]).tolist() == [2, 4, 6] and m.vec(2, [[1], [2]]).tolist() == [[2], [4]]
    assert m.vec(3) == 6.0 and type(m.vec(3)) is float and m.vec(np.array(2.0)) == 4.0
    assert m.vec1(np.arange(3)).dtype == np.float32 and m.vecv([1.5, 2.5]).tolist() == [3, 5]
    assert m.vec(np.arange(6.0).reshape(2, 3)[::-1, ::2], n=3).tolist() == [[9, 15], [0, 6]]
    assert m.hypot([3, 6], y=[4, 8]).tolist() == [5, 10] and m.hypot.__doc__.endswith("-> object\n\nA function of a name\n")
    assert m.scaled([1, 2]).tolist() == [3, 6]
    with pytest.raises(TypeError, match=r"^vec\(\): incompatible function arguments"):
        m.vec("x")
    with pytest.raises(TypeError):
        m.vec_nc([1])


def test_structures():
    dtype = m.particle_dtype()
    assert dtype.names == ("mass", "position", "charge", "alive") and dtype.itemsize == 24
    assert dtype["position"].shape == (3,) and dtype["alive"] == np.bool_
    a = np.zeros(3, dtype)
    a["mass"] = [1, 2, 3]
    a["position"][:, 1] = 0.5
    a["alive"][0] = True
    assert m.particles(a) == (6, 1.5, 0, 1) and m.particles_nc(a) is a
    m.age(a)
    assert a["charge"].tolist() == [7, 7, 7] and a["mass"].tolist() == [1, 2, 3] and a["alive"].tolist() == [True, False, False]
    assert m.particles(a[::-2]) == (4, 1, 14, 1)
    assert m.particles([(1, [1, 2, 3], 4, True)]) == (1, 2, 4, 1)
    assert m.particles_nc.__doc__ == "particles_nc(arg0: numpy.typing.NDArray[Particle]) -> numpy.typing.NDArray[Particle]\n"
    a.flags.writeable = False
    assert m.particles(a)[0] == 6
    with pytest.raises(ValueError, match="^array is not writeable$"):
        m.age(a)


def test_structures_that_are_others():
    other = np.zeros(2, [("mass", "f8"), ("position", "f4", (3,)), ("charge", "i2"), ("alive", "?")])
    assert other.dtype.itemsize == 23 and m.particles(other) == (0, 0, 0, 0)
    for value in (other, np.zeros(2, "V24"), np.zeros((2, 24), "u1"), bytes(24), memoryview(np.zeros(2, m.particle_dtype()).view("V24"))):
        with pytest.raises(TypeError, match=HEAD):
            m.particles_nc(value)
    # As NumPy does, a number goes into all fields.
    assert m.particles(np.ones(2)) == (2, 2, 2, 2)
    with pytest.raises(TypeError, match=HEAD):
        m.particles([(1, 2)])
    # Misaligned, and with strides between.
    raw = np.zeros(24 * 3 + 1, "u1")[1:].view(m.particle_dtype())
    raw["mass"] = 1
    assert m.particles(raw)[0] == 3
    with pytest.raises(TypeError, match=HEAD):
        m.particles_nc(raw)
    wide = np.zeros(2, [("one", m.particle_dtype()), ("two", "f4")])["one"]
    wide["mass"] = 1
    assert wide.strides == (28,) and m.particles(wide)[0] == 2


def test_structures_that_are_made():
    a = m.make_packed(3)
    assert a.dtype == m.packed_dtype() and a.dtype.itemsize == 12 and a.tolist() == [(0, 0.5), (1, 0.5), (2, 0.5)]
    assert a.dtype.names == ("x", "y") and m.packed_sum(a) == 4.5 and m.packed_sum(a[::2]) == 3
    b = m.make_packed_2d()
    assert b.shape == (2, 2) and m.packed_sum(b) == 12
    with pytest.raises(ValueError, match="cannot resize"):
        m.keep(np.zeros(1)) or m.kept().resize(10**5)
    m.drop_kept()


def test_numpy_that_was_replaced(monkeypatch):
    class Evil(np.ndarray):
        strides = property(lambda self: (10**6,))
        shape = property(lambda self: (10**6,))
        __array_interface__ = property(lambda self: {"data": (16, False)})
        dtype = property(lambda self: m.particle_dtype())
        flags = 7

    real = np.ndarray
    a = np.zeros(2, m.particle_dtype())
    pointers = np.zeros(2, [("a", "O"), ("b", "O"), ("c", "O")])
    assert pointers.dtype.itemsize == 24
    monkeypatch.setattr(np, "ndarray", Evil)
    for value in (a, pointers, pointers.view(Evil), real(3)):
        for function in (m.particles, m.age, m.ret, m.at1, m.attrs, m.resize):
            try:
                function(*[value, 0][: 2 if function in (m.at1, m.resize) else 1])
            except Exception:
                pass
    monkeypatch.undo()
    assert m.particles(a)[0] == 0 and pointers["a"].tolist() == [0, 0]


def test_without_numpys_table_of_functions():
    """All of this again, by NumPy's functions for Python."""
    code = """
import sys
import numpy
import pytest
core = sys.modules.get("numpy._core._multiarray_umath") or sys.modules["numpy.core._multiarray_umath"]
del core._ARRAY_API
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-k", "not without_numpys_table and not owns_the_memory", sys.argv[1]]))
"""
    done = subprocess.run([sys.executable, "-c", code, __file__], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("show", [lambda a: a[:], lambda a: a[2:][1:], lambda a: np.asarray(memoryview(a))])
def test_whoever_owns_the_memory_is_not_resized_under_a_view(show):
    """NumPy itself looks at the references to that array alone, and a view has one."""
    view = show(np.arange(1000.0))

    def owner():
        base = view.base
        return base.obj if isinstance(base, memoryview) else base

    def between(_):
        with pytest.raises(ValueError, match="resize|references"):
            owner().resize(10**6)

    assert m.sum_while(view, between) == 2 * view.sum()


def test_an_index_that_no_array_has():
    a = np.arange(6.0).reshape(2, 3)
    for index in [2**63, 2**64 - 1]:
        with pytest.raises(IndexError):
            m.at(a, index, 0)
        with pytest.raises(IndexError):
            m.set_at(np.zeros(3), index, 1.0)
