"""What `nanobind.nb_ndarray` shows of an array: `__dlpack__`, `__dlpack_device__`, and the buffer protocol with all its requests."""

import copy
import ctypes
import gc
import pickle
import weakref

import numpy as np
import pytest
import test_ndarrays_in_ext as arrays
import test_ndarrays_out_ext as t
from dlpack_by_hand import Managed, Versioned, View, name_of, tensor_in
from hypothesis import given
from hypothesis import strategies as st
from ndarray_inputs import VERSIONED

FLAGS = {
    "SIMPLE": 0, "WRITABLE": 1, "FORMAT": 4, "ND": 8, "STRIDES": 0x18, "C": 0x38, "F": 0x58, "ANY": 0x98, "INDIRECT": 0x118, "CONTIG": 9, "CONTIG_RO": 8, "STRIDED": 0x19,
    "RECORDS": 0x1D, "RECORDS_RO": 0x1C, "FULL": 0x11D, "FULL_RO": 0x11C, "C_RW": 0x39, "F_RW": 0x59, "ANY_RW": 0x99, "C_FORMAT": 0x3C,
}
F32 = (2, 32, 1)


def spec(shape=(2, 3), strides=None, dtype=F32, device=(1, 0), order="-", offset=0):
    return list(shape), strides, dtype, device, order, offset


def made(*args, nowhere=False, **words):
    return t.mk_aa(spec(*args, **words), nowhere)


@pytest.mark.row("nd-43", "api-ndann-27")
def test_the_object():
    value = made()
    kind = type(value)
    assert (kind.__module__, kind.__name__, kind.__mro__) == ("nanobind", "nb_ndarray", (kind, object))
    assert repr(value).startswith("<nanobind.nb_ndarray object at ") and hash(value) == hash(value) and value == value != made()
    for call, error in [
        (kind, TypeError), (lambda: kind.__new__(kind), TypeError), (lambda: type("Sub", (kind,), {}), TypeError), (lambda: setattr(value, "x", 1), AttributeError),
        (lambda: setattr(kind, "x", 1), TypeError), (lambda: len(value), TypeError), (lambda: pickle.dumps(value), TypeError), (lambda: copy.copy(value), TypeError),
        (lambda: weakref.ref(value), TypeError), (lambda: kind.__dlpack__(), TypeError), (lambda: kind.__dlpack__(1), TypeError), (lambda: iter(value), TypeError),
    ]:
        with pytest.raises(error):
            call()
    assert arrays.any_same(value) is value and arrays.check(value)


@pytest.mark.row("nd-43", "nd-01")
def test_consumers():
    value = made()
    np.asarray(value)[1, 2] = 0
    # NumPy 2.0 takes what has no version for read-only.
    consumers = [lambda v, words=words: np.from_dlpack(v, **words) for words in ({"device": "cpu"}, {"copy": False}, {})] if VERSIONED else [np.asarray] * 3
    for array in (np.asarray(value), np.asarray(memoryview(value)), *(consume(value) for consume in consumers)):
        assert array.shape == (2, 3) and array.dtype == "f4" and array.flags.writeable
        array[1, 2] += 1
    assert np.asarray(value)[1, 2] == 5 and bytes(value)[-4:] == np.float32(5).tobytes() and arrays.f(value)[0] == np.asarray(value).ctypes.data
    if VERSIONED:
        with pytest.raises(BufferError, match=r"^__dlpack__\(\): copy=True is not supported.$"):
            np.from_dlpack(value, copy=True)


@pytest.mark.row("nd-78", "nd-50")
def test_device():
    assert made().__dlpack_device__() == (1, 0) and made(device=(2, 1), nowhere=True).__dlpack_device__() == (2, 1) and made(device=(0, 0)).__dlpack_device__() == (1, 0)
    with pytest.raises(TypeError):
        made().__dlpack_device__(1)


GOOD = [
    {}, {"stream": None}, {"stream": 5}, {"stream": "x"}, {"copy": None}, {"copy": False}, {"copy": 1}, {"copy": "x"}, {"dl_device": None}, {"dl_device": (1, 0)},
    {"dl_device": (True, 0)}, {"max_version": None}, {"max_version": (0, 8)}, {"max_version": (-1, 0)}, {"max_version": (1, 0)}, {"max_version": (1, 1)},
    {"max_version": (2, 0)}, {"dl_device": (1, 0), "copy": False, "max_version": (1, 0), "stream": None},
]
PAIR = "max_version must be None or tuple[int, int]"
DEVICE = "__dlpack__(): unsupported dl_device."
BAD = [
    ({"copy": True}, BufferError, "__dlpack__(): copy=True is not supported."), ({"foo": 1}, TypeError, "__dlpack__(): unsupported keyword argument 'foo'"),
    ({"foo": 1, "copy": True}, TypeError, "__dlpack__(): unsupported keyword argument 'foo'"),
    ({"copy": True, "foo": 1}, BufferError, "__dlpack__(): copy=True is not supported."),
    *[({"dl_device": value}, BufferError, DEVICE) for value in [(2, 0), (1, 1), 1, (1,), ("a", 0), [1, 0], (2**70, 0), (), (1, 0, 0)]],
    *[({"max_version": value}, TypeError, PAIR) for value in [(1,), (1, 0, 0), 1, "x", ("1", 0), (1.0, 0), [1, 0], (2**70, 0), ()]],
]


@pytest.mark.row("nd-79", "nd-83", "NDA-23", "NDA-25", "NDA-34")
@pytest.mark.parametrize("words", GOOD)
def test_arguments_of_dlpack(words):
    value, read_only = made(), t.ro_aa(spec(), False)
    version = words.get("max_version")
    versioned = version is not None and version[0] >= 1
    # Fresh strings, which are no interned names.
    fresh = {"".join(list(word)): argument for word, argument in words.items()}
    capsule = value.__dlpack__(**fresh)
    assert name_of(capsule) == (b"dltensor_versioned" if versioned else b"dltensor")
    if versioned:
        tensor = tensor_in(capsule)
        assert (tensor.major, tensor.flags) == (1, 0) and tensor_in(other := read_only.__dlpack__(**words)).flags == 1 and other
    else:
        with pytest.raises(BufferError, match="read-only array cannot be exported without `max_version`"):
            read_only.__dlpack__(**words)


@pytest.mark.row("nd-79", "NDA-25", "NDA-34")
@pytest.mark.parametrize("words, error, text", BAD)
def test_wrong_arguments_of_dlpack(words, error, text):
    with pytest.raises(error) as caught:
        made().__dlpack__(**words)
    assert str(caught.value) == text
    with pytest.raises(TypeError) as caught:
        made().__dlpack__(None, **words)
    assert str(caught.value) == "__dlpack__() does not accept positional arguments"


@pytest.mark.row("nd-79")
def test_hostile_arguments_of_dlpack():
    class Index:
        def __index__(self):
            raise KeyboardInterrupt

    class Pair(tuple):
        def __getitem__(self, index):
            raise AssertionError

    for words in ({"max_version": (Index(), 0)}, {"dl_device": (1, Index())}):
        try:
            made().__dlpack__(**words)
        except (TypeError, BufferError, KeyboardInterrupt):
            pass
    assert name_of(made().__dlpack__(max_version=Pair((1, 0)))) == b"dltensor_versioned"
    for word in ("max\ud800", "", "max_version\0", "MAX_VERSION", "x" * 10000):
        with pytest.raises((TypeError, UnicodeEncodeError)):
            made().__dlpack__(**{word: 1})


@pytest.mark.row("nd-44", "NDA-44", "nd-53")
def test_tensors_in_capsules():
    value = made((2, 3, 4), order="F", dtype=(0, 16, 1))
    for words in ({}, {"max_version": (1, 0)}):
        managed = tensor_in(capsule := value.__dlpack__(**words))
        tensor = managed.tensor
        assert (tensor.ndim, tensor.shape[:3], tensor.strides[:3]) == (3, [2, 3, 4], [1, 2, 6]) and (tensor.code, tensor.bits, tensor.lanes) == (0, 16, 1)
        assert tensor.data == np.asarray(value).ctypes.data and managed.deleter and ctypes.addressof(tensor.shape.contents) % 8 == 0
        # Others may write to the numbers.
        tensor.shape[0] = 99
        assert np.asarray(value).shape == (2, 3, 4)
        del capsule
    scalar = tensor_in(capsule := made(()).__dlpack__()).tensor
    assert scalar.ndim == 0 and capsule
    gc.collect()
    before = t.dropped()
    del capsule, value
    gc.collect()
    assert t.dropped() == before + 2


@pytest.mark.row("nd-53", "NDA-14", "nd-87")
@pytest.mark.parametrize("versioned", [False, True])
def test_tensors_are_freed_by_whoever_has_them(versioned):
    """On threads that know nothing of Python, too."""
    kind = Versioned if versioned else Managed
    rename = ctypes.pythonapi.PyCapsule_SetName
    rename.argtypes = [ctypes.py_object, ctypes.c_char_p]

    def taken():
        capsule = made().__dlpack__(max_version=(1, 0) if versioned else None)
        managed = tensor_in(capsule)
        address, deleter = ctypes.addressof(managed), managed.deleter
        rename(capsule, USED)
        return address, deleter

    gc.collect()
    before = t.dropped()
    everything = [taken() for _ in range(20)]
    gc.collect()
    assert t.dropped() == before and kind.from_address(everything[0][0]).tensor.ndim == 2
    for address, deleter in everything[:10]:
        # Calls of ctypes let go of the interpreter.
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(deleter)(address)
    assert t.dropped() == before + 10
    library, threads = ctypes.CDLL(None), []
    for address, deleter in everything[10:]:
        thread = ctypes.c_void_p()
        assert library.pthread_create(ctypes.byref(thread), None, ctypes.c_void_p(deleter), ctypes.c_void_p(address)) == 0
        threads.append(thread)
    for thread in threads:
        assert library.pthread_join(thread, None) == 0
    assert t.dropped() == before + 20


#: Capsules do not copy their names.
USED = b"used_dltensor"


def ask(value, flags):
    """What a consumer in C gets that asks so; an exception otherwise."""
    view = View()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(value), ctypes.byref(view), ctypes.c_int(flags))
    try:
        numbers = [pointer[: view.ndim] if pointer else None for pointer in (view.shape, view.strides)]
        return view.len, view.itemsize, view.readonly, view.ndim, view.format, *numbers, bool(view.suboffsets)
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))


OBJECTS = {
    "C": spec(), "F": spec(order="F"), "strided": spec((2, 2), [6, 2]), "negative": spec((2,), [-1], offset=64), "scalar": spec(()), "empty": spec((0, 3)),
    "one": spec((1, 1), [7, 9]), "row": spec((1, 3), [99, 1]), "column": spec((3, 1), [1, 99]), "three": spec((2, 3, 4), order="F"), "list": spec((5,)),
}
ORDER = "Cannot provide a contiguous buffer for a non-C-contiguous ndarray!"
READ_ONLY = "Cannot provide writable access to a read-only ndarray!"


def orders(shape, strides):
    """Whether NumPy finds the array in C's order, and in Fortran's."""
    array = np.lib.stride_tricks.as_strided(np.zeros(4096, "f4")[2048:], shape, [4 * stride for stride in strides])
    return array.flags.c_contiguous, array.flags.f_contiguous


@pytest.mark.row("nd-80", "NDA-26", "NDA-07", "LIV-02")
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("name", OBJECTS)
def test_requests_of_buffers(name, read_only):
    value = (t.ro_aa if read_only else t.mk_aa)(OBJECTS[name], False)
    shape, strides = OBJECTS[name][:2]
    whole = memoryview(value)
    strides = [stride // 4 for stride in whole.strides]
    in_c, in_f = orders(shape, strides)
    length = 4 * int(np.prod(shape, dtype=int))
    for request, flags in FLAGS.items():
        has = lambda flag: flags & flag == flag
        if read_only and has(1):
            expected = READ_ONLY
        elif has(0x38) and not in_c or has(0x58) and not in_f or has(0x98) and not (in_c or in_f) or not has(0x18) and not in_c:
            expected = ORDER
        else:
            expected = (
                length, 4, int(read_only), len(shape), b"f" if has(4) else None, shape if has(8) else None, [4 * stride for stride in strides] if has(0x18) else None, False,
            )
        if isinstance(expected, str):
            with pytest.raises(BufferError) as caught:
                ask(value, flags)
            assert str(caught.value) == expected, request
        else:
            found = ask(value, flags)
            # ctypes cannot tell an empty list of numbers from none.
            assert found == expected or (not shape and found[:5] == expected[:5]), request
        # CPython's own memoryview decides the same, but that it gives no format without sizes.
        if flags & 0x0C == 4:
            continue
        try:
            ask(whole, flags)
            taken = True
        except BufferError:
            taken = False
        assert taken is not isinstance(expected, str), request


@pytest.mark.row("nd-80", "NDA-45")
@pytest.mark.parametrize("dtype", [(4, 16, 1), (2, 32, 2), (0, 128, 1), (2, 8, 1), (2, 128, 1), (7, 8, 1), (10, 8, 1), (3, 64, 1), (18, 32, 1), (0, 4, 1)])
def test_elements_that_no_buffer_has(dtype):
    value = made((2,), dtype=dtype)
    for flags in FLAGS.values():
        with pytest.raises(BufferError, match="^Cannot convert DLPack dtype into buffer protocol format!$"):
            ask(value, flags)
    with pytest.raises(BufferError):
        t.mk_mv(spec((2,), dtype=dtype), False)
    with pytest.raises(TypeError, match="^could not export nanobind::ndarray: Cannot convert DLPack dtype into buffer protocol format!$"):
        t.mk_np(spec((2,), dtype=dtype), False)
    assert arrays.any(value)[3] == dtype and arrays.any(t.mk_nf(spec((2,), dtype=dtype), False))[3] == dtype


@pytest.mark.row("nd-80", "nd-50", "nd-88")
def test_buffers_of_other_devices():
    for flags in FLAGS.values():
        with pytest.raises(BufferError, match="^Only CPU-allocated ndarrays can be accessed via the buffer protocol!$"):
            ask(made(device=(2, 0), nowhere=True), flags)
    value = made(device=(2, 3), nowhere=True)
    assert arrays.any(value)[0] == 0xDEAD0000 and arrays.any(value)[4] == (2, 3) and arrays.fcuda_nc(value)[4] == (2, 3) and arrays.where_is_it(value) == "cuda"
    for function in (arrays.fcpu, arrays.fcpu_nc):
        with pytest.raises(TypeError):
            function(value)


@pytest.mark.row("nd-42", "nd-32", "api-ndann-26")
@pytest.mark.parametrize("dtype, letter", [
    ((0, 8), "b"), ((0, 16), "h"), ((0, 32), "i"), ((0, 64), "q"), ((1, 8), "B"), ((1, 16), "H"), ((1, 32), "I"), ((1, 64), "Q"), ((2, 16), "e"), ((2, 32), "f"), ((2, 64), "d"),
    ((5, 64), "Zf"), ((5, 128), "Zd"), ((6, 8), "?"),
])
def test_formats_of_elements(dtype, letter):
    item = dtype[1] // 8
    view = t.mk_mv(spec((3,), dtype=(*dtype, 1)), False)
    assert (view.format, view.itemsize, view.shape, view.strides, view.readonly) == (letter, item, (3,), (item,), False)
    assert memoryview(t.mk_np(spec((3,), dtype=(*dtype, 1)), False)).itemsize == item
    assert arrays.any(view)[3] == (*dtype, 1) and arrays.any(t.mk_np(spec((3,), dtype=(*dtype, 1)), False))[3] == (*dtype, 1)


@pytest.mark.row("nd-42", "nd-36")
def test_what_python_cannot_hold():
    with pytest.raises(ValueError, match="number of dimensions must not exceed 64"):
        t.mk_mv(spec((1,) * 65), False)
    with pytest.raises(TypeError, match="^could not export nanobind::ndarray: an array of NumPy has at most 64 dimensions$"):
        t.mk_np(spec((1,) * 65), False)
    assert t.mk_np(spec((1,) * 33), False).ndim == 33 and t.mk_mv(spec((1,) * 64), False).ndim == 64


@pytest.mark.row("NDA-23", "NDA-41", "nd-30", "nd-85")
def test_arrays_that_go_out_and_come_in():
    read_only = t.ro_aa(spec(), False)
    assert arrays.cf_nc(read_only)[1] == [2, 3] and arrays.ro_nc(read_only)[1] == [2, 3]
    for function in (arrays.f, arrays.any, arrays.f_nc):
        with pytest.raises(TypeError, match="Invoked with types: nanobind.nb_ndarray"):
            function(read_only)
    # It has no framework that could convert it.
    with pytest.raises(TypeError):
        arrays.cdC(read_only)
    with pytest.raises(TypeError):
        arrays.f64(made())


@pytest.mark.row("nd-84")
def test_an_exporter_of_ones_own():
    log = []

    class Waits:
        """Waits for the stream, and gives the capsule of an array without a framework."""

        def __dlpack__(self, *, stream=None, **_):
            log.append(stream)
            return t.mk_nf(spec(), False)

        def __dlpack_device__(self):
            return 1, 0

    assert np.from_dlpack(Waits()).shape == (2, 3) and arrays.f(Waits())[1] == [2, 3] and log == [None, None]


@given(st.lists(st.integers(0, 3), max_size=4), st.lists(st.integers(-3, 6), min_size=4, max_size=4), st.integers(0, 0xFF))
def test_any_request_of_any_buffer(shape, strides, flags):
    # 0x100 alone is no request, says CPython since 3.13.
    value = made(shape, strides[: len(shape)], offset=1024)
    try:
        found = ask(value, flags)
    except BufferError as error:
        found = str(error)
    strides = [stride // 4 for stride in memoryview(value).strides]
    in_c, in_f = orders(shape, strides)
    has = lambda flag: flags & flag == flag
    refused = has(0x38) and not in_c or has(0x58) and not in_f or has(0x98) and not (in_c or in_f) or not has(0x18) and not in_c
    assert found == ORDER if refused else found[0] == 4 * int(np.prod(shape, dtype=int))
