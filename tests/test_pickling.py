"""Pickling: `__getstate__` and `__setstate__`.

The texts and results without a note are those of nanobind 2.13 for the same bindings. nanobind pickles with the protocols
from 2 on only.
"""

import copy
import gc
import os
import pickle
import subprocess
import sys

import pytest
import test_factories_ext
import test_pickling_ext as m
from refusals import refusal
from stubs import signatures

PROTOCOLS = pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"protocol {n}": (lambda x, n=n: pickle.loads(pickle.dumps(x, n))) for n in range(pickle.HIGHEST_PROTOCOL + 1)},
    "python": lambda x: pickle._loads(pickle._dumps(x)),
}
copies = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


class Sub(m.Point):
    """A Python subclass whose own state goes with that of the base."""

    def __init__(self, x, extra):
        super().__init__(x, "sub")
        self.extra = extra

    def __getstate__(self):
        return super().__getstate__(), self.__dict__

    def __setstate__(self, state):
        super().__setstate__(state[0])
        self.__dict__.update(state[1])


class Careless(m.Point):
    """Leaves the state to the base, as a class without state of its own may."""


class Nested:
    class Inside(m.Tagged):
        pass


@copies
@pytest.mark.row("cls-61", "PCK-01")
def test_values_are_copied(copied):
    point = m.Point(2.5, "label")
    other = copied(point)
    assert type(other) is m.Point and (other.x, other.label) == (2.5, "label")
    other.x = 3.0
    assert point.x == 2.5


@copies
@pytest.mark.row("PCK-01")
def test_python_subclasses_are_copied(copied):
    sub = Sub(1.5, ["extra"])
    other = copied(sub)
    assert type(other) is Sub and (other.x, other.label, other.extra) == (1.5, "sub", ["extra"])
    careless = Careless(2.0)
    careless.lost = True
    other = copied(careless)
    assert type(other) is Careless and other.x == 2.0 and not hasattr(other, "lost")


@copies
@pytest.mark.row("PCK-01")
def test_attributes_of_instances_go_with_the_state(copied):
    for cls in [m.Tagged, Nested.Inside]:
        tagged = cls(4)
        tagged.note = ["kept"]
        other = copied(tagged)
        assert type(other) is cls and (other.value, other.note) == (4, ["kept"])


@copies
@pytest.mark.row("PCK-07", "PCK-01")
def test_classes_in_classes(copied):
    outer = m.Outer(3)
    assert copied(outer).inner.depth == 3
    inner = copied(outer.inner)
    assert type(inner) is m.Outer.Inner and inner.depth == 3
    inner.depth = 5
    assert outer.inner.depth == 3
    assert m.Outer.Inner.__qualname__ == "Outer.Inner"


@copies
@pytest.mark.row("PCK-01")
def test_overloads_of_the_state(copied):
    assert copied(m.Versioned(8)).value == 8
    old = m.Versioned.__new__(m.Versioned)
    old.__setstate__(7)
    assert old.value == 7


def test_states_that_refer_back_to_their_object():
    holder = m.Holder([])
    holder.held = [holder, 5]
    for copied in [copy.deepcopy(holder), pickle.loads(pickle.dumps(holder))]:
        assert copied.held[0] is copied and copied.held[1] == 5 and copied is not holder
    # In a tuple, too, where `__setstate__` runs first.
    pair = (m.Point(1.0), m.Holder([m.Point(2.0)]))
    first, second = copy.deepcopy(pair)
    assert (first.x, second.held[0].x) == (1.0, 2.0)


@PROTOCOLS
def test_reduce_of_the_users_own(protocol):
    assert pickle.loads(pickle.dumps(m.Reduced(6), protocol)).value == 6

    point = m.Point(1.0, "a")
    new, args, state = point.__reduce_ex__(protocol)[:3]
    assert (args, state) == ((m.Point,), (1.0, "a")) and new.__name__ == "__newobj__"
    made = new(*args)
    made.__setstate__(state)
    assert made.label == "a"
    with pytest.raises(TypeError):
        point.__reduce_ex__("2")


@pytest.mark.row("cls-62")
def test_classes_without_a_state_are_refused():
    for copier in [copy.copy, copy.deepcopy, pickle.dumps]:
        with pytest.raises(TypeError, match=r"^cannot pickle 'Plain' object$"):
            copier(m.Plain(3))


@pytest.mark.row("PCK-02", "PCK-01")
def test_an_object_that_has_a_value_keeps_it():
    point = m.Point(1.5, "kept")
    text = refusal(["__setstate__(self, arg: tuple[float, str], /) -> None"], "test_pickling_ext.Point, tuple")
    warning = "attempted to initialize an already-initialized instance of type 'test_pickling_ext.Point'!"
    before = m.drops()
    with pytest.warns(RuntimeWarning, match=warning), pytest.raises(TypeError) as caught:
        point.__setstate__((2.5, "new"))
    assert str(caught.value) == text and (point.x, point.label) == (1.5, "kept") and m.drops() == before


@pytest.mark.row("PCK-06")
@pytest.mark.parametrize("cls", [m.Point, Careless], ids=["bound", "subclass"])
def test_a_state_that_fails_leaves_an_object_without_a_value(cls):
    gc.collect()
    before = m.drops()
    for state, error, text in [
        ((1.0, "bad"), ValueError, "^bad state$"),
        ((1.0, "panic"), RuntimeError, "^panicked with the state"),
        (5, TypeError, "incompatible function arguments"),
    ]:
        half = cls.__new__(cls)
        with pytest.raises(error, match=text):
            half.__setstate__(state)
        with pytest.warns(RuntimeWarning, match="attempted to access an uninitialized instance"), pytest.raises(TypeError):
            half.label
        # It may still get a value, once.
        half.__setstate__((3.0, "good"))
        assert half.label == "good"
        half = cls.__new__(cls)
        with pytest.raises(error):
            half.__setstate__(state)
        del half
    gc.collect()
    assert m.drops() == before + 3, "one for each that became good"


@pytest.mark.row("PCK-06")
def test_hostile_pickles():
    for state in [None, (1.0,), (1.0, "bad"), (1.0, "panic"), {"x": 1}]:
        data = pickle.dumps(m.Point(1.0, "label"))
        hostile = pickle.dumps((m.Point, state))
        cls, wrong = pickle.loads(hostile)

        class Reduce:
            def __reduce__(self):
                return cls.__new__, (cls,), wrong if wrong is not None else (1.0,)

        with pytest.raises((TypeError, ValueError, RuntimeError)):
            pickle.loads(pickle.dumps(Reduce()))
        assert pickle.loads(data).label == "label"
    # Without a state at all.
    class Bare:
        def __reduce__(self):
            return m.Point.__new__, (m.Point,)

    empty = pickle.loads(pickle.dumps(Bare()))
    with pytest.warns(RuntimeWarning, match="uninitialized"), pytest.raises(TypeError):
        empty.x
    # An object that is constructed and then given a state keeps its value.
    class Ready:
        def __reduce__(self):
            return m.Point, (1.0, "ready"), (2.0, "other")

    with pytest.warns(RuntimeWarning, match="already-initialized"), pytest.raises(TypeError):
        pickle.loads(pickle.dumps(Ready()))


@pytest.mark.row("PCK-04")
def test_names_out_of_a_pickle():
    def fresh(**names):
        """The same names, in texts that are equal to the interned ones and not identical."""
        loaded = pickle.loads(pickle.dumps({"_" + name: value for name, value in names.items()}))
        return {name[1:]: value for name, value in loaded.items()}

    names = fresh(label="named", x=2.0)
    assert all(name is not sys.intern("".join(name)) for name in names if name == "label")
    point = m.Point(**names)
    assert (point.x, point.label) == (2.0, "named")
    pet = test_factories_ext.Pet(**fresh(age=8, name="Fido"))
    assert (pet.name, pet.age) == ("Fido", 8)
    assert m.Point(**pickle.loads(pickle.dumps({"label": "x", "x": 1.0}))).label == "x"


def test_stub_generators_see_what_was_bound():
    script = "import test_pickling_ext as m; print(sorted(name for name in vars(m.Point) if 'state' in name or 'reduce' in name))"
    for stubs, names in [("", ["__getstate__", "__reduce_ex__", "__setstate__"]), ("1", ["__getstate__", "__setstate__"])]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **({"NB_STUBGEN": stubs} if stubs else {})}
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == f"{names}\n"
    assert signatures("test_pickling_ext", "Point.__getstate__", "Point.__setstate__") == [
        (("def __getstate__(self) -> tuple[float, str]", None, None),),
        (("def __setstate__(self, arg: tuple[float, str], /) -> None", None, None),),
    ]
    assert signatures("test_factories_ext", "Pet.__new__", "Pet.__init__") == [
        (("def __new__(cls: object, name: str, age: int = \\0) -> test_factories_ext.Pet", "Makes one", (3,)),),
        (("def __init__(self, name: str, age: int = \\0) -> None", "Makes one", (3,)),),
    ]


def test_constructors_are_not_called():
    class Loud(m.Point):
        def __init__(self, *args):
            raise AssertionError("unpickling does not construct")

    loud = Loud.__new__(Loud)
    loud.__setstate__((4.0, "quiet"))
    assert copy.copy(loud).x == 4.0
