# cython: language_level=3, binding=False
"""The benchmark's module, written with Cython."""

cimport cython
from cython.view cimport array as cython_array
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libcpp.string cimport string
from libcpp.unordered_map cimport unordered_map
from libcpp.vector cimport vector


cdef extern from *:
    """
    static inline int wrapping_add(int a, int b) { return (int) ((unsigned) a + (unsigned) b); }
    """
    int wrapping_add(int a, int b)


def noargs():
    pass


def add(int a, int b, /):
    return wrapping_add(a, b)


def named(int a, int b=1):
    return wrapping_add(a, b)


def mixed(uint16_t a, int32_t b, uint32_t c, int64_t d, uint64_t e, float f, /):
    return <double> a + b + c + <double> d + <double> e + f


def text(str s, /):
    # Like the others, a C++ string in between. The encoding is what Cython's users write for it.
    cdef string value = s.encode("utf-8")
    return value.decode("utf-8")


def floats(vector[double] values, /):
    return values


def table(dict values, /):
    cdef unordered_map[string, int] entries
    cdef int total = 0
    for key, value in values.items():
        entries[(<str?> key).encode("utf-8")] = value
    for entry in entries:
        total = wrapping_add(total, entry.second)
    return total


def maybe(value=None):
    if value is None:
        return None
    cdef int number = value
    return number


def over(value, /):
    cdef int number
    if isinstance(value, int):
        number = value
        return 1
    if isinstance(value, float):
        return 2
    if isinstance(value, str):
        return 3
    raise TypeError("an int, a float or a str is needed")


def callback(f, int x, /):
    return f(x)


def fail():
    raise ValueError("this always fails")


class OwnError(Exception):
    pass


def fail_own():
    raise OwnError("this always fails")


# What native code does with Python objects, a hundred times a call.


def read_attr(o, /):
    cdef int total = 0
    cdef int value
    for _ in range(100):
        value = o.value
        total = wrapping_add(total, value)
    return total


def write_attr(o, /):
    cdef int i
    for i in range(100):
        o.value = i


def walk_dict(dict d, /):
    cdef int total = 0
    cdef int number
    for key, value in d.items():
        number = value
        total = wrapping_add(total, number)
    return total


def walk_list(list l, /):
    cdef int total = 0
    cdef int number
    for value in l:
        number = value
        total = wrapping_add(total, number)
    return total


def make_list():
    cdef int i
    cdef list l = []
    for i in range(100):
        l.append(i)
    return l


def make_tuple():
    cdef int i
    return tuple([i for i in range(100)])


def call_keyword(f, /):
    return f(1, 2, c=3)


cdef class Item:
    cdef int number

    def __init__(self, int value, /):
        self.number = value

    def get(self):
        return self.number

    def plus(self, int by, /):
        return wrapping_add(self.number, by)

    @staticmethod
    def twice(int x, /):
        return <int> (<unsigned> x * 2u)

    @property
    def value(self):
        return self.number

    @value.setter
    def value(self, int value):
        self.number = value

    def __add__(self, other):
        if not isinstance(other, Item):
            return NotImplemented
        return make(wrapping_add(self.number, (<Item> other).number))

    def __eq__(self, other):
        if not isinstance(other, Item):
            return NotImplemented
        return self.number == (<Item> other).number

    def __len__(self):
        return self.number


cdef Item make(int value):
    cdef Item item = Item.__new__(Item)
    item.number = value
    return item


def take(Item item not None, /):
    return item.number


def both(Item a not None, Item b not None, /):
    return a.number + b.number


def adder(int by, /):
    def add(int x, /):
        return x + by

    return add


def give():
    return make(7)


cdef class Numbers:
    cdef vector[int] values

    def __len__(self):
        return self.values.size()

    def __getitem__(self, Py_ssize_t index):
        cdef Py_ssize_t count = <Py_ssize_t> self.values.size()
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise IndexError()
        return self.values[<size_t> index]

    def __setitem__(self, Py_ssize_t index, int value):
        cdef Py_ssize_t count = <Py_ssize_t> self.values.size()
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise IndexError()
        self.values[<size_t> index] = value

    def append(self, int value, /):
        self.values.push_back(value)

    def __iter__(self):
        cdef size_t at = 0
        while at < self.values.size():
            yield self.values[at]
            at += 1


def numbers(int count, /):
    cdef Numbers made = Numbers.__new__(Numbers)
    cdef int value
    for value in range(count):
        made.values.push_back(value)
    return made


# Makes its items anew when Python asks for them.
cdef class Items:
    cdef vector[int] values

    def __iter__(self):
        cdef size_t at = 0
        while at < self.values.size():
            yield make(self.values[at])
            at += 1


def items(int count, /):
    cdef Items made = Items.__new__(Items)
    cdef int value
    for value in range(count):
        made.values.push_back(value)
    return made


cdef class Outer:
    cdef int item

    def __init__(self):
        self.item = 5

    @property
    def item(self):
        cdef Child child = Child.__new__(Child)
        child.owner = self
        return child

    def child(self):
        cdef Child child = Child.__new__(Child)
        child.owner = self
        return child


# An item inside an Outer, which it keeps alive.
cdef class Child:
    cdef Outer owner

    def get(self):
        return self.owner.item

    @property
    def value(self):
        return self.owner.item

    @value.setter
    def value(self, int value):
        self.owner.item = value


# NumPy is imported by the first function that needs it: the import of this module is measured too.
cdef object numpy = None


cdef object asarray(o):
    global numpy
    if numpy is None:
        import numpy as imported
        numpy = imported
    return numpy.asarray(o)


def array_in(double[:] a not None, /):
    return a.shape[0]


def array_out():
    cdef double *block = <double *> malloc(16 * sizeof(double))
    if not block:
        raise MemoryError()
    cdef int i
    for i in range(16):
        block[i] = i
    cdef cython_array a = <double[:16]> block
    a.callback_free_data = free
    return asarray(a)


@cython.boundscheck(False)
@cython.wraparound(False)
def array_sum(float[:, ::1] a not None, /):
    cdef float total = 0
    cdef Py_ssize_t i, j
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j]
    return total


@cython.boundscheck(False)
@cython.wraparound(False)
def array_scale(float[:, ::1] a not None, float factor, /):
    cdef Py_ssize_t i, j
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            a[i, j] *= factor


# A class whose memory Python sees as an array. A buffer keeps its object alive, and so does the array made of it.
cdef class Matrix:
    cdef float cells[4][4]
    cdef Py_ssize_t shape[2]
    cdef Py_ssize_t strides[2]

    def __cinit__(self):
        self.shape[0] = self.shape[1] = 4
        self.strides[0] = 4 * sizeof(float)
        self.strides[1] = sizeof(float)

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        buffer.obj = self
        buffer.buf = &self.cells[0][0]
        buffer.len = sizeof(self.cells)
        buffer.itemsize = sizeof(float)
        buffer.readonly = 0
        buffer.format = b"f"
        buffer.ndim = 2
        buffer.shape = self.shape
        buffer.strides = self.strides
        buffer.suboffsets = NULL
        buffer.internal = NULL

    def view(self):
        return asarray(self)
