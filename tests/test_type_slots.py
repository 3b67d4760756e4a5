"""Slots written by hand, `nb::type_slots(..)`: operators, construction, buffers, and what is refused."""

import inspect
import sys
import types

import pytest
import test_type_slots_ext as m


def raised(exception, function, *args):
    with pytest.raises(exception) as info:
        function(*args)
    return str(info.value)


# Operators.


@pytest.mark.row("slot-01", "slot-02", "api-clsann-6")
def test_a_slot_adds_an_operator():
    assert m.Number(6) + m.Number(7) == 42
    assert m.Number(6).__add__(m.Number(7)) == 42
    assert m.Number.__add__(m.Number(6), m.Number(7)) == 42
    assert m.Number(6).__radd__(m.Number(7)) == 42
    assert m.Number.__doc__ == "A number."
    assert type(m.Number.__dict__["__add__"]) is type(int.__add__)
    assert m.Number.__add__.__objclass__ is m.Number and m.Number.__add__.__qualname__ == "Number.__add__"
    assert "requires a 'Number' object" in raised(TypeError, m.Number.__add__, 1, 2)


@pytest.mark.row("slot-03")
def test_a_bound_operator_does_the_same():
    assert m.Bound(6) + m.Bound(7) == m.Number(6) + m.Number(7) == 42
    # The slot multiplies, hence the words of CPython.
    text = raised(TypeError, lambda: m.Number(6) + 1.5)
    assert text == "unsupported operand type(s) for *: 'Number' and 'float'"
    assert m.Bound(6).__add__("x") is NotImplemented
    assert "unsupported operand type(s) for +:" in raised(TypeError, lambda: m.Bound(6) + "x")


def test_what_compares_by_value_has_no_hash():
    assert m.Number(6) == m.Number(6) != m.Number(7) and m.Number(6) != "x"
    assert m.Number.__hash__ is None and "unhashable type" in raised(TypeError, hash, m.Number(6))
    assert m.Number(6).__eq__(m.Number(6)) is True and m.Number(6).__lt__(m.Number(6)) is NotImplemented


def test_derived_classes_have_the_slots_of_their_base():
    class Python(m.Number):
        pass

    class Adds(m.Number):
        def __add__(self, other):
            return "own"

        __hash__ = object.__hash__

    for a in (m.Fraction(6), Python(6)):
        assert a + m.Number(7) == m.Number(7) + a == a + a + 6 == 42
        assert type(a).__add__ is m.Number.__add__ and a == type(a)(6)
    assert Adds(6) + m.Number(7) == "own" and m.Number(7) + Adds(6) == 42 and len({Adds(6), Adds(6)}) == 2
    Python.__add__ = lambda a, b: "patched"
    assert Python(6) + m.Number(7) == "patched"
    del Python.__add__
    assert Python(6) + m.Number(7) == 42


def test_methods_of_the_class_can_be_replaced():
    class Python(m.Number):
        pass

    def sums():
        return [a + m.Number(7) for a in (m.Number(6), m.Fraction(6), Python(6))]

    add = m.Number.__add__
    m.Number.__add__ = lambda a, b: "patched"
    try:
        assert sums() == ["patched"] * 3
    finally:
        m.Number.__add__ = add
    assert sums() == [42] * 3


@pytest.mark.row("slot-02", "ex-18")
def test_errors_and_panics_in_a_slot_become_exceptions():
    assert len(m.Odd(2)) == 3 and [m.Odd(2)[i] for i in range(3)] == [0, 10, 20]
    assert raised(KeyError, len, m.Odd(1)) == "'the slot failed'"
    panic = "the slot panicked"
    assert panic in raised(BaseException, len, m.Odd(0))
    assert raised(IndexError, m.Odd(2).__getitem__, 3) == "no more"
    assert "asked too far" in raised(BaseException, m.Odd(2).__getitem__, 4)
    assert bool(m.Odd(3)) and not m.Odd(4)
    odd = m.Odd(2)
    odd["x"] = 1
    assert "deleted" in raised(BaseException, odd.__delitem__, "x")
    assert [next(odd), next(odd), next(odd, "end")] == [1, 0, "end"]


@pytest.mark.row("slot-01")
def test_every_slot_gets_into_its_place():
    ids = m.all_slots()
    assert len(ids) > 60 and all(m.slot_is_in_place(m.All, id) for id in ids)


@pytest.mark.row("slot-01", "slot-06")
def test_methods_are_those_of_a_type_that_c_has_made():
    theirs = m.made_by_c()

    def wrappers(ty):
        kind = type(int.__add__)
        own = {name: value for name, value in ty.__dict__.items() if type(value) is kind}
        return {name: (value.__doc__, value.__text_signature__) for name, value in own.items()}

    ours = wrappers(m.All)
    assert len(ours) > 60 and ours == wrappers(theirs)
    assert m.Number.__radd__.__text_signature__ == "($self, value, /)"
    assert str(inspect.signature(m.Number.__radd__)) == "(self, value, /)"
    assert m.Number.__radd__.__doc__ == "Return value+self."


@pytest.mark.row("slot-01", "api-clsann-6")
def test_more_than_80_slots_are_refused():
    scope = types.SimpleNamespace()
    nb_add = m.slots()["nb_add"]
    text = raised(ImportError, m.refuse, scope, nb_add, 81, False)
    assert text == 'nanobind::detail::nb_type_new("Refused"): ran out of type slots!'
    assert not vars(scope)


REFUSED = {
    47: "Py_tp_alloc: nb allocates instances itself; see `nb::pooled`",
    48: "Py_tp_base: name the bound base in `nb::class_<T, Base>`",
    49: "Py_tp_bases: name the bound base in `nb::class_<T, Base>`",
    52: "Py_tp_dealloc: nb frees instances itself; what happens at the end of a value is its `Drop`",
    53: "Py_tp_del: nb frees instances itself; what happens at the end of a value is its `Drop`",
    57: "Py_tp_getattr: use Py_tp_getattro",
    61: "Py_tp_is_gc: nb allocates instances itself; see `nb::pooled`",
    68: "Py_tp_setattr: use Py_tp_setattro",
    72: "__dictoffset__: use `nb::dynamic_attr()`",
    74: "Py_tp_free: nb allocates instances itself; see `nb::pooled`",
    80: "Py_tp_finalize: nb frees instances itself; what happens at the end of a value is its `Drop`",
    83: "Py_tp_token: a bound class has no such slot",
    999: "999: a bound class has no such slot",
}


@pytest.mark.parametrize("id", REFUSED)
def test_a_slot_that_the_library_needs_is_refused(id):
    scope = types.SimpleNamespace()
    assert raised(ImportError, m.refuse, scope, id, 1, False) == f"nb::type_slots: class Refused cannot have {REFUSED[id]}"
    assert not vars(scope)


def test_a_slot_without_a_function_is_refused():
    text = raised(ImportError, m.refuse, types.SimpleNamespace(), m.slots()["nb_add"], 1, True)
    assert text == "nb::type_slots: class Refused: Py_nb_add has no function"


# Construction.


@pytest.mark.row("slot-04")
def test_an_init_by_hand():
    assert m.ByInit(1, 2).value == 102 and m.ByInit().value == 100
    made = m.ByInit.__new__(m.ByInit)
    made.__init__(1)
    assert made.value == 101 and raised(ValueError, made.__init__) == "twice"

    class Python(m.ByInit):
        def __init__(self, *args):
            super().__init__(*args, 1, 1)

    assert Python().value == 102 and type(Python()) is Python


@pytest.mark.row("slot-04")
def test_a_new_by_hand():
    assert m.ByNew(1, 2, 3).value == 203 and m.ByNew.__new__(m.ByNew, 1).value == 201

    class Plain(m.ByNew):
        pass

    class Python(m.ByNew):
        def __new__(cls, *args):
            return super().__new__(cls, *args, 1, 1)

    assert Plain(1).value == 201 and type(Plain()) is Plain
    assert Python(1).value == 203 and type(Python()) is Python
    assert "is not a subtype" in raised(TypeError, m.ByNew.__new__, int)


@pytest.mark.row("slot-04")
def test_both_by_hand():
    m.allocated()
    assert m.ByBoth(1, 2).value == 102 and m.allocated() == 1
    sub = type("Sub", (m.ByBoth,), {"__slots__": ()})
    assert sub(1).value == 101 and type(sub(1)) is sub and m.allocated() == 2
    assert sub.__new__(sub) is not None and m.allocated() == 1


@pytest.mark.row("slot-04")
def test_a_new_that_allocates_and_a_bound_init():
    m.allocated()
    assert m.Allocated(5).value == 5 and m.allocated() == 1

    class Python(m.Allocated):
        pass

    assert Python(6).value == 6 and m.allocated() == 1
    assert m.Allocated(value := 7).value == value
    with pytest.raises(TypeError):
        m.Allocated()


@pytest.mark.row("slot-04")
def test_a_vectorcall_by_hand_is_the_shortcut():
    assert m.Quick(1, 2).value == 302
    # A subclass goes by way of the bound constructor, which came after the slot.
    assert type("Python", (m.Quick,), {})(5).value == 5


def test_a_buffer_from_a_slot():
    view = memoryview(m.Bytes())
    assert bytes(view) == b"abcd" and view.readonly
    if sys.version_info >= (3, 12):
        assert bytes(m.Bytes().__buffer__(0)) == b"abcd"


@pytest.mark.row("CLS-29")
def test_slots_of_classes_of_all_kinds_can_be_read():
    class Heap:
        pass

    found = {
        (ty.__name__, name)
        for ty in (int, list, dict, types.NoneType, types.GeneratorType, Heap, m.Number, object)
        for name, id in m.slots().items()
        if m.get_slot(ty, id)
    }
    everywhere = {(name, "tp_dealloc") for name in "int list dict NoneType generator Heap Number object".split()}
    assert everywhere <= found
    assert {name for ty, name in found if ty == "int"} == {"tp_dealloc", "tp_new", "nb_add"}
    assert {name for ty, name in found if ty == "list"} == {"tp_dealloc", "tp_new", "sq_length", "mp_subscript"}
    assert {name for ty, name in found if ty == "object"} == {"tp_dealloc", "tp_new"}
    assert {name for ty, name in found if ty == "Number"} == {"tp_dealloc", "tp_new", "nb_add"}
    with pytest.raises(SystemError):
        m.get_slot(int, 9999)


@pytest.mark.row("CLS-26", "api-undoc-3")
def test_a_function_chooses_slots_while_the_class_is_made():
    # The function has checked what it was told of the class; what it returned is in place.
    assert m.slot_is_in_place(m.All, m.slots()["nb_add"])
    assert "ran out of type slots" in raised(ImportError, m.refuse, types.SimpleNamespace(), m.slots()["nb_add"], 81, False)
