"""Intrusive reference counts: one count for each value, natively or in Python, and one object."""

import gc
import importlib
import random
import re
import struct
import subprocess
import sys
import textwrap
import threading
import weakref

import pytest
import test_intrusive_ext as m
from refusals import raised

SHARED = "is shared by its intrusive reference count, and can be neither modified through `&mut` nor moved out"


def panicked(call, *args):
    with pytest.raises(RuntimeError, match="Rust panic at") as info:
        call(*args)
    return str(info.value)


@pytest.fixture(autouse=True)
def counts():
    """A function that says how many nodes are alive of those that were made since the test began: none at its end."""
    m.release()
    gc.collect()
    m.exposed()
    made, dropped, known = m.counts()

    def now():
        gc.collect()
        return m.counts()[0] - made - (m.counts()[1] - dropped)

    yield now
    m.release()
    assert now() == 0
    assert m.counts()[2] == known, "a value knew its object while it was dropped"


class Sub(m.Node):
    def __init__(self, name):
        super().__init__(name)
        self.extra = [name]

    def alarm(self):
        return f"{self.name}!"


@pytest.mark.row("own-30", "ow2-03", "api-intr-1")
def test_the_counter_has_the_size_of_a_pointer():
    assert m.counter_size() == struct.calcsize("P")


@pytest.mark.row("ow2-03", "ow2-04", "api-intr-2", "api-intr-3", "api-intr-4", "api-intr-5")
def test_a_counter_counts_and_its_clone_starts_at_zero():
    assert m.counter_steps() == [0, 0, 2, 0, 1, 1, 0]
    assert "a reference was given back that was never taken" in panicked(m.underflow)


@pytest.mark.row("ow2-03", "api-intr-6")
def test_a_value_cannot_get_a_second_object():
    a, b = m.Node("a"), m.Node("b")
    m.claim(a, a)
    assert "the value belongs to another Python object already" in panicked(m.claim, a, b)
    assert a.myself() is a and m.same(a) is a


@pytest.mark.row("ow2-08", "api-intr-10")
def test_the_hooks_are_installed_by_the_module():
    assert m.replace_hooks() is False
    assert m.released(m.make("a")) == "a"


@pytest.mark.row("ow2-05", "api-intr-11")
def test_free_functions_accept_nothing_and_free_at_zero(counts):
    assert m.free_functions() == [0, 0, 1]


@pytest.mark.row("ow2-10", "api-intr-13", "api-intr-14", "api-intr-17", "api-intr-18", "api-intr-19", "api-intr-20")
def test_a_reference_without_python(counts):
    facts = m.pointer_facts()
    assert [name for name, holds in facts if not holds] == [] and len(facts) == 10
    assert counts() == 0


@pytest.mark.row("own-29", "OWN-12", "ow2-11", "api-intr-12")
def test_a_value_has_one_object_whichever_side_made_it(counts):
    a = m.Node("python")
    assert m.same(a) is a and m.maybe(a) is a and m.every([a, a]) == [a, a]
    assert m.maybe(None) is None and m.make_none("") is None
    assert "incompatible function arguments" in raised(TypeError, m.same, None)
    b = m.make("native")
    assert type(b) is m.Node and m.same(b) is b
    assert m.taken(b) is b and m.referred(b) is b and b.myself() is b
    m.keep(b)
    assert m.kept(0) is b
    assert counts() == 2
    del a, b
    assert counts() == 1 and m.kept(0).name == "native"
    m.release()
    assert counts() == 0


@pytest.mark.row("ow2-11")
def test_copy_policies_make_another_value(counts):
    a = m.make("a")
    b = m.copied(a)
    assert b is not a and b.name == "a" and m.same(b) is b
    b.name = "b"
    assert (a.name, b.name, counts()) == ("a", "b", 2)


@pytest.mark.row("ow2-02", "OWN-12", "api-intr-6")
def test_counts_pass_to_python_on_first_exposure(counts):
    m.keep_new("native", 5)
    assert m.native_count(0) == 5
    assert "Unable to convert function return value" in raised(TypeError, m.kept_if_known, 0)
    assert m.native_count(0) == 5
    assert m.exposed() == []
    a = m.kept(3)
    assert m.native_count(0) is None and m.exposed() == ["native"]
    assert m.kept_if_known(1) is a
    # The five native references, `a`, and the argument of getrefcount.
    assert sys.getrefcount(a) == 5 + sys.getrefcount(m.make("one"))
    assert [m.kept(i) is a for i in range(5)] == [True] * 5
    m.release()
    assert sys.getrefcount(a) == sys.getrefcount(m.make("one"))
    assert counts() == 1


@pytest.mark.row("ow2-02")
def test_native_references_are_python_references():
    a = m.Node("a")
    before = sys.getrefcount(a)
    for n in range(1, 8):
        m.keep(a)
        assert sys.getrefcount(a) == before + n
    m.release()
    assert sys.getrefcount(a) == before


@pytest.mark.row("OWN-12")
@pytest.mark.parametrize("made", [m.Node, Sub, m.make, m.make_value, m.make_box, m.Leaf, m.make_leaf])
@pytest.mark.parametrize("release", [m.release, m.release_on_thread])
def test_both_orders_of_release(counts, made, release):
    a = made("x")
    m.keep(a)
    del a
    assert counts() == 1 and m.kept(0).name == "x"
    release()
    assert counts() == 0
    a = made("y")
    m.keep(a)
    release()
    assert counts() == 1 and a.name == "y" and m.same(a) is a
    del a
    assert counts() == 0


@pytest.mark.row("own-29", "cls-34")
def test_a_python_subclass_survives_in_native_hands(counts):
    a = Sub("rex")
    a.more = {"x": a.extra}
    seen = weakref.ref(a)
    address = id(a)
    m.keep(a)
    del a
    gc.collect()
    back = m.kept(0)
    assert id(back) == address and back is seen() and type(back) is Sub
    assert back.alarm() == "rex!" and back.more == {"x": ["rex"]}
    # A copy has neither the class nor the attributes.
    copy = m.copied(back)
    assert type(copy) is m.Node and copy.name == "rex"
    assert "object has no attribute 'alarm'" in raised(AttributeError, lambda: copy.alarm)
    del back, copy
    m.release_on_thread()
    assert seen() is None and counts() == 0


@pytest.mark.row("ow2-01")
def test_a_value_that_holds_itself_goes_when_it_lets_go(counts):
    a = Sub("self")
    a.hold_self()
    a.hold_self()
    seen = weakref.ref(a)
    del a
    gc.collect()
    assert counts() == 1
    seen().let_go()
    assert seen() is None and counts() == 0


@pytest.mark.row("ow2-07", "OWN-22", "api-clsann-7")
def test_the_function_is_called_once_for_each_object():
    m.exposed()
    a = m.Node("a")
    m.keep(a), m.same(a), m.kept(0), a.myself()
    assert m.exposed() == ["a"]
    m.make("b"), m.make_value("c"), m.make_box("d"), Sub("e")
    assert m.exposed() == ["b", "c", "d", "e"]
    # A failed construction makes no value.
    raised(TypeError, m.Node, 1)
    raised(TypeError, m.Node)
    assert m.exposed() == []


@pytest.mark.row("ow2-07", "OWN-22")
def test_derived_classes_inherit_the_annotation(counts):
    leaf = m.Leaf("leaf")
    assert m.exposed() == ["leaf"]
    assert leaf.is_known() and leaf.myself() is leaf
    assert m.same(leaf) is leaf and m.same_leaf(leaf) is leaf and leaf.leaf() is leaf
    native = m.make_leaf("native")
    assert type(native) is m.Leaf and native.value == 6 and m.exposed() == ["native"]
    assert m.same(native) is native and m.same_leaf(native) is native
    m.keep(native)
    del native
    assert type(m.kept(0)) is m.Leaf and m.kept(0).value == 6
    assert "incompatible function arguments" in raised(TypeError, m.same_leaf, m.Node("n"))

    class Deep(m.Leaf):
        pass

    deep = Deep("deep", 9)
    m.keep(deep)
    del deep
    assert type(m.kept(1)) is Deep and m.kept(1).value == 9
    m.release()


def test_counters_of_class_and_base_are_both_handed_over(counts):
    for made in (m.Twice, m.make_twice):
        twice = made("t")
        assert m.exposed() == ["t", "twice"]
        assert m.same(twice) is twice and m.same_twice(twice) is twice
        m.keep(twice)
        del twice
        assert type(m.kept(0)) is m.Twice
        m.release()
        assert counts() == 0


@pytest.mark.row("ow2-05", "api-intr-9")
def test_a_counted_type_of_ones_own():
    a = m.Logged()
    assert a.log() == ["set"]
    assert m.same_logged(a) is a
    assert a.log() == ["set", "inc", "dec"]
    b = m.make_logged()
    assert b.log() == ["inc", "set", "dec"]


@pytest.mark.row("ow2-06", "api-intr-7", "api-intr-8")
def test_a_value_knows_its_object(counts):
    a = m.make("a")
    assert a.is_known() and a.myself() is a
    # A part of another value has no object of its own.
    owner = m.Owner()
    assert not owner.node.is_known() and owner.node.myself() is None


def test_values_are_not_modified_or_moved_behind_a_reference():
    for a in (m.Node("a"), m.make("a"), Sub("a")):
        text = raised(RuntimeError, a.overwrite, "b")
        assert SHARED in text
        with pytest.raises(RuntimeError, match=re.escape(SHARED)):
            a.tag = 5
        assert SHARED in raised(RuntimeError, m.consume, a)
        assert SHARED in raised(RuntimeError, m.change_and_hold, a, a)
        assert SHARED in raised(RuntimeError, m.change_and_hold, a, m.Node("other"))
        assert (a.name, a.tag) == ("a", 1)
        assert m.two(a, a) == "aa"
        a.name = "c"
        assert a.name == "c" and m.borrowed(a) == "c"


@pytest.mark.row("ow2-02")
def test_a_counted_value_is_not_shared_as_an_arc(counts):
    node = m.Node("a")
    assert SHARED in raised(RuntimeError, m.share, node)
    # One that comes as an `Arc` may outlive its object, which therefore does not count for it.
    shared = m.make_shared("b")
    assert not shared.is_known()
    assert "cannot be held by a `ref_`" in raised(RuntimeError, m.same, shared)
    m.share(shared)
    del shared
    assert counts() == 2 and m.end_shares() == [False] and counts() == 1
    # In a box it is like any other.
    taken = m.make_shared("c")
    assert m.consume(taken) == "c"


def empty():
    return m.inst_alloc(m.Node)


def by_hand(name):
    made = empty()
    m.fill(made, name)
    return made


def copied_by_hand(name):
    made = empty()
    m.inst_copy(made, m.Node(name))
    return made


@pytest.mark.parametrize("make", [by_hand, copied_by_hand, lambda name: m.own(m.Node, name)])
def test_values_made_by_hand_are_counted(make, counts):
    node = make("a")
    assert node.myself() is node and m.same(node) is node
    m.keep(node)
    address = id(node)
    del node
    assert counts() == 1 and id(m.kept(0)) == address


def test_a_counted_value_is_left_alone_by_the_low_level_functions():
    node, other = m.Node("a"), m.Node("b")
    for call in (
        lambda: m.inst_destruct(node),
        lambda: m.inst_move(empty(), node),
        lambda: m.inst_replace_move(other, node),
        lambda: m.inst_replace_copy(other, node),
    ):
        assert SHARED in raised(RuntimeError, call)
    assert (node.name, other.name) == ("a", "b") and m.same(other) is other


def test_a_part_of_another_object_has_no_count():
    owner = m.Owner()
    text = raised(RuntimeError, m.keep, owner.node)
    assert "(of class test_intrusive_ext.Node) cannot be held by a `ref_`: it is a part of another object" in text
    # It is its owner that is modified.
    owner.node.tag = 7
    owner.node.overwrite("x")
    assert (owner.node.name, owner.node.tag) == ("x", 1)
    value = m.Node("copied in")
    owner.node = value
    assert owner.node.name == "copied in" and m.same(value) is value
    with pytest.raises(RuntimeError):
        m.keep(owner.node)


def test_a_class_without_the_annotation_is_refused():
    plain = m.Plain()
    text = raised(RuntimeError, m.hold_plain, plain)
    assert text.endswith("or its class lacks the annotation `nb::intrusive_ptr`")
    m.dropped_plain(plain)
    text = raised(RuntimeError, m.make_plain)
    assert text == (
        "a `ref_` to class test_intrusive_ext.Plain cannot become a Python object: "
        "the class lacks the annotation `nb::intrusive_ptr`"
    )


def test_fields_share_their_values(counts):
    owner = m.Owner()
    assert owner.child is None
    a = m.Node("a")
    owner.child = a
    assert owner.child is a and owner.child is a
    owner.all = [a, m.make("b"), a]
    assert owner.all[0] is a and owner.all[2] is a and owner.all[1] is owner.all[1]
    always = owner.always
    assert owner.always is always
    # A reference to a value that has an object is the object.
    assert owner.inner is always
    owner.replace(a)
    assert owner.inner is a and always.name == "always"
    del a
    assert owner.child.name == "a"
    owner.child = None
    owner.all = []
    del owner
    assert counts() == 1
    del always
    assert counts() == 0


def test_a_reference_into_a_value_that_python_does_not_know(counts):
    owner = m.Owner()
    inner = owner.inner
    assert inner.name == "always" and not inner.is_known()
    with pytest.raises(RuntimeError, match="cannot be held by a `ref_`"):
        m.keep(inner)
    # From now on the value has an object, and what referred into it may be held too.
    always = owner.always
    assert inner.is_known() and inner.myself() is always and m.same(inner) is always
    m.keep(inner)
    owner.replace(m.Node("new"))
    assert "was modified after the reference was taken" in raised(RuntimeError, inner.is_known)
    del owner, inner, always
    assert m.kept(0).name == "always" and counts() == 1


@pytest.mark.row("ow2-10", "api-intr-15", "api-intr-16")
def test_replaced_references_are_given_back(counts):
    owner = m.Owner()
    before = counts()
    for i in range(100):
        owner.child = m.Node(str(i))
        owner.child = owner.child
    assert owner.child.name == "99" and counts() == before + 1


def test_a_dying_value_is_given_to_nobody(counts):
    seen = []
    a = m.Node("a")
    keep = weakref.ref(a, lambda _: seen.append((m.counts()[1], m.kept(0).name)))
    m.keep(m.make("other"))
    del a
    assert len(seen) == 1 and seen[0][1] == "other"
    assert keep() is None


def test_a_finalizer_may_pass_the_object_on(counts):
    class Back(m.Node):
        def __del__(self):
            m.keep(self)

    a = Back("back")
    address = id(a)
    del a
    gc.collect()
    back = m.kept(0)
    assert id(back) == address and back.name == "back" and type(back) is Back
    m.release()
    assert m.same(back) is back
    del back
    gc.collect()
    # A finalizer runs once.
    m.release()


def test_a_cycle_of_python_subclasses_is_collected(counts):
    a, b = Sub("a"), Sub("b")
    a.other, b.other = b, a
    m.keep(a)
    del a, b
    assert counts() == 2
    m.release()
    assert counts() == 0


def test_long_chains_die_without_deep_recursion(counts):
    head = m.Node("0")
    for i in range(100_000):
        node = m.Node("n")
        node.hold(head)
        head = node
    del node
    del head
    assert counts() == 0


@pytest.mark.row("ow2-08", "own-29")
def test_references_are_used_without_the_interpreter(counts):
    for a in (m.Node("a"), m.make("a"), Sub("a")):
        before = sys.getrefcount(a)
        m.on_threads(a, 4, 200)
        assert sys.getrefcount(a) == before
        assert m.released(a) == "a"
    m.on_threads(m.make("temporary"), 4, 50)
    del a
    assert counts() == 0


@pytest.mark.row("OWN-13")
def test_hand_over_while_other_threads_count(counts):
    for _ in range(20):
        objects = m.race(50, 4)
        assert [o.name for o in objects] == [f"n{i}" for i in range(50)]
        assert all(m.same(o) is o for o in objects)
        assert len({id(o) for o in objects}) == 50
    # What the list holds is the only reference.
    one = [m.make("one")]
    assert {sys.getrefcount(objects[i]) for i in range(50)} == {sys.getrefcount(one[0])}
    del one
    assert counts() == 50
    del objects
    assert counts() == 0


def test_python_threads_share_one_object(counts):
    m.keep_new("shared", 3)
    seen, start = [], threading.Barrier(8)

    def get():
        start.wait()
        for _ in range(50):
            seen.append(m.kept(1))

    threads = [threading.Thread(target=get) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len({id(node) for node in seen}) == 1
    assert m.exposed() == ["shared"]
    seen.clear()
    assert counts() == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_panics_in_hooks_and_destructors_are_reported(monkeypatch, counts):
    reports = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: reports.append(str(report.exc_value)))
    a = m.Node("panic in hook")
    assert len(reports) == 1 and "hook failed on purpose" in reports[0]
    assert m.same(a) is a
    b = m.make("panic")
    m.keep(b)
    del b
    m.release_on_thread()
    assert len(reports) == 2 and "dropped on purpose" in reports[1]


def run(code):
    """What a program that imports the module prints as errors when it ends, which it must do with success."""
    code = f"import sys; sys.path[:0] = {sys.path!r}; import test_intrusive_ext as m\n" + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_references_alive_at_exit_are_quiet():
    errors = run(
        """
        class Sub(m.Node):
            def __del__(self):
                pass
        m.keep(Sub("a")); m.keep(m.make("b")); m.keep_new("c", 2); m.kept(2)
        """
    )
    assert errors == ""


def test_a_thread_that_counts_while_the_interpreter_ends():
    errors = run(
        """
        node = m.Node("a")
        for _ in range(4):
            m.keep_on_thread_for_ever(node)
        """
    )
    # A reference that cannot be counted is not made: the thread panics, if it is not over before.
    assert errors == "" or "was cloned after the interpreter has ended" in errors


def test_random_programs_agree_with_a_model(counts):
    """Holders natively and in Python, and a model that knows who holds what."""
    for seed in range(12):
        rng = random.Random(seed)
        python, native, parents = [], [], {}
        for step in range(300):
            act = rng.randrange(8)
            if act == 0 or not python:
                make = rng.choice([m.Node, m.make, m.make_value, m.make_box, Sub, m.Leaf, m.make_leaf])
                python.append(make(f"{seed}.{step}"))
            elif act == 1:
                node = rng.choice(python)
                m.keep(node)
                native.append(node.name)
            elif act == 2:
                python.pop(rng.randrange(len(python)))
            elif act == 3 and native:
                i = rng.randrange(len(native))
                node = m.kept(i)
                assert node.name == native[i]
                assert m.kept(i) is node and m.same(node) is node
                python.append(node)
            elif act == 4 and rng.random() < 0.2:
                (m.release if rng.random() < 0.5 else m.release_on_thread)()
                native.clear()
            elif act == 5:
                # An older node is held by a younger one, so that there are no cycles.
                a, b = sorted(rng.choices(python, k=2), key=lambda n: float(n.name.split(".")[1]))
                if a is not b:
                    b.hold(a)
                    parents.setdefault(b.name, set()).add(a.name)
            elif act == 6:
                node = rng.choice(python)
                node.let_go()
                parents.pop(node.name, None)
            else:
                node = rng.choice(python)
                with pytest.raises(RuntimeError):
                    node.overwrite("x")
            if step % 50 == 49:
                alive, todo = set(), [n.name for n in python] + native
                while todo:
                    name = todo.pop()
                    if name not in alive:
                        alive.add(name)
                        todo.extend(parents.get(name, ()))
                node = None
                a = b = None
                assert counts() == len(alive)
        python.clear()
        node = a = b = None
        m.release()
        assert counts() == 0


@pytest.mark.row("cls-75")
def test_a_counted_class_has_no_pool():
    text = "nanobind: type 'Counted': instance pooling is incompatible with intrusive reference counting!"
    with pytest.raises(ImportError) as caught:
        importlib.import_module("test_fail_pooled_counter_ext")
    assert str(caught.value) == text
