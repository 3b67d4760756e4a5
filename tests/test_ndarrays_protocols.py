"""The ways by which the memory of an argument is found: capsules, `__dlpack__`, the buffer protocol, `to_dlpack`."""

import array
import ctypes
import gc
import sys
import threading

import numpy as np
import pytest
import test_ndarrays_in_ext as t
from dlpack_by_hand import Gives, freed, make, name_of
from ndarray_inputs import dlpack, MAKERS, dlpack_class, fixed, raiser, zeros
from ndarray_table import TABLE
from refusals import refusal

HEAD = "incompatible function arguments"


def takes(function, value):
    try:
        function(value)
    except TypeError as error:
        assert HEAD in str(error)
        return False
    return True


@pytest.mark.row("nd-22")
def test_what_a_refusal_says():
    signature = "named(x: ndarray[dtype=float32], k: int = 3, y: ndarray[dtype=float64, shape=(*, *), writable=False] | None = None) -> None"
    for args, words, types_ in [
        ((zeros("c16"),), {}, "ndarray"), (("x",), {}, "str"), ((), {"x": zeros(), "y": zeros()[0]}, "kwargs = { x: ndarray, y: ndarray }"), ((), {}, ""),
        ((zeros().__dlpack__(), "a"), {}, "PyCapsule, str"), ((np.complex128(1),), {}, "complex128"),
        ((memoryview(b"abc"),), {}, "memoryview"), ((np.ma.array(np.zeros(2, "c8")),), {}, "numpy.ma.MaskedArray"),
    ]:
        with pytest.raises(TypeError) as caught:
            t.named(*args, **words)
        assert str(caught.value) == refusal([signature], types_)
    assert t.named.__doc__ == signature + "\n\nSome doc."
    assert t.named(zeros(), y=zeros()) is None and t.named(zeros(), y=None) is None
    with pytest.raises(TypeError) as caught:
        t.two(zeros("c8"), 1)
    assert str(caught.value) == refusal(
        ["two(arg0: ndarray[dtype=float32], arg1: int, /) -> int", "two(arg0: ndarray[dtype=float64, shape=(*)], arg1: float, /) -> int"], "ndarray, int"
    )


@pytest.mark.row("api-nd-1")
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("name", [name for name in TABLE if name != "None"])
def test_what_counts_as_an_array(name):
    value = MAKERS[name]()
    no = ["list", "nested list", "tuple", "float", "int", "str", "object()", "np.float32 type", "instance attribute __dlpack__", "class __getattr__ only",
          "class __array__/__array_interface__ only"]
    assert t.check(value) is (name not in no)


@pytest.mark.row("api-nd-1", "NDA-32")
def test_the_check_runs_no_code_of_the_object():
    class Meta(type):
        def __getattribute__(cls, name):
            raise AssertionError(name)

    class Hostile(metaclass=Meta):
        def __getattribute__(self, name):
            raise AssertionError(name)

        def __getattr__(self, name):
            raise AssertionError(name)

    assert t.check(Hostile()) is False
    for function in (t.any, t.f, t.f_nc, t.oid):
        with pytest.raises(TypeError, match=HEAD):
            function(Hostile())
    assert t.f_ov(Hostile()) == "object"


@pytest.mark.row("nd-07", "nd-24")
@pytest.mark.parametrize("name", ["np.zeros((2,3),'f4')", "np.zeros((2,3),'f8')", "list", "memoryview('f')[::2]", "readonly f4 (2,3)"])
def test_casts_in_native_code(name):
    make_one = MAKERS[name]
    for kind in ("f", "cf", "any", "fC"):
        strict, relaxed = TABLE[name][kind] in "=a", TABLE[name][kind] in "=aC"
        assert getattr(t, kind + "_is")(make_one()) is strict
        if relaxed:
            assert getattr(t, kind + "_cast")(make_one())[1] == getattr(t, kind)(make_one())[1]
            assert getattr(t, kind + "_try")(make_one()) is not None
        else:
            with pytest.raises(RuntimeError, match="std::bad_cast"):
                getattr(t, kind + "_cast")(make_one())
            assert getattr(t, kind + "_try")(make_one()) is None


@pytest.mark.row("nd-31", "NDA-37")
@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_capsule_is_used_once(versioned, wrapped):
    capsule, key = make(versioned=versioned)
    given = Gives(capsule) if wrapped else capsule
    assert t.f_nc(given)[1] == [3]
    assert name_of(capsule) == (b"used_dltensor_versioned" if versioned else b"used_dltensor")
    assert freed(key) == 1
    for function in (t.f, t.ro, t.f_nc):
        assert not takes(function, given)
    del capsule, given
    gc.collect()
    assert freed(key) == 1


@pytest.mark.row("nd-31", "nd-25", "NDA-37")
def test_a_capsule_that_does_not_fit_is_left_alone():
    capsule, key = make(dtype=(2, 64, 1))
    for function in (t.f, t.f_nc, t.fx3, t.i32, t.fcuda):
        assert not takes(function, capsule)
    assert name_of(capsule) == b"dltensor" and freed(key) == 0
    assert t.f64(capsule)[3] == (2, 64, 1) and freed(key) == 1
    unused, key = make()
    del unused
    gc.collect()
    assert freed(key) == 1
    assert t.f_ov(make(dtype=(2, 64, 1))[0]) == "object"


@pytest.mark.row("nd-30", "NDA-41", "NDA-37")
def test_both_kinds_of_capsules():
    for versioned in (False, True):
        for function in (t.f, t.cf):
            capsule, key = make(versioned=versioned)
            assert function(Gives(capsule))[1] == [3] and freed(key) == 1
    capsule, _ = make(versioned=True, read_only=True)
    assert not takes(t.f, capsule) and takes(t.cf, capsule)
    capsule, _ = make(versioned=True, read_only=True)
    assert not takes(t.f, Gives(capsule)) and takes(t.ro, Gives(capsule))
    for name in (b"used_dltensor", b"dltensor2", b"", b"DLTENSOR", b"dltensor_versioned2"):
        capsule, key = make(name=name)
        assert not takes(t.f, capsule) and not takes(t.f, Gives(capsule)) and freed(key) == 0


@pytest.mark.row("nd-30", "NDA-01")
def test_the_buffer_comes_after_dlpack():
    log = []

    class Both(array.array):
        def __dlpack__(self, **words):
            log.append(words)
            raise BufferError("not so")

    value = Both("f", [1, 2])
    assert t.f_nc(value)[1] == [2] and log == [{"max_version": (1, 1)}, {}]

    class Fine(array.array):
        def __dlpack__(self, **words):
            return dlpack(np.zeros((3, 3), "f4"), **words)

    assert t.f_nc(Fine("f", [1, 2]))[1] == [3, 3]


@pytest.mark.row("nd-32", "nd-86")
@pytest.mark.parametrize("kind, expected", [
    ("?", (6, 8, 1)), ("i1", (0, 8, 1)), ("u1", (1, 8, 1)), ("i2", (0, 16, 1)), ("u2", (1, 16, 1)), ("i4", (0, 32, 1)), ("u4", (1, 32, 1)), ("i8", (0, 64, 1)),
    ("u8", (1, 64, 1)), ("f2", (2, 16, 1)), ("f4", (2, 32, 1)), ("f8", (2, 64, 1)), ("c8", (5, 64, 1)), ("c16", (5, 128, 1)),
    (">f4", None), (">i2", None), (">c8", None), ("g", None), ("G", None), ("O", None), ("S3", None), ("U2", None), ("M8[s]", None), ("m8[s]", None), ("V4", None),
    ([("a", "f4")], None), ("l", (0, 8 * np.dtype("l").itemsize, 1)), ("q", (0, 64, 1)), ("p", (0, 64, 1)), ("P", (1, 64, 1)),
])
def test_types_of_elements(kind, expected):
    for value in (np.zeros(2, kind), np.zeros((0, 2), kind)):
        for given in (value, fixed(value.copy())):
            if expected is None:
                assert not takes(t.ro, given)
            else:
                assert t.ro_nc(given)[3] == expected
        try:
            view = memoryview(value)
        except ValueError:
            continue
        assert (t.any(view)[3] == expected) if expected else not takes(t.any, view)


@pytest.mark.row("NDA-39", "nd-32")
def test_strides_that_are_no_multiple_of_the_size_of_an_element():
    structured = np.zeros(4, [("a", "f4"), ("b", "f8")])
    assert t.any(structured["a"])[2] == [3] and not takes(t.any, structured["b"]) and not takes(t.any, memoryview(structured["b"]))
    assert t.any(memoryview(structured["a"]))[2] == [3]
    assert t.f64(structured["b"].copy())[2] == [1]


@pytest.mark.row("nd-32")
def test_arrays_of_ctypes():
    assert t.f((ctypes.c_float * 3)())[1:3] == ([3], [1]) and t.f(((ctypes.c_float * 3) * 2)())[1:3] == ([2, 3], [3, 1])
    assert t.i32((ctypes.c_int * 3)())[1] == [3] and t.f(ctypes.c_float(1))[1] == [] and t.any((ctypes.c_double * 0)())[1] == [0]
    assert t.any((ctypes.c_longlong * 2)())[3] == (0, 64, 1) and t.any((ctypes.c_bool * 2)())[3] == (6, 8, 1) and t.any((ctypes.c_ulong * 2)())[3][0] == 1

    class Pair(ctypes.Structure):
        _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_float)]

    for value in ((Pair * 2)(), Pair(), (ctypes.c_float.__ctype_be__ * 3)(), (ctypes.c_char_p * 2)(), (ctypes.c_void_p * 2)(), (ctypes.py_object * 1)(1)):
        assert not takes(t.any, value)
    t.write(whole := (ctypes.c_float * 3)())
    assert list(whole) == [7, 7, 7]


@pytest.mark.row("NDA-28")
def test_classes_that_hide_their_module():
    class Meta(type):
        @property
        def __module__(cls):
            raise RuntimeError("hidden")

    def body(self, **words):
        return dlpack(np.zeros(2), **words)

    class Raises(metaclass=Meta):
        __dlpack__ = body

    five = dlpack_class(body, "Five", 5)
    # A class made by code without a name has no module.
    gone = eval("type('Gone', (), {'__dlpack__': body})", {"body": body, "__builtins__": {"type": type}})
    assert "__module__" not in vars(gone)
    for kind in (Raises, five, gone, dlpack_class(body, "Surrogate", "\ud800numpy"), dlpack_class(body, "Empty", "")):
        for _ in range(3):
            assert not takes(t.f, kind()) and takes(t.f64, kind()) and t.check(kind())


@pytest.mark.row("nd-24")
def test_what_is_asked_of_the_framework():
    for module, words, function, expected in [
        ("numpy", 2, t.f, ("float32", "K")), ("cupy.x", 2, t.fC, ("float32", "C")), ("numpyfoo", 2, t.fF, ("float32", "F")), ("jaxlib._jax", 1, t.f, ("float32",)),
        ("numpy", 2, t.mine, ("short", "K")), ("numpy", 2, t.b, ("bool", "K")), ("numpy", 2, t.c64, ("complex64", "K")), ("numpy", 2, t.half, ("float16", "K")),
        ("numpy", 2, t.bf16, ("bfloat16", "K")), ("numpy", 2, t.fA, ("float32", "A")), ("numpy", 2, t.i128, ("int128", "K")),
    ]:
        asked = []
        kind = dlpack_class(lambda self, **words: dlpack(np.zeros((2, 3)), **words), "F", module, astype=lambda self, *args: asked.append(args) or np.zeros((2, 3), "f4"))
        takes(function, kind())
        assert asked == [expected] and len(expected) == words
    # Where it raises, that is the cause.
    with pytest.raises(TypeError, match=HEAD) as caught:
        t.f(MAKERS["class f8, __module__='numpy', astype raises"]())
    assert type(caught.value.__cause__) is ZeroDivisionError
    hostile = dlpack_class(lambda self, **words: dlpack(np.zeros(2), **words), "F", "numpy", astype=raiser(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        t.f(hostile())


@pytest.mark.row("nd-70", "NDA-12", "nd-72", "nd-71", "NDA-24")
def test_scalars_of_ones_own():
    assert t.mine_nc(np.zeros(2, "i2"))[3] == (0, 16, 1) and t.mine.__doc__.startswith("mine(a: ndarray[dtype=short]) -> ")
    assert not takes(t.mine_nc, np.zeros(2, "i4"))
    for function, dtype, name in [(t.bf16, (4, 16, 1), "bfloat16"), (t.half, (2, 16, 1), "float16"), (t.c32, (5, 32, 1), "complex32"), (t.i128, (0, 128, 1), "int128"), (t.two_lanes, (2, 32, 2), "float32x2")]:
        assert function(make(dtype=dtype)[0])[3] == dtype and function.__doc__.split("(a: ")[1].startswith(f"ndarray[dtype={name}]")
        assert t.any(make(dtype=dtype)[0])[3] == dtype and not takes(t.f, make(dtype=dtype)[0])
    assert t.inspect(make(dtype=(2, 32, 2), shape=(3, 2))[0])[:4] == (2, 6, 4, 24) and t.inspect(make(dtype=(1, 4, 1), shape=(3,))[0])[:4] == (1, 3, 1, 2)


@pytest.mark.row("nd-33", "api-nd-10")
@pytest.mark.parametrize("make_one", [lambda: np.zeros(3), lambda: bytearray(24), lambda: array.array("d", [1, 2]), lambda: fixed(np.zeros(3))])
def test_references_are_counted_right(make_one):
    value = make_one()
    before = sys.getrefcount(value)
    for _ in range(100_000 if isinstance(value, np.ndarray) else 10_000):
        t.ro(value)
        t.ro_same(value)
    assert t.clones(value, 100_000) == 100_000 * t.inspect(value)[1] if not isinstance(value, np.ndarray) or value.flags.writeable else True
    assert sys.getrefcount(value) == before
    for function in (t.i8, t.c32, t.fcuda, t.f0):
        takes(function, value)
    assert sys.getrefcount(value) == before
    if isinstance(value, bytearray):
        value.append(1)


@pytest.mark.row("nd-33")
def test_overloads_and_lists_hold_nothing():
    value, other = np.zeros(3), np.zeros(2, "i2")
    before = sys.getrefcount(value), sys.getrefcount(other)
    for _ in range(1000):
        t.oid(value), t.oid(other), t.f_ov(value), t.single_or_double(other)
        assert len(t.many([value, other, value])) == 3
        with pytest.raises(TypeError):
            t.many([value, other, 1])
    assert (sys.getrefcount(value), sys.getrefcount(other)) == before


@pytest.mark.row("nd-24", "nd-30")
def test_where_the_call_is_short_of_frames():
    def deep(n):
        return t.f(np.zeros(2)) if n == 0 else deep(n - 1)

    assert deep(100)[1] == [2]


@pytest.mark.row("nd-34")
def test_many_threads_take_one_array():
    value, failed = np.arange(12.0).reshape(3, 4), []

    def work():
        for _ in range(500):
            if t.sum(value) != 66.0 or t.sum(value.T) != 66.0 or t.sum(value.astype("i4")) != 66.0:
                failed.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert not failed and sys.getrefcount(value) < 10
