"""Arrays of the crate `ndarray`."""

import gc
import subprocess
import sys

import test_arrays_ndarray_ext as t
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals import raised, refused


def fixed(a):
    a.flags.writeable = False
    return a


def of(kind, *shape, **how):
    return np.arange(np.prod(shape, dtype=int)).astype(kind).reshape(shape, **how)


def misaligned(kind):
    return np.frombuffer(bytearray(6 * np.dtype(kind).itemsize + 1), kind, offset=1).reshape(2, 3)


def address(a):
    return a.__array_interface__["data"][0]


MAKERS = {
    "0-d f4": lambda: np.array(3, "f4"),
    "1-d f4": lambda: of("f4", 4),
    "1-d [::2] f4": lambda: of("f4", 8)[::2],
    "1-d [::-1] f4": lambda: of("f4", 8)[::-1],
    "C f4": lambda: of("f4", 2, 3),
    "F f4": lambda: of("f4", 2, 3, order="F"),
    "[:, ::2] f4": lambda: of("f4", 2, 6)[:, ::2],
    "[::-1] f4": lambda: of("f4", 2, 3)[::-1],
    "[::-2, ::-1] F f4": lambda: of("f4", 6, 3, order="F")[::-2, ::-1],
    "read-only f4": lambda: fixed(of("f4", 2, 3)),
    "broadcast f4": lambda: np.broadcast_to(np.ones(1, "f4"), (2, 3)),
    "windows f4": lambda: np.lib.stride_tricks.as_strided(of("f4", 8), (3, 4), (4, 4)),
    "misaligned f4": lambda: misaligned("f4"),
    "3-d f4": lambda: of("f4", 2, 3, 4),
    "3-d .T[::-1] f4": lambda: of("f4", 2, 3, 4).T[::-1],
    "3-d broadcast f4": lambda: np.broadcast_to(of("f4", 2, 1, 4), (2, 3, 4)),
    "4-d f4": lambda: of("f4", 2, 1, 3, 2),
    "(0, 3) f4": lambda: of("f4", 0, 3),
    "(0,) f4": lambda: of("f4", 0),
    "(2, 0, 3) f4": lambda: of("f4", 2, 0, 3),
    "(1, 1) f4": lambda: of("f4", 1, 1),
    "C f8": lambda: of("f8", 2, 3),
    "F f8": lambda: of("f8", 2, 3, order="F"),
    "C ?": lambda: of("?", 2, 3),
    "C c8": lambda: of("c8", 2, 3) * (1 - 2j),
    "read-only f8": lambda: fixed(of("f8", 2, 3)),
    "None": lambda: None,
    "list": lambda: [[1.0]],
    "float": lambda: 1.0,
}

TYPES = ["A0", "A1", "A2", "A3", "AD", "Ad2", "Ab2", "Ac2", "Arc2", "R2", "V0", "V1", "V2", "V3", "VD", "Vb2", "M1", "M2", "M3", "MD"]

#: `=` taken without conversion, at the same address; `c` taken without conversion, and copied; `C` converted in the second pass; `.` refused.
TABLE = """
0-d f4            c...c..... =...=. ...=
1-d f4            .c..c..... .=..=. =..=
1-d [::2] f4      .c..c..... .=..=. =..=
1-d [::-1] f4     .c..c..... .=..=. =..=
C f4              ..c.cCCCcc ..=.=C .=.=
F f4              ..c.cCCCcc ..=.=C .=.=
[:, ::2] f4       ..c.cCCCcc ..=.=C .=.=
[::-1] f4         ..c.cCCCcc ..=.=C .=.=
[::-2, ::-1] F f4 ..c.cCCCcc ..=.=C .=.=
read-only f4      ..c.cCCCcc ..=.=C ....
broadcast f4      ..c.cCCCcc ..=.=C ....
windows f4        ..c.cCCCcc ..=.=C ....
misaligned f4     ..c.cCCCcc ..C.CC ....
3-d f4            ...cc..... ...==. ..==
3-d .T[::-1] f4   ...cc..... ...==. ..==
3-d broadcast f4  ...cc..... ...==. ....
4-d f4            ....c..... ....=. ...=
(0, 3) f4         ..c.cCCCcc ..=.=C .=.=
(0,) f4           .c..c..... .=..=. =..=
(2, 0, 3) f4      ...cc..... ...==. ..==
(1, 1) f4         ..c.cCCCcc ..=.=C .=.=
C f8              ..C.CcCCCC ..C.CC ....
F f8              ..C.CcCCCC ..C.CC ....
C ?               ..C.CCcCCC ..C.C= ....
C c8              .......c.. ...... ....
read-only f8      ..C.CcCCCC ..C.CC ....
None              .......... ...... ....
list              .......... ...... ....
float             .......... ...... ....
"""
ROWS = {line[:18].rstrip(): line[18:].replace(" ", "") for line in TABLE.strip().splitlines()}
KINDS = {"Ad2": "f8", "Ab2": "?", "Vb2": "?", "Ac2": "c8"}


def looked_at(call, given):
    try:
        at, shape, strides, elements = call(given)
    except TypeError:
        return ".", None
    return "=" if at == address(given) else "c", (shape, strides, elements)


@pytest.mark.row("eig-01", "eig-19", "EIG-01", "EIG-04", "EIG-11")
@pytest.mark.parametrize("name", MAKERS)
def test_what_each_parameter_takes(name):
    found = ""
    for kind in TYPES:
        first, seen = looked_at(getattr(t, kind + "_nc"), MAKERS[name]())
        both, seen = looked_at(getattr(t, kind), a := MAKERS[name]())
        found += first if first != "." else {".": ".", "c": "C"}[both]
        if seen:
            shape, strides, elements = seen
            assert tuple(shape) == a.shape and elements == a.astype(KINDS.get(kind, "f4")).ravel().tolist()
            if both == "=" and a.size > 1:
                assert all(size == 1 or step * a.itemsize == there for size, step, there in zip(a.shape, strides, a.strides, strict=True))
    assert dict(zip(TYPES, found, strict=True)) == dict(zip(TYPES, ROWS[name], strict=True))


@pytest.mark.row("eig-19")
@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.row("xchg-23")
def test_python_sees_what_is_written(name):
    for kind in "M1", "M2", "M3", "MD":
        a = MAKERS[name]()
        if ROWS[name][TYPES.index(kind)] == "=":
            expected = a.copy() + 100
            getattr(t, kind + "_w")(a)
            assert (a == expected).all()
        else:
            refused(getattr(t, kind + "_w"), a)


def test_signatures():
    def array(rest):
        return f"numpy.ndarray[dtype=float32{rest}]"

    for name, rest in {
        "A0": ", shape=()",
        "A2": ", shape=(*, *)",
        "AD": "",
        "Arc2": ", shape=(*, *)",
        "V2": ", shape=(*, *), writable=False",
        "VD": ", writable=False",
        "M2": ", shape=(*, *)",
        "MD": "",
    }.items():
        assert getattr(t, name).__doc__.startswith(f"{name}(a: {array(rest)}) -> tuple")
    assert t.same_A3.__doc__ == f"same_A3(arg: {array(', shape=(*, *, *)')}, /) -> {array(', shape=(*, *, *)')}"
    assert t.same_Arc1.__doc__ == f"same_Arc1(arg: {array(', shape=(*)')}, /) -> {array(', shape=(*), writable=False')}"
    assert t.Holder.view.__doc__ == f"view(self) -> {array(', shape=(*, *, *), writable=False')}"
    assert t.Holder.view_copied.__doc__ == f"view_copied(self) -> {array(', shape=(*, *, *)')}"


@pytest.mark.row("eig-19", "EIG-01", "EIG-18")
def test_round_trips():
    for name, shapes in {
        "A0": [()],
        "A1": [(0,), (1,), (5,)],
        "A2": [(2, 3), (0, 3), (2, 0), (1, 1)],
        "A3": [(2, 3, 4), (2, 0, 4), (1, 1, 1)],
        "AD": [(), (3,), (2, 3, 4), (2, 3, 1, 2, 2), (1,) * 12],
        "Ab2": [(2, 3)],
        "Ac2": [(2, 3)],
        "A4": [(2, 3, 4, 5), (2, 3, 0, 1)],
    }.items():
        kind = {"Ab2": "?", "Ac2": "c8", "A4": "f8"}.get(name, "f4")
        for shape in shapes:
            for order in "CF":
                a = of(kind, *shape, order=order)
                given = getattr(t, "same_" + name)(a)
                assert type(given) is np.ndarray and given.dtype == kind and given.shape == shape and (given == a).all()
                assert given.flags.writeable and given.flags.c_contiguous and not np.shares_memory(given, a)
    assert t.same_opt(None) is None and t.same_opt(of("f8", 2)).tolist() == [0, 1]
    assert [a.tolist() for a in t.same_list([of("f4", 2), of("f8", 3)])] == [[0, 1], [0, 1, 2]]
    a = np.array([[0, 1, 2], [255, 0, 128]], "u1").view("?")
    assert t.Vb2(a)[3] == t.Ab2(a)[3] == [0, 1, 1, 1, 0, 1]
    assert t.same_Ab2(a).view("u1").tolist() == [[0, 1, 1], [1, 0, 1]]


@pytest.mark.row("EIG-12")
def test_a_result_is_moved():
    at, a = t.made(100, 50)
    assert address(a) == at and a.strides == (200, 4) and a.flags.writeable and (a == of("f4", 100, 50)).all()
    at, a = t.made_turned()
    assert address(a) == at and a.strides == (4, -16) and (a == of("f4", 3, 4)[::-1].T).all()
    a = t.made_part()
    assert a.tolist() == of("f4", 4, 4)[1::2, :2].tolist() and a.strides == (32, 4)
    a[:] = 1
    assert t.as_copy().tolist() == [0, 0]
    assert refused(t.as_none).startswith("Unable to convert function return value to a Python type!")
    assert t.cast_out().shape == (1, 2, 3, 4, 5)
    assert t.cast_in(of("i4", 2, 2)).tolist() == [[0, 1], [2, 3]]
    assert raised(RuntimeError, t.cast_in, of("f4", 2)).startswith("std::bad_cast")


def test_memory_of_results_ends_with_the_arrays():
    pytest.importorskip("resource", reason="the module resource is of Unix")
    code = """
import resource, sys, test_arrays_ndarray_ext as t
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(3): t.zeros(500_000).fill(1)
before = most()
for _ in range(200): t.zeros(500_000).fill(1)
assert most() - before < (100_000_000 if sys.platform == "darwin" else 100_000), (before, most())
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_shared_arrays():
    h = t.Holder()
    a, b = h.shared(), h.shared()
    assert address(a) == address(b) == h.shared_at() and not a.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        a[0] = 2
    # Whoever writes has a copy of its own by then.
    h.write_shared(5)
    assert (a == 1).all() and (h.shared() == 5).all() and address(h.shared()) != address(a)
    del h
    gc.collect()
    assert (a == 1).all()
    assert t.same_Arc1(of("f4", 3)).tolist() == [0, 1, 2]


@pytest.mark.row("EIG-07", "EIG-08")
def test_views_are_copied_or_shared():
    h = t.Holder()
    all = of("f4", 2, 3, 4)
    for copy, expected in (h.view_copied(), all), (h.part_copied(), all[1, :, ::2]), (h.reference_copied(), all), (h.field, all):
        assert copy.flags.writeable and (copy == expected).all()
        copy[:] = 50
        assert (h.view() == all).all()
    for name, expected in {"view": all, "part": all[1, :, ::2], "turned": all[::-1, :, ::-1], "prop": all, "reference": all}.items():
        shown = getattr(h, name)
        shown = shown if name == "prop" else shown()
        assert (shown == expected).all() and not shown.flags.writeable and shown.strides == expected.strides
        assert h.at() <= address(shown) < h.at() + 96
    assert h.bools().tolist() == [True, False]
    shown = t.Holder().part()
    gc.collect()
    assert (shown == all[1, :, ::2]).all()
    shown = h.view()
    assert "cannot be changed while a buffer of it exists" in raised(BufferError, h.set, 1.0)
    del shown
    gc.collect()
    h.set(1.0)
    assert (h.view() == 1).all()


def test_fields():
    h = t.Holder()
    h.field = of("i4", 1, 2, 3).T
    assert h.view().tolist() == of("i4", 1, 2, 3).T.tolist() and h.field.dtype == "f4"
    h.shared_field = of("f8", 3, 2)
    assert address(h.shared_field) == address(h.shared()) == h.shared_at()
    with pytest.raises(TypeError):
        h.field = of("f4", 2, 2)


@given(st.data())
def test_any_slice(data):
    ndim = data.draw(st.integers(0, 4))
    shape = [data.draw(st.integers(0, 5)) for _ in range(ndim)]
    a = of("f4", *shape, order=data.draw(st.sampled_from("CF")))
    a = a.transpose(data.draw(st.permutations(range(ndim))))
    a = a[(*(slice(None, None, data.draw(st.sampled_from([1, 2, 3, -1, -2]))) for _ in range(ndim)), ...)]
    for name in "VD", "AD", "MD":
        _, found, _, elements = getattr(t, name)(a)
        assert tuple(found) == a.shape and elements == a.ravel().tolist()
    expected = a + 100
    t.MD_w(a)
    assert (a == expected).all()
    back = t.same_AD(a)
    assert back.shape == a.shape and (back == a).all()


def test_aliases_are_refused():
    a = of("f4", 4, 4)
    for one, other in (a, a), (a, a.T), (a, a[::-1]), (a[:3], a[1:]), (a[::-1][:3], a[:3]):
        for call in t.both, t.add_to:
            assert "are the same memory" in raised(RuntimeError, call, one, other)
    assert (a == of("f4", 4, 4)).all()
    t.both(a[:2], a[2:])
    t.both(a[:, ::2], a[:, 1::2])
    t.both(a[:2], a[:1:-1])
    assert t.read_both(a, a[::-1]) == 2 * a.sum()
    b = of("f4", 4)
    t.add_copy(b, b)
    assert b.tolist() == [0, 2, 4, 6]
    t.views([b[::2], b[1::2]])
    assert b.tolist() == [1, 3, 5, 7]
    assert "are the same memory" in raised(RuntimeError, t.views, [b, b])
    t.both(of("f4", 0), of("f4", 0))


def test_callbacks_cannot_reach_what_is_lent():
    a = of("f4", 3, 3)
    outcomes = []

    def reach():
        for call in (lambda: t.MD_w(a), lambda: t.V2(a.T), lambda: t.A2(a), lambda: t.within(a[1:], lambda: None)):
            outcomes.append(raised(RuntimeError, call))
        t.MD_w(of("f4", 3))

    assert t.within(a, reach) == (9, 9)
    assert len(outcomes) == 4 and all("the memory of an array is not free" in text for text in outcomes)
    outcomes.clear()

    def read():
        assert t.V2(a)[3] == t.A2(a)[3] == [1] * 9
        outcomes.append(raised(RuntimeError, t.MD_w, a))

    assert t.within_reading(a[::-1], read) == (9, 9) and len(outcomes) == 1
    t.MD_w(a)
    assert (a == 101).all()
