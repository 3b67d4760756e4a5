"""Python code that means harm: to classes, to dying objects, in the middle of calls, and in numbers."""

import gc
import sys
import warnings

import pytest
import test_adversary_ext as m
from adversary import chaos


@pytest.fixture(autouse=True)
def clean():
    """Every test leaves as many values behind as it has found, and none is freed twice."""
    gc.collect()
    before = m.live()
    yield
    gc.collect()
    assert m.live() == before and m.faults() == 0


class Slots(m.Holder):
    __slots__ = ("next",)


class Mortal(m.Holder):
    def __del__(self):
        pass


def attribute(holder, other):
    holder.attribute = [other]


def field(holder, other):
    node = m.Node(1)
    node.leaf.attribute = other
    holder.hold(node.at(0))
    node.inner().attribute = holder


def slot(holder, other):
    holder.next = other


CHAINS = {
    "value": (m.Holder, m.Holder.hold),
    "patient": (m.Holder, lambda nurse, other: other and m.tie_Holder(nurse, other)),
    "attribute": (m.Holder, attribute),
    "part": (m.Holder, field),
    "subclass": (type("Sub", (m.Holder,), {}), attribute),
    "slots": (Slots, slot),
    "finalizer": (Mortal, m.Holder.hold),
    "box": (m.boxed_Holder, m.Holder.hold),
    "arc": (m.arc_Holder, m.Holder.hold),
}


@pytest.mark.parametrize("make, link", CHAINS.values(), ids=CHAINS)
def test_the_end_of_a_long_chain_does_not_overflow_the_stack(make, link):
    last = None
    for index in range(30_000):
        this = make(index)
        link(this, last)
        last = this
    del this, last
    gc.collect()


def test_one_object_more_often_than_a_mark_can_count():
    leaf = m.Leaf(1)
    assert len(m.show_all_Leaf([leaf] * 200_000, 0)) == 200_000
    seen = []

    def inside():
        m.show_all_Leaf([leaf] * 65_533, 0)
        for count in (65_534, 200_000):
            with pytest.raises(RuntimeError, match="is being read by a call that has not finished yet"):
                m.show_all_Leaf([leaf] * count, 0)
        with pytest.raises(RuntimeError, match="is being read by a call that has not finished yet"):
            m.change_Leaf(leaf, 0)
        seen.append(len(m.show_all_Leaf([leaf] * 65_533, 0)))

    m.read_with_Leaf(leaf, inside)
    assert seen == [65_533]
    # All marks were given back.
    assert m.change_Leaf(leaf, 0) == 2


@pytest.mark.row("LIV-07")
def test_a_value_is_never_seen_as_one_of_another_class():
    class Empty(m.Leaf):
        __slots__ = ()

    class Other(m.Node):
        __slots__ = ()

    class Mixin:
        __slots__ = ()

    leaf = m.Leaf(1)
    leaf.__class__ = Empty
    assert m.change_Leaf(leaf, 0) == 2
    for kind in (m.Node, Other, Mixin):
        with pytest.raises(TypeError, match="__class__ assignment"):
            leaf.__class__ = kind
    with pytest.raises(TypeError, match="__bases__ assignment"):
        Empty.__bases__ = (m.Node,)
    with pytest.raises(TypeError, match="__bases__ assignment"):
        Mixin.__bases__ = (m.Leaf,)
    for bases in [(m.Leaf, m.Node), (Empty, Other), (Mixin, m.Leaf, Other)]:
        with pytest.raises((TypeError, RuntimeError)):
            type("Both", bases, {})

    class Liar(type):
        def mro(cls):
            return [cls, m.Leaf, object]

    with pytest.raises(TypeError, match="unsuitable layout"):
        Liar("Lie", (), {})
    for make in (object.__new__, int.__new__, m.Node.__new__):
        with pytest.raises(TypeError):
            make(Empty)
    for use in (m.Leaf.__dict__["value"].__get__, m.Leaf.__dict__["value"].fget, m.Leaf.__init__, m.show_Leaf):
        with pytest.raises(TypeError):
            use(m.Node(1))
    assert m.show_Leaf(leaf, 0)[1] == 2


def test_an_exception_that_is_on_its_way_survives_the_code_that_a_destructor_runs(monkeypatch):
    reported, seen = [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: reported.append(report.exc_type))

    def last(serial):
        seen.append(sys.exc_info()[0])
        raise KeyError(serial)

    def fail():
        farewell = m.Farewell(1)
        farewell.at_end(last)
        assert farewell.value == 1
        raise ValueError("on its way")

    with pytest.raises(ValueError, match="^on its way$"):
        fail()
    gc.collect()
    assert len(seen) == 1


@pytest.mark.parametrize("mode", chaos.MODES)
def test_code_that_gets_in_everywhere(mode):
    assert chaos.run(mode, 1, 3000) == []


def test_a_warning_that_runs_code_while_arguments_are_marked():
    """A refused place warns about its owner: what that runs finds the other arguments in use."""
    tree, other = m.Tree(1), m.Node(2)
    node = tree.node
    m.take_Tree(tree, 0)
    seen = []

    def show(*_args, **_kwargs):
        with pytest.raises(RuntimeError, match="by a call that has not finished yet"):
            m.change_Node(other, 0)
        with pytest.raises(RuntimeError, match="by a call that has not finished yet"):
            m.take_Node(other, 0)
        seen.append(m.show_Node(other, 0)[1])

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        with pytest.raises(RuntimeError, match="lost its value"):
            m.both_Node_Node(other, node)
    assert seen == [2]
    assert m.take_Node(other, 0)[1] == 2
