"""Arrays as arguments: which objects each type takes, with and without conversion, and what native code sees of them."""

import ctypes
import warnings

import numpy as np
import pytest
import test_ndarrays_in_ext as t
from ndarray_inputs import dlpack, LOG, MAKERS, dlpack_class, fixed, giver, logged, raiser, zeros
from ndarray_table import TABLE, TYPES
from refusals import refusal

HEAD = "incompatible function arguments"


def address(value):
    """Where the memory is that the object shows, if it shows any."""
    try:
        return np.asarray(value if isinstance(value, np.ndarray) else memoryview(value)).__array_interface__["data"][0]
    except (TypeError, ValueError, BufferError):
        return None


def outcome(function, make):
    """A letter of the table, and what native code saw."""
    value = make()
    place = address(value)
    try:
        seen = function(value)
    except TypeError as error:
        assert HEAD in str(error)
        return ".", None
    if seen == "object":
        return ".", None
    return ("a" if place is None else "=" if seen[0] == place else "c"), seen


@pytest.mark.row("nd-02", "nd-03", "nd-07", "nd-24", "nd-25", "nd-27", "nd-45", "NDA-02", "NDA-42", "api-ndann-1", "api-nd-2")
@pytest.mark.parametrize("name", TABLE)
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::numpy.exceptions.ComplexWarning")
def test_which_objects_are_taken(name):
    make = MAKERS[name]
    for kind in TYPES:
        strict, _ = outcome(getattr(t, kind + "_nc"), make)
        relaxed, seen = outcome(getattr(t, kind), make)
        overload, _ = outcome(getattr(t, kind + "_ov"), make)
        # Another overload that takes the object as it is comes before a conversion.
        assert overload == strict, (name, kind)
        letter = strict if strict == relaxed else "C" if strict == "." else strict + relaxed
        assert letter == TABLE[name][kind], (name, kind)
        if seen is not None and address(make()) is not None:
            assert tuple(seen[1]) == memoryview(make()).shape


def test_every_input_is_in_the_table():
    assert set(TABLE) == set(MAKERS)
    assert {letter for row in TABLE.values() for letter in row.values()} == set("=aC.")


@pytest.mark.row("nd-02", "nd-04", "api-nd-13", "api-nd-14", "api-nd-15", "api-nd-16", "api-nd-17", "api-nd-22", "NDA-06")
@pytest.mark.row("xchg-20")
def test_what_native_code_sees():
    a = np.array([[1, 2, 3], [3, 4, 5]], "f4")
    assert t.any(a) == (a.ctypes.data, [2, 3], [3, 1], (2, 32, 1), (1, 0))
    assert t.inspect(a) == (2, 6, 4, 24, (a.ctypes.data, a.ctypes.data, 0))
    assert t.any(a[:, ::-1]) == (a.ctypes.data + 8, [2, 3], [3, -1], (2, 32, 1), (1, 0))
    assert t.any(a[:, ::-2])[2] == [3, -2] and t.any(a[::-1, ::-1])[2] == [-3, -1]
    assert t.ro(np.broadcast_to(a[0], (4, 3)))[1:3] == ([4, 3], [0, 1])
    scalar = np.array(5, "i8")
    assert t.any(scalar) == (scalar.ctypes.data, [], [], (0, 64, 1), (1, 0)) and t.inspect(scalar)[:4] == (0, 1, 8, 8)
    empty = np.zeros((0, 3))
    assert t.any(empty)[1] == [0, 3] and t.inspect(empty)[:4] == (2, 0, 8, 0)


@pytest.mark.row("nd-04", "api-nd-18", "api-nd-19", "api-nd-20", "api-nd-21")
def test_sizes_and_strides_by_axis():
    a = np.zeros((2, 3, 4), "i2")[:, ::-1, ::2]
    assert [t.shape(a, axis) for axis in range(3)] == [2, 3, 2] and [t.stride(a, axis) for axis in range(3)] == [12, -4, 2]
    assert t.by_pointer(a) == ([2, 3, 2], [12, -4, 2]) and t.by_pointer(np.array(1)) == ([], [])
    for function in (t.shape, t.stride):
        with pytest.raises(Exception, match="there is no axis 3 in an array with 3 dimensions"):
            function(a, 3)
        with pytest.raises(Exception, match="there is no axis 0 in an array with 0 dimensions"):
            function(np.array(1), 0)
    assert t.shown(a) == "ndarray(dtype=int16, shape=[2, 3, 2], strides=[12, -4, 2])"


@pytest.mark.row("nd-05", "api-dtype-3", "api-dtype-4", "nd-72", "nd-71")
def test_descriptions_of_scalars():
    word = ctypes.sizeof(ctypes.c_void_p) * 8
    assert dict(t.dtypes()) == {
        **{f"i{bits}": (0, bits, 1) for bits in (8, 16, 32, 64)}, **{f"u{bits}": (1, bits, 1) for bits in (8, 16, 32, 64)},
        "isize": (0, word, 1), "usize": (1, word, 1), "f32": (2, 32, 1), "f64": (2, 64, 1), "bool": (6, 8, 1), "f16": (2, 16, 1),
        "bf16": (4, 16, 1), "c32": (5, 32, 1), "bc32": (18, 32, 1), "c64": (5, 64, 1), "c128": (5, 128, 1), "mine": (0, 16, 1), "lanes": (2, 32, 2),
    }
    for kind, expected in [("i2", (True, False, False, True)), ("u4", (False, True, False, True)), ("f4", (False, False, True, True)), ("f8", (False,) * 4)]:
        assert t.is_dtype(np.zeros(1, kind)) == expected
    # `long` and `long long` of NumPy are both 64 bits wide here, and the same.
    for kind in (np.int64, np.longlong, np.intp):
        assert t.i64_nc(np.zeros(1, kind))[3] == (0, 64, 1)


@pytest.mark.row("api-dtype-1", "api-dtype-2", "api-disc-10")
def test_kinds_of_elements():
    assert dict(t.codes()) == {
        "Int": 0, "UInt": 1, "Float": 2, "Bfloat": 4, "Complex": 5, "Bool": 6, "Float8_E3M4": 7, "Float8_E8M0FNU": 14, "Float6_E2M3FN": 15,
        "Float6_E3M2FN": 16, "Float4_E2M1FN": 17, "Bcomplex": 18,
    }


@pytest.mark.row(
    "nd-06", "api-ndann-9", "api-ndann-10", "api-ndann-11", "api-ndann-12", "api-ndann-13", "api-ndann-14", "api-ndann-15", "api-ndann-16", "api-ndann-17",
    "api-ndann-18", "api-ndann-19",
)
def test_numbers_of_devices():
    assert t.devices() == [0, 1, 2, 3, 4, 7, 8, 10, 11, 13, 14]


def test_numbers_of_frameworks_and_letters_of_orders():
    assert t.frameworks() == [0, 1, 2, 3, 4, 5, 6, 7, 8] and t.orders() == ["C", "F", "A"]


@pytest.mark.row("api-nd-4", "api-nd-5", "api-nd-6")
def test_constants_of_types():
    assert t.constants() == [(False, 0, 0), (True, 0, 0), (True, ord("C"), 2), (False, ord("F"), 1), (True, ord("A"), 0)]


@pytest.mark.row("api-nd-7", "api-nd-25")
def test_kinds_of_pointers():
    assert t.pointers(*[a := zeros()] * 4) == [a.ctypes.data] * 4


@pytest.mark.row("nd-34")
def test_objects_are_made_with_the_interpreter_only(capfd):
    assert t.cast_detached(zeros()) is True
    assert "attached" in capfd.readouterr().err


@pytest.mark.row("api-nd-8", "api-nd-22", "api-nd-15")
def test_no_array():
    assert t.no_array() == (False, 0, 0, 0, 0, False, True)


@pytest.mark.row("nd-01", "api-nd-25", "api-nd-26", "why-12")
@pytest.mark.parametrize("make", [
    lambda a: a, memoryview, lambda a: dlpack_class(lambda self, **words: dlpack(a, **words), "Shows")(), lambda a: a.__dlpack__(),
    lambda a: dlpack(a, max_version=(1, 0)), lambda a: type("View", (ctypes.c_float * 3,), {}).from_buffer(a),
])
def test_the_memory_is_the_same(make):
    a = np.arange(3, dtype="f4")
    place, *_ = t.f_nc(make(a))
    assert place == a.ctypes.data
    t.write(make(a))
    assert a.tolist() == [7, 7, 7]


@pytest.mark.row("nd-08", "NDA-13", "NDA-15")
def test_complex_numbers():
    single, double = np.array([1 + 2j], "c8"), np.array([1 + 2j], "c16")
    assert t.c64_nc(single)[3] == (5, 64, 1) and t.c128_nc(double)[3] == (5, 128, 1)
    assert t.c64_same(single) is single and t.c128_same(single).tolist() == [1 + 2j] and t.c128_same(single).dtype == "c16"
    assert t.cc64_nc(fixed(single))[0] == single.ctypes.data and t.c64_same(double).dtype == "c8"
    assert t.cc64_same(fixed(double)).tolist() == [1 + 2j]
    for kind in ("f", "f64", "i32", "b"):
        for value in (np.zeros(2, "c8"), np.zeros(2, "c16"), np.zeros(0, "c16")):
            with pytest.raises(TypeError, match=HEAD):
                getattr(t, kind)(value)
    assert t.c64_same(np.array([3], "i4")).tolist() == [3]


@pytest.mark.row("nd-09", "NDA-04")
def test_truth_values_and_half_precision():
    flags = np.array([True, False])
    assert t.b_same(flags) is flags and t.b_nc(flags)[3] == (6, 8, 1) and t.any(np.zeros(2, "f2"))[3] == (2, 16, 1)
    assert t.half_nc(np.ones(2, "f2"))[3] == (2, 16, 1) and t.half_same(np.ones(2, "f8")).dtype == "f2"
    with pytest.raises(TypeError):
        t.b_nc(flags.view("u1"))


@pytest.mark.row("nd-11", "nd-12", "api-ndann-2", "NDA-02", "NDA-07")
def test_read_only_arrays():
    for kind in ("f4", "i8"):
        assert t.ro_nc(fixed(np.zeros(2, kind)))[1] == [2] and t.ro_nc(np.zeros(2, kind))[1] == [2]
    assert t.cu8_nc(b"abc")[1:4] == ([3], [1], (1, 8, 1))
    for value in (b"abc", fixed(np.zeros(3, "u1")), memoryview(b"abc"), np.float64(1), np.broadcast_to(np.uint8(1), 3)):
        for function in (t.u8, t.any, t.u8_nc):
            with pytest.raises(TypeError, match=HEAD):
                function(value)


@pytest.mark.row("nd-13", "nd-14", "api-ndann-3", "api-ndann-4")
def test_shapes_are_never_converted():
    assert t.fx3(zeros(shape=(5, 3)))[1] == [5, 3] and t.fx3(zeros(shape=(0, 3)))[1] == [0, 3]
    for shape in [(5, 4), (3,), (1, 5, 3), (), (3, 1)]:
        for function in (t.fx3, t.fx3_nc):
            with pytest.raises(TypeError) as caught:
                function(zeros(shape=shape))
            assert str(caught.value) == refusal(function.__doc__.splitlines(), "ndarray")
    for shape in [(3,), (1, 2, 3), ()]:
        with pytest.raises(TypeError):
            t.f2(zeros(shape=shape))


@pytest.mark.row("nd-15", "nd-25")
def test_devices_are_never_converted():
    for value in (zeros(), zeros("f8"), bytearray(4)):
        with pytest.raises(TypeError, match=HEAD):
            t.fcuda(value)
    assert t.fcpu(zeros())[4] == (1, 0) and t.where_is_it(zeros()) == "cpu"


@pytest.mark.row("nd-16", "nd-17", "nd-18", "nd-19", "NDA-05", "NDA-10", "NDA-21", "NDA-22", "api-ndann-5", "api-ndann-6", "api-ndann-7", "api-ndann-8")
def test_orders():
    base = zeros(shape=(4, 6))
    c, f, both, neither = zeros(), zeros(order="F"), [zeros(shape=s) for s in [(1, 5), (5, 1), (5,), (), (1,), (1, 1)]], [base[:, ::2], base[::-1], base[::2], base[:, :3]]
    both += [zeros(shape=s) for s in [(0, 3), (3, 0), (0,), (2, 0, 3)]] + [zeros(shape=s, order="F") for s in [(0, 3), (3, 0), (1, 4), (4, 1)]]
    # One element, or one axis of one element, at a stride that means nothing.
    both += [base[::2, ::2][:1, :1], np.lib.stride_tricks.as_strided(base, (1, 3), (8, 4)), np.lib.stride_tricks.as_strided(base, (3, 1), (4, 40))]
    for kind, fits in [("fC", [c, *both]), ("fF", [f, *both]), ("fA", [c, f, *both]), ("f", [c, f, *both, *neither])]:
        strict, relaxed = getattr(t, kind + "_nc"), getattr(t, kind)
        for value in [c, f, *both, *neither]:
            if any(value is fit for fit in fits):
                assert strict(value)[0] == relaxed(value)[0] == value.ctypes.data
                continue
            with pytest.raises(TypeError, match=HEAD):
                strict(value)
            place, shape, strides, *_ = relaxed(value)
            assert place != value.ctypes.data and tuple(shape) == value.shape
            assert strides == ([1, shape[0]] if kind == "fF" else [shape[1], 1])


@pytest.mark.row("nd-18", "nd-24")
def test_the_order_of_what_is_converted():
    f = zeros("f8", order="F")
    assert t.f(f)[2] == [1, 2] and t.f(f.T)[2] == [2, 1] and t.fA(f)[2] == [1, 2] and t.fC(f)[2] == [3, 1] and t.fF(f.T)[2] == [1, 3]
    assert t.f(np.zeros((3, 2, 4)).transpose(1, 0, 2))[2] == [4, 8, 1]


@pytest.mark.row("nd-23", "nd-24", "nd-15")
def test_overloads():
    assert (t.single_or_double(np.zeros(1)), t.single_or_double(np.zeros(1, "f4")), t.single_or_double(np.zeros(1, "i4"))) == ("f64", "f32", "f32")
    for kind, first, second in [("i4", "i32", "i32"), ("f8", "f64", "f64"), ("f4", "i32", "f64"), ("i8", "i32", "f64"), ("?", "i32", "f64")]:
        assert (t.oid(np.zeros(1, kind)), t.oid2(np.zeros(1, kind))) == (first, second)


@pytest.mark.row("nd-26")
def test_lossy_conversions_happen_silently():
    with np.errstate(invalid="ignore"):
        assert t.i32_same(np.array([1.9, -1.9])).tolist() == [1, -1] and t.i32(np.array([np.nan]))[1] == [1]
    # A warning that is an error is one here too, and why.
    with warnings.catch_warnings(), np.errstate(invalid="warn"):
        warnings.simplefilter("error")
        with pytest.raises(TypeError, match=HEAD) as caught:
            t.i32(np.array([np.nan]))
    assert type(caught.value.__cause__) is RuntimeWarning
    assert t.i32_same(np.array([2**40 + 5, -1])).tolist() == [5, -1]
    assert t.b_same(np.array([0, 5, -1])).tolist() == [False, True, True] and t.u8_same(np.array([257])).tolist() == [1]


@pytest.mark.row("nd-27", "nd-24")
def test_noconvert():
    for value in (np.zeros(2), np.zeros(2, "i4"), np.zeros(4, "f4")[::2].astype("f8")):
        for function in (t.f_nc, t.strict):
            with pytest.raises(TypeError, match=HEAD):
                function(value)
        assert t.f(value)[1] == [2]
    a = np.zeros(3, "f4")
    assert t.strict(a)[0] == a.ctypes.data and t.strict(a=a)[0] == a.ctypes.data


@pytest.mark.row("nd-28")
def test_conversions_are_temporaries():
    single, double = np.zeros(3, "f4"), np.zeros(3)
    t.write(single)
    t.write(double)
    assert single.tolist() == [7, 7, 7] and double.tolist() == [0, 0, 0]


@pytest.mark.row("nd-29", "api-nd-8")
def test_none():
    for function in (t.f, t.any, t.ro, t.f_nc):
        with pytest.raises(TypeError, match="Invoked with types: NoneType"):
            function(None)
    assert t.f_none(None) is None and t.f_none(zeros())[1] == [2, 3] and t.f_none.__doc__.startswith("f_none(a: ndarray[dtype=float32] | None) -> ")
    assert t.opt(None) is False and t.opt() is False and t.opt(zeros()) is True and t.opt(zeros("f8")) is True
    assert t.opt.__doc__ == "opt(x: ndarray[dtype=float32] | None = None) -> bool"
    with pytest.raises(TypeError):
        t.opt_strict(zeros("f8"))
    assert t.opt_strict(None) is False
    a = zeros()
    assert t.or_none(a, False) is a and t.or_none(a, True) is None


@pytest.mark.row("nd-30", "NDA-01", "NDA-41")
@pytest.mark.parametrize("kind, writable, read_only", [
    (dlpack_class(logged(zeros), "Words"), [{"max_version": (1, 1)}], [{}]),
    (dlpack_class(logged(lambda: fixed(zeros())), "Fixed"), [{"max_version": (1, 1)}], [{}, {"max_version": (1, 1)}]),
    (dlpack_class(raiser(TypeError), "R"), [((), {"max_version": (1, 1)}), ((), {})], [((), {}), ((), {"max_version": (1, 1)})]),
    (dlpack_class(raiser(BufferError), "R"), [((), {"max_version": (1, 1)}), ((), {})], [((), {}), ((), {"max_version": (1, 1)})]),
    (dlpack_class(raiser(ValueError), "R"), [((), {"max_version": (1, 1)})], [((), {})]),
    (dlpack_class(giver(None), "G"), [{"max_version": (1, 1)}], [{}]),
])
def test_in_which_order_capsules_are_asked_for(kind, writable, read_only):
    for function, expected in [(t.f_nc, writable), (t.f, writable), (t.cf_nc, read_only), (t.cf, read_only), (t.ro, read_only)]:
        LOG.clear()
        try:
            function(kind())
        except TypeError as error:
            assert HEAD in str(error)
        assert LOG == expected


@pytest.mark.row("nd-30", "NDA-41")
def test_the_exception_of_a_producer_is_the_cause():
    for kind in (ValueError, RuntimeError, TypeError, BufferError, ZeroDivisionError):
        with pytest.raises(TypeError, match=HEAD) as caught:
            t.f(dlpack_class(raiser(kind), "R")())
        assert type(caught.value.__cause__) is kind and str(caught.value.__cause__) == "boom"
    for kind in (KeyboardInterrupt, SystemExit, MemoryError, RecursionError):
        for function in (t.f, t.cf, t.f_nc, t.f_ov, t.oid):
            with pytest.raises(kind):
                function(dlpack_class(raiser(kind), "R")())
    # An overload that takes the object is called.
    assert t.f_ov(dlpack_class(raiser(ValueError), "R")()) == "object"
