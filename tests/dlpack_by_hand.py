"""DLPack capsules made by hand, right or wrong, that count how often they are freed; and what a consumer in C sees of a buffer."""

import ctypes

import numpy as np

_new = ctypes.pythonapi.PyCapsule_New
_new.restype = ctypes.py_object
_new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_name = ctypes.pythonapi.PyCapsule_GetName
_name.restype = ctypes.c_char_p
_name.argtypes = [ctypes.py_object]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_valid = ctypes.pythonapi.PyCapsule_IsValid
_valid.argtypes = [ctypes.py_object, ctypes.c_char_p]
# During the destructor nobody may hold on to the capsule: its address will do.
_in_destructor = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
_is_in_destructor = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)(("PyCapsule_IsValid", ctypes.pythonapi))


class Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p), ("device", ctypes.c_int32), ("device_id", ctypes.c_int32), ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16), ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class Managed(ctypes.Structure):
    _fields_ = [("tensor", Tensor), ("manager", ctypes.c_void_p), ("deleter", ctypes.c_void_p)]


class Versioned(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("manager", ctypes.c_void_p), ("deleter", ctypes.c_void_p), ("flags", ctypes.c_uint64),
        ("tensor", Tensor),
    ]


FREED = []
#: All tensors, by address: they outlive what may still point to them.
TENSORS = {}
DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@DELETER
def _free(address):
    FREED.append(address)
    after = TENSORS[address]["after"]
    if after is not None:
        after()


@ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
def _destructor(capsule):
    for name in (b"dltensor", b"dltensor_versioned"):
        if _is_in_destructor(capsule, name):
            _free(_in_destructor(capsule, name))


def name_of(capsule):
    return _name(capsule)


def tensor_in(capsule):
    """The structure in a capsule, whoever made it."""
    for name, kind in [(b"dltensor", Managed), (b"dltensor_versioned", Versioned)]:
        if _valid(capsule, name):
            return kind.from_address(_pointer(capsule, name))
    raise ValueError("not a fresh capsule")


def make(
    data=None, shape=(3,), strides=None, dtype=(2, 32, 1), device=(1, 0), offset=0, ndim=None, versioned=False, version=(1, 0), read_only=False,
    deleter=True, name=None, destructor=True, after=None,
):
    """A capsule, and the address of its tensor, by which `freed` knows it. `shape` and `strides` may be None, which is a null pointer."""
    if data is None:
        data = np.zeros(4096, "u1")
    numbers = [None if one is None else (ctypes.c_int64 * max(len(one), 1))(*one) for one in (shape, strides)]
    made = (Versioned if versioned else Managed)()
    made.tensor.data = data.ctypes.data if isinstance(data, np.ndarray) else data
    made.tensor.device, made.tensor.device_id = device
    made.tensor.ndim = len(shape or ()) if ndim is None else ndim
    made.tensor.code, made.tensor.bits, made.tensor.lanes = dtype
    for field, one in zip(("shape", "strides"), numbers):
        if one is not None:
            setattr(made.tensor, field, ctypes.cast(one, ctypes.POINTER(ctypes.c_int64)))
    made.tensor.byte_offset = offset
    made.deleter = ctypes.cast(_free, ctypes.c_void_p).value if deleter else None
    if versioned:
        made.major, made.minor = version
        made.flags = int(read_only)
    address = ctypes.addressof(made)
    TENSORS[address] = {"tensor": made, "data": data, "numbers": numbers, "after": after}
    if name is None:
        name = b"dltensor_versioned" if versioned else b"dltensor"
    TENSORS[address]["name"] = name
    return _new(address, name, ctypes.cast(_destructor, ctypes.c_void_p).value if destructor else None), address


def freed(address):
    """How often the deleter of the tensor was called."""
    return FREED.count(address)


class Gives:
    """`__dlpack__` gives this capsule, whatever it is asked for."""

    def __init__(self, capsule):
        self.capsule = capsule

    def __dlpack__(self, **_):
        return self.capsule


class View(ctypes.Structure):
    """`Py_buffer`."""

    _fields_ = [
        ("buf", ctypes.c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int), ("format", ctypes.c_char_p), ("shape", ctypes.POINTER(ctypes.c_ssize_t)), ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)), ("internal", ctypes.c_void_p),
    ]
