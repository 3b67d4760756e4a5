"""Capsules and buffers that say what cannot be, and `__dlpack__` that does what it should not: nothing crashes, nothing is freed twice."""

import gc
import threading

import numpy as np
import pytest
import test_ndarrays_hostile_ext as h
import test_ndarrays_in_ext as t
import test_ndarrays_out_ext as out
import test_ndarrays_policies_ext as p
from dlpack_by_hand import Gives, freed, make, name_of
from hypothesis import given
from hypothesis import strategies as st
from ndarray_inputs import dlpack, dlpack_class, zeros

HEAD = "incompatible function arguments"
EVERYTHING = [t.any, t.f, t.f_nc, t.cf, t.ro, t.fC, t.fF2, t.fx3, t.f0, t.f_same, t.ro_same, t.oid, t.inspect, t.shown, p.any, p.to_numpy]


def refuses(function, value):
    with pytest.raises(TypeError, match=HEAD):
        function(value)
    return True


WRONG = {
    "negative size": {"shape": (-1,)}, "negative sizes": {"shape": (-1, -3)}, "least size": {"shape": (-(2**63),)}, "129 dimensions": {"shape": (1,) * 129},
    "negative dimensions": {"ndim": -1}, "least number of dimensions": {"ndim": -(2**31)}, "most dimensions": {"ndim": 2**31 - 1}, "null shape": {"shape": None, "ndim": 2},
    "huge size": {"shape": (2**62,)}, "huge product": {"shape": (2**32, 2**32)}, "product that wraps": {"shape": (2**33, 2**33, 2**62)},
    "huge product with 0": {"shape": (2**62, 0, 2**62)}, "huge stride": {"shape": (2, 2), "strides": (2**61, 1)}, "least stride": {"shape": (2,), "strides": (-(2**63),)},
    "most stride": {"shape": (3,), "strides": (2**63 - 1,)}, "strides that wrap": {"shape": (2, 2, 2), "strides": (2**60, 2**60, 2**60)}, "null data": {"data": 0},
    "no lanes": {"dtype": (2, 32, 0)}, "huge offset": {"offset": 2**63}, "most offset": {"offset": 2**64 - 1}, "end of memory": {"data": 2**64 - 4},
    "before memory": {"data": 64, "strides": (-64,)},
}


@pytest.mark.row("NDA-03", "NDA-36", "NDA-37", "nd-30", "nd-31")
@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("name", WRONG)
def test_tensors_that_cannot_be(name, versioned):
    capsule, key = make(versioned=versioned, **WRONG[name])
    for function in EVERYTHING:
        assert refuses(function, capsule) and refuses(function, Gives(capsule))
    assert name_of(capsule) in (b"dltensor", b"dltensor_versioned") and freed(key) == 0
    del capsule
    gc.collect()
    assert freed(key) == 1


@pytest.mark.row("NDA-03", "NDA-38", "nd-19")
def test_tensors_that_look_odd_and_are_not():
    for words, seen in [
        ({"shape": (2, 3), "strides": None}, ([2, 3], [3, 1])), ({"shape": (), "strides": None}, ([], [])), ({"shape": None, "ndim": 0}, ([], [])),
        ({"data": 0, "shape": (0, 3)}, ([0, 3], [3, 1])), ({"data": 0, "shape": (2, 0)}, ([2, 0], [0, 1])), ({"shape": (2, 2), "strides": (0, 0)}, ([2, 2], [0, 0])),
        ({"shape": (1,) * 128}, ([1] * 128, [1] * 128)), ({"shape": (0,), "strides": (2**63 - 1,)}, ([0], [2**63 - 1])), ({"shape": (2,), "strides": (-1,), "offset": 64}, ([2], [-1])),
        ({"shape": (1,), "strides": (2**40,)}, ([1], [2**40])), ({"shape": (2**40,), "data": 4096, "device": (2, 0)}, ([2**40], [1])),
    ]:
        for versioned in (False, True):
            capsule, key = make(versioned=versioned, **words)
            assert t.any(capsule)[1:3] == seen and freed(key) == 1
    # Null strides are C order, and Fortran's if at most one axis is longer than 1.
    for shape, fits in [((2, 3), False), ((1, 3), True), ((3, 1), True), ((5, 0), True)]:
        capsule, _ = make(shape=shape, strides=None)
        if fits:
            assert t.fF2(capsule)[1] == list(shape)
        else:
            assert refuses(t.fF2, capsule) and t.fC(capsule)[2] == [3, 1]


@pytest.mark.row("NDA-06", "NDA-03", "nd-51")
def test_other_devices_offsets_and_lanes():
    data = np.arange(16, dtype="f4")
    assert t.any(make(data, offset=8, shape=(2,))[0])[0] == data.ctypes.data + 8 and t.inspect(make(data, offset=8)[0])[4] == (data.ctypes.data + 8, data.ctypes.data, 8)
    assert h.sum_after(make(data, offset=8, shape=(2,))[0], lambda: None) == 5
    for device in [(2, 0), (2, 7), (8, 0), (0, 0), (-1, 0), (999, -5)]:
        assert t.any(make(data, device=device)[0])[4] == device and refuses(t.fcpu, make(data, device=device)[0])
    for lanes in (2, 4, 65535):
        capsule, _ = make(data, dtype=(2, 32, lanes), shape=(1,))
        assert refuses(t.f, capsule) and t.any(capsule)[3] == (2, 32, lanes)
    for dtype in [(2, 0, 1), (99, 255, 1), (0, 1, 1), (255, 255, 65535)]:
        capsule, key = make(data, dtype=dtype, shape=(1,))
        assert refuses(t.f, capsule) and t.any(capsule)[3] == dtype and freed(key) == 1


@pytest.mark.row("NDA-23", "NDA-41", "NDA-03")
def test_other_versions():
    for major, minor, good in [(1, 0, True), (1, 1, True), (1, 99, True), (0, 8, False), (2, 0, False), (2**32 - 1, 0, False)]:
        capsule, key = make(versioned=True, version=(major, minor))
        if good:
            assert t.f(capsule)[1] == [3] and freed(key) == 1
        else:
            assert refuses(t.f, capsule) and refuses(t.f, Gives(capsule)) and freed(key) == 0
    # What it is in decides, whatever was asked for.
    for function in (t.f, t.cf):
        for versioned in (False, True):
            assert function(Gives(make(versioned=versioned)[0]))[1] == [3]


@pytest.mark.row("NDA-37", "nd-31", "nd-53")
def test_deleters():
    capsule, key = make(deleter=False)
    assert t.f(capsule)[1] == [3] and freed(key) == 0
    # One that raises is not heard, one that calls back is.
    def again():
        assert t.f(zeros())[1] == [2, 3]

    capsule, key = make(after=again)
    assert t.f(capsule)[1] == [3] and freed(key) == 1
    capsule, key = make()
    kept = p.to_numpy(capsule)
    view = kept[1:]
    del kept, capsule
    gc.collect()
    assert freed(key) == 0 and view.tolist() == [0, 0]
    del view
    gc.collect()
    assert freed(key) == 1
    # A refused conversion frees what it has taken.
    capsule, key = make(dtype=(2, 64, 1))
    kind = dlpack_class(lambda self, **_: capsule, "F", "numpy", astype=lambda self, *_: 1)
    assert refuses(t.f, kind())
    capsule, key = make(dtype=(2, 64, 1))
    middle, other = make()
    kind = dlpack_class(lambda self, **_: capsule, "F", "numpy", astype=lambda self, *_: Gives(middle))
    assert t.f(kind())[1] == [3] and freed(other) == 1
    del capsule
    gc.collect()
    assert freed(key) == 1


@pytest.mark.row("nd-30", "NDA-03")
def test_dlpack_that_calls_the_function_again():
    depth = []

    class Again:
        def __dlpack__(self, **words):
            depth.append(1)
            if len(depth) < 20:
                assert t.f(self)[1] == [2, 3]
            return dlpack(zeros(), **words)

    assert t.f(Again())[1] == [2, 3] and len(depth) == 20

    class Forever:
        def __dlpack__(self, **words):
            return t.f(self)

    with pytest.raises(RecursionError):
        t.f(Forever())


@pytest.mark.row("nd-30", "NDA-03")
def test_dlpack_that_lets_go_of_its_object():
    class Drops:
        def __dlpack__(self, **words):
            holder.clear()
            gc.collect()
            return dlpack(np.ones(3, "f4"), **words)

        def __del__(self):
            gone.append(1)

    gone = []
    for function in (t.f, t.cf, t.ro, t.f_ov, p.any):
        holder = [Drops()]
        function(*holder)
        del function
        gc.collect()
    assert len(gone) == 5
    # The arguments of a call are its own.
    values = [zeros(), Drops()]

    class Clears:
        def __dlpack__(self, **words):
            values.clear()
            gc.collect()
            return dlpack(np.ones(3, "f4"), **words)

    values = [zeros(), Clears()]
    assert h.both(*values) == ([2, 3], [3])
    values = [Clears(), "text" * 3]
    assert h.both_strings(*values) == ([3], "texttexttext")


@pytest.mark.filterwarnings("ignore:Setting the shape")
@pytest.mark.row("nd-30", "NDA-03")
def test_dlpack_that_changes_other_arguments():
    value = np.zeros((4, 6), "f4")

    class Reshapes:
        def __dlpack__(self, **words):
            value.shape = (24,)
            return dlpack(np.ones(3, "f4"), **words)

    # What was described before holds.
    assert h.both(value, Reshapes()) == ([4, 6], [3]) and value.shape == (24,)
    value = np.zeros(8, "f4")

    class Resizes:
        def __dlpack__(self, **words):
            with pytest.raises(ValueError):
                value.resize(10**6)
            return dlpack(np.ones(3, "f4"), **words)

    assert h.both(value, Resizes()) == ([8], [3])


@pytest.mark.row("nd-30", "nd-31", "NDA-37")
def test_dlpack_that_gives_odd_things():
    capsule, key = make()
    twice = Gives(capsule)
    with pytest.raises(TypeError, match=HEAD):
        h.both(twice, twice)
    # Whoever took it first has it, and lets go of it.
    assert freed(key) == 1 and name_of(capsule) == b"used_dltensor"
    for thing in (None, 1, "x", [], zeros(), zeros, make()[0].__class__, object(), memoryview(b"abc"), Gives(make()[0]), t.mine):
        assert refuses(t.f, Gives(thing)) and refuses(t.cf, Gives(thing))
    # It may be a method of anything.
    for body in (zeros().__dlpack__, staticmethod(lambda **words: dlpack(zeros(), **words)), type("Callable", (), {"__call__": lambda self, **words: dlpack(zeros(), **words)})()):
        assert t.f(type("Odd", (), {"__dlpack__": body})())[1] == [2, 3]
    for body in (None, 1, "x", property(lambda self: 1 / 0)):
        assert refuses(t.f, type("Odd", (), {"__dlpack__": body})())


@pytest.mark.row("nd-30", "NDA-03")
def test_dlpack_that_replaces_itself():
    class Changes:
        def __dlpack__(self, **words):
            del Changes.__dlpack__
            self.__class__ = Other
            return dlpack(zeros(), **words)

    class Other:
        pass

    assert t.f(Changes())[1] == [2, 3] and refuses(t.f, Other())


@pytest.mark.row("nd-24", "NDA-03")
def test_conversions_that_give_odd_things():
    def converting(result):
        return dlpack_class(lambda self, **words: dlpack(zeros("f8"), **words), "F", "numpy", astype=lambda self, *_: result)()

    for result in (None, 1, "x", zeros("f8"), zeros("i4"), zeros(shape=3).__dlpack__, [1.0]):
        assert refuses(t.f, converting(result))
    assert refuses(t.f, recursive := converting(None)) and recursive
    # What comes is looked at anew: another shape, or read-only.
    assert refuses(t.fx3, converting(zeros(shape=(2, 4)))) and t.f(converting(zeros(shape=7)))[1] == [7] and refuses(t.f, converting(np.broadcast_to(np.float32(1), 3)))
    loop = converting(None)
    type(loop).astype = lambda self, *_: loop
    assert refuses(t.f, loop)


@pytest.mark.row("nd-30", "nd-34")
def test_threads_that_take_one_capsule():
    for _ in range(50):
        capsule, key = make()
        results, start = [], threading.Barrier(4)

        def work():
            start.wait()
            try:
                results.append(t.f_nc(capsule)[1])
            except TypeError:
                results.append(None)

        threads = [threading.Thread(target=work) for _ in range(4)]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
        assert sorted(results, key=bool) == [None, None, None, [3]] and freed(key) == 1


def shows(format=None, **words):
    return h.Shows(format=None if format is None else list(format), **words)


FORMATS = {
    b"f": (2, 32), b"<f": (2, 32), b"=f": (2, 32), b"@f": (2, 32), b"i": (0, 32), b"=i": (0, 32), b"d": (2, 64), b"Zf": (5, 64), b"=Zd": (5, 128), b"Zd": (5, 128), b"@Zd": (5, 128),
    b"e": (2, 16), b"?": (6, 8), b"": (1, 8), None: (1, 8), b"c": (0, 8), b"b": (0, 8), b"B": (1, 8), b"h": (0, 16), b"H": (1, 16), b"I": (1, 32), b"q": (0, 64), b"Q": (1, 64),
    b"=q": (0, 64), b"<l": (0, 32), b"=L": (1, 32),
}
NO_FORMATS = [
    b"Z", b"<", b"@", b"=", b"!", b">", b">f", b"!f", b">i", b"2i", b"if", b"f ", b" f", b"T{f:a:}", b"Zi", b"Z?", b"Zx", b"ZZf", b"w", b"O", b"s", b"4s", b"P", b"g", b"Zg", b"x", b"p", b"\xff",
    b"f\x01", b"(2)f", b"^f", b"&f", b"1f", b"a" * 1000, b"@@f", b"=<f", b"F", b"D", b"\x80f",
]


@pytest.mark.row("nd-32", "NDA-31")
def test_formats_of_buffers():
    for text, (code, bits) in FORMATS.items():
        value = shows(format=text, itemsize=bits // 8, shape=[3], strides=[bits // 8])
        assert t.any(value)[1:4] == ([3], [1], (code, bits, 1)) and value.open() == 0, text
        for itemsize in {0, -1, -bits // 8, 3, bits // 4, 2**40} - {bits // 8}:
            if text in (b"<l", b"=L") and itemsize == 8:
                continue
            value = shows(format=text, itemsize=itemsize, shape=[3], strides=[itemsize])
            assert refuses(t.any, value) and value.open() == 0, (text, itemsize)
    for text in NO_FORMATS:
        for itemsize in (0, 1, 2, 4, 8, 16):
            value = shows(format=text, itemsize=itemsize, shape=[3], strides=[itemsize])
            assert refuses(t.any, value) and value.open() == 0, (text, itemsize)


BUFFERS = {
    "negative size": {"shape": [-1], "strides": [4]}, "huge size": {"shape": [2**62], "strides": [4]}, "null with elements": {"null": True, "shape": [3], "strides": [4]},
    "negative dimensions": {"ndim": -1}, "129 dimensions": {"ndim": 129, "shape": [1] * 129, "strides": [4] * 129}, "suboffsets": {"shape": [3], "strides": [4], "suboffsets": [0]},
    "no shape, 2 dimensions": {"ndim": 2}, "odd stride": {"shape": [3], "strides": [5]}, "huge stride": {"shape": [3], "strides": [2**62]}, "huge product": {"ndim": 2, "shape": [2**32, 2**32], "strides": [4, 4]},
    "read-only": {"shape": [3], "strides": [4], "read_only": True}, "negative length": {"length": -4},
}


@pytest.mark.row("NDA-03", "nd-32", "NDA-36")
@pytest.mark.parametrize("name", BUFFERS)
def test_buffers_that_cannot_be(name):
    value = shows(format=b"f", **BUFFERS[name])
    for function in EVERYTHING:
        if name == "read-only" and function in (t.cf, t.ro, t.ro_same, p.to_numpy):
            continue
        assert refuses(function, value) and value.open() == 0


@pytest.mark.row("nd-32", "NDA-38")
def test_buffers_that_look_odd_and_are_not():
    for words, seen in [
        ({"shape": [2, 3], "ndim": 2}, ([2, 3], [3, 1])), ({}, ([3], [1])), ({"ndim": 0, "length": 4}, ([], [])), ({"shape": [2], "strides": [-4]}, ([2], [-1])),
        ({"null": True, "shape": [0], "strides": [4], "length": 0}, ([0], [1])), ({"shape": [3], "strides": [0]}, ([3], [0])),
    ]:
        value = shows(format=b"f", **words)
        assert t.any(value)[1:3] == seen and value.open() == 0
        kept = p.to_numpy(value)
        assert value.open() == 1 and kept.shape == tuple(seen[0])
        del kept
        gc.collect()
        assert value.open() == 0


@pytest.mark.row("NDA-03", "nd-30")
@given(
    st.lists(st.integers(-2, 5) | st.sampled_from([2**31, 2**62, -(2**63), 2**63 - 1]), max_size=5), st.none() | st.lists(st.integers(-40, 40) | st.sampled_from([2**61, -(2**63), 2**63 - 1]), min_size=5, max_size=5),
    st.tuples(st.integers(0, 20), st.sampled_from([0, 1, 8, 16, 32, 64, 128, 255]), st.sampled_from([0, 1, 2, 65535])), st.integers(-1, 140) | st.none(), st.sampled_from([0, 4, 2**62, 2**64 - 1]), st.booleans(),
)
def test_tensors_of_all_kinds(shape, strides, dtype, ndim, offset, versioned):
    if ndim is not None and not (ndim < 0 or ndim > 128 or ndim <= len(shape)):
        ndim = None
    capsule, key = make(shape=shape, strides=None if strides is None else strides[: len(shape)], dtype=dtype, ndim=ndim, offset=offset, versioned=versioned)
    for function in (t.f_nc, t.fC, t.fF2, t.any):
        try:
            function(capsule)
        except TypeError:
            pass
    assert freed(key) == (name_of(capsule) in (b"used_dltensor", b"used_dltensor_versioned"))
    del capsule
    gc.collect(0)
    assert freed(key) == 1


@pytest.mark.row("nd-44", "nd-79")
def test_capsules_that_go_out_are_not_harmed_by_their_users():
    for make_one in (lambda: out.mk_nf([[2, 3], None, (2, 32, 1), (1, 0), "-", 0], False), p.ret_nf_own_automatic):
        before = out.dropped() + p.counts()[1]
        capsule = make_one()
        with pytest.raises(TypeError, match=HEAD):
            h.both(capsule, capsule)
        del capsule
        gc.collect()
        assert out.dropped() + p.counts()[1] == before + 1


@pytest.mark.row("nd-33", "nd-53")
def test_cycles_through_arrays_are_collected():
    before = p.counts()[1]
    holder = p.Holder()
    cycle = [holder.m_np_noown_reference_internal(), memoryview(holder.m_aa_ownself_automatic())]
    cycle.append(cycle)
    del holder, cycle
    gc.collect()
    assert p.counts()[1] == before + 1


def test_numpy_does_not_move_memory_that_native_code_alone_keeps():
    # `resize` looks for one reference besides that of its caller, which may be the one of native code.
    h.keep(np.arange(100_000.0))
    for _ in range(3):
        with pytest.raises(ValueError, match="cannot resize"):
            h.kept().resize(10)
        gc.collect()
    assert h.kept_sum() == sum(range(100_000))
    # What is let go can be resized as ever.
    h.take_kept().resize(10)
    assert h.kept_sum() is None
