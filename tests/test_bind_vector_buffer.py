"""The buffer protocol of bound vectors of plain numbers."""

import array
import ctypes
import gc
import hashlib
import pickle
import struct
import sys
import weakref

import pytest
import test_bind_vector_buffer_ext as t
from hypothesis import given
from hypothesis import strategies as st

FORMATS = {"f32": "f", "i8": "b", "i16": "h", "i32": "i", "i64": "q", "isize": "n", "u8": "B", "u32": "I", "u64": "Q", "usize": "N", "bool": "?"}
#: The request flags of the C API.
SIMPLE, WRITABLE, FORMAT, ND, STRIDES, C, F, ANY, INDIRECT = 0, 1, 4, 8, 0x18, 0x38, 0x58, 0x98, 0x118

EXPORTED = r"cannot be changed while a buffer of it exists, such as a memoryview or an array: release that first"


class View(ctypes.Structure):
    """`Py_buffer`."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    ]


def asked(ob, flags):
    """What a consumer in C gets that asks so."""
    view = View()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(ob), ctypes.byref(view), ctypes.c_int(flags))
    try:
        shape, strides = (list(pointer[:1]) if pointer else None for pointer in (view.shape, view.strides))
        return ctypes.string_at(view.buf, view.len), view.itemsize, view.readonly, view.ndim, view.format, shape, strides, bool(view.suboffsets)
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))


def test_a_memoryview_sees_the_numbers_where_they_are():
    numbers = t.Doubles([1.5, -2.0, 3.0])
    with memoryview(numbers) as view:
        assert view.format == "d" and view.itemsize == 8 and view.shape == (3,) and view.strides == (8,) and view.ndim == 1
        assert view.readonly and view.c_contiguous and view.f_contiguous and view.contiguous and view.nbytes == 24
        assert view.obj is numbers and view.tolist() == [1.5, -2.0, 3.0] and view[1] == -2.0 and view[::2].tolist() == [1.5, 3.0]
        assert bytes(view) == struct.pack("3d", 1.5, -2, 3)
    assert bytes(numbers) == struct.pack("3d", 1.5, -2, 3)
    assert array.array("d", bytes(numbers)).tolist() == list(numbers)
    assert hashlib.sha256(numbers).digest() == hashlib.sha256(struct.pack("3d", 1.5, -2, 3)).digest()
    assert b"".join([numbers, b"!"]) == bytes(numbers) + b"!"


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_number(name):
    values = [False, True, True] if name == "bool" else [0, 1, 100]
    numbers = getattr(t, name)(values)
    with memoryview(numbers) as view:
        assert view.format == FORMATS[name] and view.itemsize == struct.calcsize(FORMATS[name]) and view.nbytes == 3 * view.itemsize
        assert bytes(view) == struct.pack("3" + FORMATS[name], *values)
        assert view.tolist() == values


@pytest.mark.parametrize("name", ["Queue", "Names", "Maybes", "Letters"])
def test_what_does_not_lie_in_a_row_or_is_no_number_has_none(name):
    vector = getattr(t, name)()
    with pytest.raises(TypeError, match="a bytes-like object is required"):
        memoryview(vector)
    assert not hasattr(type(vector), "__buffer__")


def test_slots_of_the_class_win():
    with pytest.raises(BufferError, match="^my own$"):
        memoryview(t.Own())


@pytest.mark.parametrize("name", ["Doubles", "Queue", "Maybes"])
def test_reversed(name):
    assert list(reversed(getattr(t, name)([1, 2, 3]))) == [3, 2, 1]


def test_an_empty_one():
    numbers = t.Doubles()
    assert memoryview(numbers).tolist() == [] and bytes(numbers) == b"" and memoryview(numbers).shape == (0,)
    numbers.append(1)


def test_nobody_changes_the_vector_meanwhile():
    numbers = t.Doubles([1, 2])
    view = memoryview(numbers)
    changes = [
        lambda: numbers.append(1),
        lambda: numbers.extend([1]),
        lambda: numbers.insert(0, 1),
        lambda: numbers.pop(),
        lambda: numbers.clear(),
        lambda: numbers.sort(),
        lambda: numbers.remove(1),
        lambda: numbers.__setitem__(0, 5),
        lambda: numbers.__setitem__(slice(0, 1), [5]),
        lambda: numbers.__delitem__(0),
        lambda: numbers.__delitem__(slice(None)),
        lambda: t.push(numbers, 1),
    ]
    for change in changes:
        with pytest.raises(BufferError, match=EXPORTED):
            change()
    for take in (t.take, t.take_box, t.share):
        # A value that is taken out would leave the buffer without.
        try:
            take(numbers)
        except (RuntimeError, BufferError, TypeError):
            pass
        assert view.tolist() == [1, 2]
    assert list(numbers) == [1, 2] and numbers[0] == 1 and t.total(numbers) == 3 and numbers == [1, 2] and t.Doubles(numbers) == numbers
    assert pickle.loads(pickle.dumps(numbers)) == numbers
    view.release()
    numbers.append(3)
    assert list(numbers) == [1, 2, 3]


def test_the_message_names_the_function_and_the_class():
    numbers = t.Doubles([1])
    view = memoryview(numbers)
    with pytest.raises(BufferError) as raised:
        t.push(numbers, 1)
    assert str(raised.value) == f"push(): argument 1 (of class test_bind_vector_buffer_ext.Doubles) {EXPORTED}"
    with pytest.raises(RuntimeError, match="refer to the same"):
        view.release()
        t.both(numbers, numbers)


def test_several_buffers_are_counted():
    numbers = t.Doubles([1])
    views = [memoryview(numbers) for _ in range(5)]
    while views:
        with pytest.raises(BufferError):
            numbers.append(2)
        views.pop().release()
    numbers.append(2)


def test_parts_of_a_view_keep_it():
    numbers = t.Doubles([1, 2, 3])
    part = memoryview(numbers)[1:].cast("B")
    with pytest.raises(BufferError):
        numbers.clear()
    assert bytes(part) == struct.pack("2d", 2, 3)
    del part
    numbers.clear()


def test_one_that_is_being_changed_has_none():
    numbers = t.Doubles([1])

    def look():
        assert memoryview(numbers).tolist() == [1.0]

    assert t.__dict__["with"](numbers, look) == (1, 1)
    home = t.Home()
    iterator = iter(numbers)
    view = memoryview(numbers)
    assert next(iterator) == 1
    del view
    home.push(1)


def test_it_is_read_only():
    numbers = t.Doubles([1])
    with pytest.raises(TypeError, match="cannot modify read-only memory"):
        memoryview(numbers)[0] = 5
    with pytest.raises(BufferError, match="^the buffer of a test_bind_vector_buffer_ext.Doubles is read-only: assign to its elements, or copy them into an array first$"):
        asked(numbers, WRITABLE)
    with pytest.raises(TypeError):
        (ctypes.c_double * 1).from_buffer(numbers)
    with pytest.raises((TypeError, BufferError)):
        struct.pack_into("d", numbers, 0, 1.0)
    numbers.append(1)


@pytest.mark.parametrize("flags", [SIMPLE, FORMAT, ND, STRIDES, C, F, ANY, INDIRECT, FORMAT | ND, FORMAT | INDIRECT])
@pytest.mark.row("LIV-02")
def test_all_requests(flags):
    numbers = t.Doubles([1, 2])
    data, itemsize, readonly, ndim, format, shape, strides, suboffsets = asked(numbers, flags)
    assert (data, itemsize, readonly, ndim, suboffsets) == (struct.pack("2d", 1, 2), 8, 1, 1, False)
    assert format == (b"d" if flags & FORMAT else None)
    assert shape == ([2] if flags & ND else None)
    assert strides == ([8] if flags & 0x10 else None)
    with pytest.raises(BufferError):
        asked(numbers, flags | WRITABLE)
    numbers.append(3)


def test_a_consumer_that_gives_no_view():
    with pytest.raises(BufferError, match="there is no buffer to be had"):
        get = ctypes.pythonapi.PyObject_GetBuffer
        get(ctypes.py_object(t.Doubles([1])), None, 0)


def test_it_keeps_the_vector():
    numbers = t.Doubles([7])
    gone = weakref.ref(numbers)
    view = memoryview(numbers)
    del numbers
    gc.collect()
    assert gone() is not None and view.tolist() == [7]
    view.release()
    del view
    gc.collect()
    assert gone() is None


def test_the_collector_sees_a_cycle_through_a_view():
    numbers = t.Doubles([7])
    numbers.view = memoryview(numbers)
    numbers.again = numbers.view[:]
    gone = weakref.ref(numbers)
    del numbers
    gc.collect()
    assert gone() is None


def test_the_collector_looks_into_a_value_that_only_buffers_read():
    class Node:
        pass

    node = Node()
    gone = weakref.ref(node)
    node.holder = t.Holder(node)
    node.views = [memoryview(node.holder.numbers), memoryview(node.holder.numbers)]
    kept = node.views[0]
    del node
    gc.collect()
    assert gone() is not None and kept.tolist() == [1]
    del kept
    gc.collect()
    gc.collect()
    assert gone() is None


def test_counts_of_references():
    numbers = t.Doubles([7])
    before = sys.getrefcount(numbers)
    view = memoryview(numbers)
    assert sys.getrefcount(numbers) == before + 1
    view.release()
    assert sys.getrefcount(numbers) == before


def test_a_field_has_one_too():
    home = t.Home()
    home.push(1)
    home.push(2)
    view = memoryview(home.doubles)
    assert view.tolist() == [1, 2]
    with pytest.raises(BufferError, match=r"^push\(\): self \(of class test_bind_vector_buffer_ext.Home\) " + EXPORTED):
        home.push(3)
    with pytest.raises(BufferError):
        home.doubles = t.Doubles()
    del home
    gc.collect()
    assert view.tolist() == [1, 2]


def test_a_reference_made_of_a_mut_has_one_and_nobody_else_looks():
    home = t.Home()
    home.push(1)
    plain = home.plain
    with memoryview(plain) as view:
        assert view.tolist() == [1]
        with pytest.raises(BufferError, match="cannot be changed"):
            home.push(2)
        with pytest.raises(BufferError, match="cannot be used while a buffer"):
            t.total(home.doubles)
    assert t.total(home.doubles) == 1
    home.push(2)
    # The getter is asked again.
    assert memoryview(plain).tolist() == [1, 2]


def test_one_behind_a_lock_has_none():
    with pytest.raises(BufferError, match="^a test_bind_vector_buffer_ext.Doubles behind a lock has no buffer: copy it first$"):
        memoryview(t.Home().locked)


def test_a_half_made_one_has_none():
    class Half(t.Doubles):
        def __init__(self):
            with pytest.raises(RuntimeError):
                memoryview(self)
            super().__init__([1])

    assert memoryview(Half()).tolist() == [1]
    with pytest.raises(RuntimeError):
        memoryview(t.Doubles.__new__(t.Doubles))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python code has no part in the protocol before 3.12")
def test_python_code_has_a_part_in_it():
    numbers = t.Doubles([1])
    view = numbers.__buffer__(0)
    assert bytes(view) == struct.pack("d", 1)
    with pytest.raises(BufferError):
        numbers.append(1)
    view.release()
    released = []

    class Own(t.Doubles):
        def __buffer__(self, flags):
            return super().__buffer__(flags)

        def __release_buffer__(self, view):
            released.append(1)
            super().__release_buffer__(view)

    own = Own([3])
    with memoryview(own) as view:
        assert bytes(view) == struct.pack("d", 3)
        with pytest.raises(BufferError):
            own.append(1)
    own.append(1)
    assert released == [1]


@given(st.lists(st.floats()), st.lists(st.sampled_from(["view", "release", "append", "pop", "part"]), max_size=12))
def test_the_vector_changes_when_nobody_looks(values, steps):
    numbers, model, views = t.Doubles(values), list(values), []
    for step in steps:
        if step == "view":
            views.append(memoryview(numbers))
        elif step == "part" and views:
            views.append(views[-1][1:])
        elif step == "release" and views:
            views.pop(0).release()
        elif step in ("append", "pop") and (step == "append" or model):
            if any(view for view in views):
                with pytest.raises(BufferError):
                    numbers.append(1.0) if step == "append" else numbers.pop()
            elif views == []:
                numbers.append(1.0) if step == "append" else numbers.pop()
                model.append(1.0) if step == "append" else model.pop()
        assert bytes(numbers) == struct.pack(f"{len(model)}d", *model)
