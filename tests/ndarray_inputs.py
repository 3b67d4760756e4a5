"""Objects that a function which takes arrays is called with, by name."""

import array
import ctypes
import mmap
import os
import tempfile

import dlpack_by_hand
import numpy as np

MAKERS = {}
#: The arguments that the classes below were asked with.
LOG = []
_kept = []

ctypes.pythonapi.PyCapsule_New.restype = ctypes.py_object
ctypes.pythonapi.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class Boom(Exception):
    """What hostile classes raise."""


def add(name, make):
    assert name not in MAKERS
    MAKERS[name] = make


def zeros(kind="f4", shape=(2, 3), **how):
    return np.zeros(shape, kind, **how)


def fixed(a):
    a.flags.writeable = False
    return a


#: Whether NumPy speaks DLPack with versions.
VERSIONED = tuple(map(int, np.__version__.split(".")[:2])) >= (2, 1)


def dlpack(a, max_version=None):
    """`a.__dlpack__(..)`, of NumPy 2.0 too."""
    if VERSIONED:
        return a.__dlpack__(max_version=max_version)
    if max_version is None and not a.flags.writeable:
        raise BufferError("read-only")
    code = {"b": 6, "i": 0, "u": 1, "f": 2, "c": 5}[a.dtype.kind]
    strides = [stride // a.itemsize for stride in a.strides]
    return dlpack_by_hand.make(
        a, a.shape, strides, (code, a.itemsize * 8, 1), versioned=max_version is not None, read_only=not a.flags.writeable
    )[0]


def capsule(a, **how):
    _kept.append(a)
    del _kept[:-50]
    return dlpack(a, **how)


def other_capsule():
    return ctypes.pythonapi.PyCapsule_New(1, b"foo", None)


def used_capsule(versioned=False):
    return dlpack_by_hand.make(versioned=versioned, name=b"used_dltensor_versioned" if versioned else b"used_dltensor")[0]


def dlpack_class(body, name, module="__main__", **more):
    return type(name, (), {"__dlpack__": body, "__module__": module, **more})


for kind in ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", "F", "D", "G", ">f4", ">i4", "S3", "U2", "O", "M8[s]", "m8[s]", "V4"]:
    add(f"np.zeros((2,3),'{kind}')", lambda kind=kind: zeros(kind))
add("structured (2,) [('a','f4'),('b','i4')]", lambda: np.zeros(2, [("a", "f4"), ("b", "i4")]))
add("field view s['a'] stride 8 (f4 of 8B)", lambda: np.zeros(4, [("a", "f4"), ("b", "i4")])["a"])
add("field view s['a'] stride 5 (f4,u1)", lambda: np.zeros(4, [("a", "f4"), ("b", "u1")])["a"])
add("field view s['b'] f8 stride 12", lambda: np.zeros(4, [("a", "f4"), ("b", "f8")])["b"])
add("readonly f4 (2,3)", lambda: fixed(zeros()))
add("readonly f8 (2,3)", lambda: fixed(zeros("f8")))
add("readonly i4 (2,3)", lambda: fixed(zeros("i4")))
add("readonly F-order f4 (2,3)", lambda: fixed(zeros(order="F")))
add("0-d f4", lambda: np.array(1, "f4"))
add("0-d f8", lambda: np.array(1, "f8"))
add("(0,3) f4", lambda: zeros(shape=(0, 3)))
add("(0,3) f8", lambda: zeros("f8", (0, 3)))
add("(3,0) F f4", lambda: zeros(shape=(3, 0), order="F"))
add("(0,) f4", lambda: zeros(shape=0))
add("(5,) f4", lambda: zeros(shape=5))
add("(2,3) F f4", lambda: zeros(order="F"))
add("(2,3) F f8", lambda: zeros("f8", order="F"))
add("(3,2).T f4", lambda: zeros(shape=(3, 2)).T)
add("(1,3) f4", lambda: zeros(shape=(1, 3)))
add("(3,1) f4", lambda: zeros(shape=(3, 1)))
add("(1,1) f4 of [::2,::2]", lambda: zeros(shape=(2, 2))[::2, ::2])
add("[:, ::2] of (2,6) f4", lambda: zeros(shape=(2, 6))[:, ::2])
add("[::2] of (4,3) f4", lambda: zeros(shape=(4, 3))[::2])
add("[:, :3] of (2,6) f4", lambda: zeros(shape=(2, 6))[:, :3])
add("[:, ::2] of (2,6) f8", lambda: zeros("f8", (2, 6))[:, ::2])
add("[::-1] of (2,3) f4", lambda: zeros()[::-1])
add("[::-1] of (5,) f4", lambda: zeros(shape=5)[::-1])
add("[::-1] of (5,) f8", lambda: zeros("f8", 5)[::-1])
add("broadcast_to(f4 0-d,(2,3)) ro", lambda: np.broadcast_to(np.float32(1), (2, 3)))
add("as_strided zero strides writable f4", lambda: np.lib.stride_tricks.as_strided(zeros(shape=1), (2, 3), (0, 0)))
add("broadcast (3,)->(2,3) f4 ro", lambda: np.broadcast_to(zeros(shape=3), (2, 3)))
add("misaligned f4 bytearray off 1", lambda: np.frombuffer(bytearray(25), "f4", offset=1))
add("misaligned f4 (2,3) rw", lambda: np.frombuffer(bytearray(25), "f4", offset=1).reshape(2, 3))
add("(2,3,4) f4", lambda: zeros(shape=(2, 3, 4)))
add("(2,3,4) transpose(1,0,2) f4", lambda: zeros(shape=(3, 2, 4)).transpose(1, 0, 2))
add("32-d f4", lambda: zeros(shape=(1,) * 32))
add("64-d f4", lambda: zeros(shape=(1,) * 64))
for scalar in (np.float32, np.float64, np.int32, np.bool_, np.complex64):
    add(f"np.{'bool_' if scalar is np.bool_ else scalar.__name__}(1)", lambda scalar=scalar: scalar(1))
add("np.matrix f4 (2,3)", lambda: np.matrix(zeros()))
add("np.matrix f8", lambda: np.matrix(zeros("f8")))
add("np.ma f4 (2,3)", lambda: np.ma.array(zeros(), mask=False))
add("np.ma f8 (2,3)", lambda: np.ma.array(zeros("f8"), mask=True))
add("np.recarray view f4", lambda: zeros().view(np.recarray))


def memmap(kind, mode="w+"):
    handle, name = tempfile.mkstemp()
    os.close(handle)
    made = np.memmap(name, kind, "w+", shape=(2, 3))
    if mode == "r":
        made.flush()
        made = np.memmap(name, kind, "r", shape=(2, 3))
    os.unlink(name)
    return made


add("np.memmap f4 w+", lambda: memmap("f4"))
add("np.memmap f8 w+", lambda: memmap("f8"))
add("np.memmap f4 r", lambda: memmap("f4", "r"))


class My(np.ndarray):
    """A class of the user's."""


My.__module__ = "__main__"
add("user subclass of ndarray f4", lambda: zeros().view(My))
add("user subclass of ndarray f8", lambda: zeros("f8").view(My))
add("bytes", lambda: b"abcdefgh")
add("bytearray", lambda: bytearray(b"abcdefgh"))
add("b'' empty", lambda: b"")
add("memoryview(bytearray)", lambda: memoryview(bytearray(24)))
add("memoryview(bytes)", lambda: memoryview(bytes(24)))
for letter in "bBhHiIlLqQnNfd?cP":
    add(f"memoryview(bytearray(24)).cast('{letter}')", lambda letter=letter: memoryview(bytearray(24)).cast(letter))
add("memoryview cast('f',(2,3))", lambda: memoryview(bytearray(24)).cast("f", (2, 3)))
add("memoryview cast('d',(1,3))", lambda: memoryview(bytearray(24)).cast("d", (1, 3)))
add("memoryview cast('f',(2,3)) readonly", lambda: memoryview(bytearray(24)).cast("f", (2, 3)).toreadonly())
add("memoryview cast('@f')", lambda: memoryview(bytearray(24)).cast("@f"))
add("memoryview 0-d", lambda: memoryview(bytearray(4)).cast("f", ()))
add("memoryview('f')[::2]", lambda: memoryview(array.array("f", [1, 2, 3, 4]))[::2])
add("memoryview('f')[::-1]", lambda: memoryview(array.array("f", [1, 2, 3, 4]))[::-1])
add("memoryview(np >f4)", lambda: memoryview(zeros(">f4")))
add("memoryview(np c8) 'Zf'", lambda: memoryview(zeros("F")))
add("memoryview(np f2) 'e'", lambda: memoryview(zeros("e")))
add("memoryview(np F order f4)", lambda: memoryview(zeros(order="F")))
add("memoryview(np longdouble) 'g'", lambda: memoryview(zeros("g")))


def released():
    view = memoryview(bytearray(4))
    view.release()
    return view


add("released memoryview", released)
for letter in "bBhHiIlLqQfd":
    add(f"array.array('{letter}')", lambda letter=letter: array.array(letter, [1, 2, 3]))
add("mmap.mmap(-1,16)", lambda: mmap.mmap(-1, 16))
for name, thing in [("list", [1.0, 2.0]), ("nested list", [[1, 2, 3]]), ("tuple", (1.0,)), ("float", 1.0), ("int", 1), ("str", "x"), ("None", None)]:
    add(name, lambda thing=thing: thing)
add("object()", object)
add("np.float32 type", lambda: np.float32)
add("capsule unversioned f4", lambda: capsule(zeros()))
add("capsule versioned f4", lambda: capsule(zeros(), max_version=(1, 0)))
add("capsule versioned readonly f4", lambda: capsule(fixed(zeros()), max_version=(1, 0)))
add("capsule f8", lambda: capsule(zeros("f8")))
add("capsule F f4", lambda: capsule(zeros(order="F")))
add("capsule used (2nd import)", used_capsule)
add("capsule used versioned (2nd)", lambda: used_capsule(versioned=True))
add("capsule other name", other_capsule)


def logged(make):
    def body(self, **words):
        LOG.append(words)
        return dlpack(make(), **words)

    return body


def without_words(self):
    LOG.append("()")
    return zeros().__dlpack__()


def raiser(kind):
    def body(self, *args, **words):
        LOG.append((args, words))
        raise kind("boom")

    return body


def giver(value):
    def body(self, **words):
        LOG.append(words)
        return value

    return body


add("class __dlpack__(self) f4", dlpack_class(without_words, "NoWords"))
add("class __dlpack__(self,**k) f4", dlpack_class(logged(zeros), "Words"))
add("class __dlpack__(**k) f8", dlpack_class(logged(lambda: zeros("f8")), "Words8"))
add("class __dlpack__(**k) readonly f4", dlpack_class(logged(lambda: fixed(zeros())), "WordsFixed"))
for kind in (ValueError, TypeError, BufferError, RuntimeError):
    add(f"class __dlpack__ raises {kind.__name__}", dlpack_class(raiser(kind), "Raises" + kind.__name__))
for value in (None, 1, "x", [1]):
    add(f"class __dlpack__ returns {value!r}", dlpack_class(giver(value), "Gives"))
add("class __dlpack__ returns other capsule", dlpack_class(lambda self, **_: other_capsule(), "GivesOther"))
add("class __dlpack__ returns used capsule", dlpack_class(lambda self, **_: used_capsule(), "GivesUsed"))
add("class __dlpack__=None", dlpack_class(None, "NoDlpack"))
add("class staticmethod __dlpack__", dlpack_class(staticmethod(lambda *_, **words: dlpack(zeros(), **words)), "Static"))
add("class classmethod __dlpack__", dlpack_class(classmethod(lambda *_, **words: dlpack(zeros(), **words)), "OfClass"))
add("class property __dlpack__", dlpack_class(property(lambda self: lambda **words: dlpack(zeros(), **words)), "Property"))


class OfInstance:
    def __init__(self):
        self.__dlpack__ = zeros().__dlpack__


class Getattr:
    def __getattr__(self, name):
        return getattr(zeros(), name)


class Interface:
    __array_interface__ = zeros().__array_interface__

    def __array__(self, *_, **__):
        return zeros()


add("instance attribute __dlpack__", OfInstance)
add("class __getattr__ only", Getattr)
add("class __array__/__array_interface__ only", Interface)


def astype(self, *args):
    LOG.append(("astype", *args))
    return zeros(args[0])


def fake(module, convert=astype):
    return dlpack_class(logged(lambda: zeros("f8")), "Fake", module, astype=convert)


add("class f8, __module__='numpy', astype", fake("numpy"))
add("class f8, __module__='numpyfoo', astype", fake("numpyfoo"))
add("class f8, __module__='numpy', astype raises", fake("numpy", lambda *_: 1 / 0))
add("class f8, __module__='numpy', astype returns f8", fake("numpy", lambda *_: zeros("f8")))
add("class f8, __module__='cupy', astype", fake("cupy.x"))
add("class f8, __module__='jaxlib', astype", fake("jaxlib._jax"))
