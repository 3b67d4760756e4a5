"""State that both sides change: one test for each cell of the table in the guide, porting-guide/src/shared-state.md."""

import contextlib
import gc
import importlib
import threading
import time
import weakref
from pathlib import Path

import pytest
from refusals import raised, relinquished
from test_guide import tables

PAGE = Path(__file__).resolve().parent.parent / "porting-guide" / "src" / "shared-state.md"

OBJECT, ARC, RWLOCK, MUTEX, ELEMENT = "in the object", "Arc<T>", "Arc<RwLock<T>>", "Arc<Mutex<T>>", "element"
KINDS = {
    OBJECT: ["rwlock"],
    ARC: ["rwlock"],
    RWLOCK: ["rwlock", "std_rwlock"],
    MUTEX: ["mutex", "std_mutex"],
    ELEMENT: ["rwlock", "std_rwlock", "mutex", "std_mutex"],
}
NAMES = {"rwlock": "nb_locks::RwLock", "std_rwlock": "RwLock", "mutex": "nb_locks::Mutex", "std_mutex": "Mutex"}

READ = "is being read by a call that has not finished yet"
MODIFIED = "is being modified by a call that has not finished yet"
SHARED = "is shared with native code, or part of what is: it cannot be modified until native code has let go of it"
TWICE = "refer to the same"
INTO_LOCK = "which native code shares behind a lock and may change at any time: return a copy or an `Arc`, or bind the field"
PART = "is a reference into another object"

CELLS = {}


def cell(row, *storages):
    """Makes a function the test of these cells of the table."""

    def add(test):
        for storage in storages:
            assert (row, storage) not in CELLS
            CELLS[row, storage] = test
        return test

    return add


class Subject:
    """A value, 1.0, and what native code does to it."""

    def __init__(self, m, kind, storage, item, owner=None):
        self.m, self.kind, self.storage, self.item, self.owner = m, kind, storage, item, owner
        self.locked = storage in (RWLOCK, MUTEX) or owner is not None and owner.kept

    def native_x(self):
        m = self.m
        if self.storage == ARC:
            return m.native_arc_x()
        if self.storage == ELEMENT:
            return (m.native_xs() if self.locked else self.owner.shelf.xs())[1]
        return m.native_x() if self.locked else m.value(self.item)

    @contextlib.contextmanager
    def in_another_thread(self, call):
        """While the call has the value there. What it gives is true when it has it no more."""
        ready, over = threading.Event(), threading.Event()

        def callback():
            ready.set()
            time.sleep(0.1)
            over.set()

        thread = threading.Thread(target=call, args=(callback,))
        thread.start()
        assert ready.wait(20)
        yield over.is_set
        thread.join(20)
        assert over.is_set()


class Owner:
    """A shelf, which native code keeps behind a lock or not."""

    def __init__(self, m, kept):
        self.shelf, self.kept = m.Shelf(), kept
        self.shelf.fill(3)
        if kept:
            m.keep_shelf(self.shelf)


def subjects(m, kind, storage):
    """Makes them one by one, and keeps none."""

    def made(keep, make=m.Item):
        item = make(1.0)
        if keep:
            keep(item)
        return Subject(m, kind, storage, item)

    def on_shelf(kept):
        owner = Owner(m, kept)
        return Subject(m, kind, storage, owner.shelf.items[1], owner)

    if storage == OBJECT:
        yield made(None)
        yield made(None, m.Item.boxed)
    elif storage == ELEMENT:
        yield on_shelf(False)
        yield on_shelf(True)
    else:
        yield made(m.keep_arc if storage == ARC else m.keep)


# Reading and writing ------------------------------------------------------------------------------------------------

ROW = "get a field, &T argument"


@cell(ROW, OBJECT, ARC, RWLOCK, MUTEX, ELEMENT)
def _(s):
    p, m = s.item, s.m
    assert p.x == p.get() == m.value(p) == s.native_x() == 1.0
    # Reads nest.
    assert p.call(lambda: p.call(lambda: (p.x, p.get(), m.add(p, p)))) == (1.0, 1.0, 2.0)
    if s.storage == RWLOCK:
        m.hold_reading(2000)
        # Who waited would be refused.
        m.set_lock_timeout(50)
        assert p.x == 1.0


ROW = "set a field, &mut T argument"


@cell(ROW, OBJECT, RWLOCK, MUTEX, ELEMENT)
def _(s):
    s.item.x = 4.0
    assert s.native_x() == 4.0
    assert s.item.step() == 5.0 == s.native_x()


@cell(ROW, ARC)
def _(s):
    p, m = s.item, s.m
    for change in (lambda: setattr(p, "x", 2.0), p.step):
        assert SHARED in raised(RuntimeError, change)
    p.hits = 5
    assert m.native_hit() == 5 and p.hits == 6
    m.let_go()
    p.x = 2.0
    assert p.step() == 3.0


ROW = "another thread has it"


@cell(ROW, OBJECT, RWLOCK, MUTEX, ELEMENT)
def _(s):
    p = s.item
    for has, use, busy in ((p.call_mut, p.get, MODIFIED), (p.call, p.step, READ)):
        with s.in_another_thread(has) as is_over:
            if s.locked:
                assert use() in (1.0, 2.0) and is_over()
            else:
                assert busy in raised(RuntimeError, use)
    with s.in_another_thread(p.call) as is_over:
        assert p.x == p.get() == s.item.x
        assert s.locked or not is_over()
    if s.storage in (RWLOCK, MUTEX):
        s.m.hold(100)
        assert p.step() == s.native_x()
    if s.storage == ELEMENT and s.locked:
        s.m.hold_shelf(100)
        assert p.step() == s.native_x()


@cell(ROW, ARC)
def _(s):
    p = s.item
    with s.in_another_thread(p.call) as is_over:
        assert p.x == 1.0 and not is_over()
        assert READ in raised(RuntimeError, p.step)
        p.hits += 1


ROW = "the same thread has it, conflict"


@cell(ROW, OBJECT, ARC, RWLOCK, MUTEX, ELEMENT)
def _(s):
    p = s.item
    # Who waited would never come back.
    s.m.set_lock_timeout(2**40)
    assert READ in raised(RuntimeError, p.call, p.step)
    assert READ in raised(RuntimeError, p.call, lambda: setattr(p, "x", 2.0))
    if s.storage != ARC:
        assert MODIFIED in raised(RuntimeError, p.call_mut, p.get)
        assert MODIFIED in raised(RuntimeError, p.call_mut, lambda: p.x)
    if s.owner:
        assert MODIFIED in raised(RuntimeError, p.call_mut, s.owner.shelf.xs)
    assert p.get() == 1.0


ROW = "the same object twice in a call"


@cell(ROW, OBJECT, RWLOCK, MUTEX, ELEMENT)
def _(s):
    p, m = s.item, s.m
    assert m.add(p, p) == 2.0
    text = raised(RuntimeError, m.swap, p, p)
    assert text.startswith(f"swap(): argument 'a' and argument 'b' {TWICE}")
    p.pos.x, p.vel.x = 3.0, 4.0
    m.points(p.pos, p.vel)
    assert (p.pos.x, p.vel.x) == (4.0, 3.0)
    assert TWICE in raised(RuntimeError, m.points, p.pos, p.pos)
    if s.storage in (RWLOCK, MUTEX):
        assert "one of them to its lock" in raised(RuntimeError, m.value_and_lock, p, p)
    if s.owner:
        other = s.owner.shelf.items[0]
        m.swap(p, other)
        assert (p.x, other.x) == (0.0, 1.0)
        assert TWICE in raised(RuntimeError, m.item_and_shelf, p, s.owner.shelf)


@cell(ROW, ARC)
def _(s):
    assert s.m.add(s.item, s.item) == 2.0
    assert SHARED in raised(RuntimeError, s.m.swap, s.item, s.item)


ROW = "native code below has the lock"


@cell(ROW, RWLOCK, MUTEX, ELEMENT)
def _(s):
    if not s.locked:
        return  # The owner has no lock.
    p, m = s.item, s.m
    call = m.call_shelf_locked if s.owner else m.call_locked
    # Who waited for `nb::locks` would never come back.
    m.set_lock_timeout(2**40)
    if s.kind.startswith("std_"):
        m.set_lock_timeout(100)
        text = raised(RuntimeError, call, p.get)
        assert "has been locked for more than 0.1 s" in text and "perhaps the code that has called Python here" in text
    else:
        assert "is locked by the native code that has called Python here" in raised(RuntimeError, call, p.get)
        assert p.get() == 1.0


# Kinds of ownership -------------------------------------------------------------------------------------------------

ROW = "argument Arc<RwLock<T>>"


@cell(ROW, OBJECT)
def _(s):
    p, m = s.item, s.m
    pos = p.pos
    pos.x = 2.0
    assert m.count(p) == 2 and m.same(p) is p
    pos.x += 1.0
    assert p.x == 1.0 and p.pos.x == 3.0
    m.keep(p)
    assert m.native_step() == 2.0 == p.x


@cell(ROW, ARC)
def _(s):
    text = raised(RuntimeError, s.m.count, s.item)
    assert text.endswith("in an `Arc<..>` without a lock, and this function takes it in an `Arc<nb_locks::RwLock<..>>`")
    s.m.let_go()
    assert s.m.count(s.item) == 2 and s.item.x == 1.0


@cell(ROW, RWLOCK)
def _(s):
    p, m = s.item, s.m
    assert m.same(p) is p and m.count(p) == 3
    # The lock is not taken.
    assert p.call_mut(lambda: m.count(p)) == 3
    m.hold(2000)
    # Who waited would be refused.
    m.set_lock_timeout(50)
    assert m.count(p) > 2


@cell(ROW, MUTEX)
def _(s):
    p, m = s.item, s.m
    text = raised(RuntimeError, m.count_arc, p)
    assert text.endswith(f"in an `Arc<{NAMES[s.kind]}<..>>`, and this function takes it in an `Arc<..>` without a lock")
    text = raised(RuntimeError, m.count_other, p)
    assert text.endswith(f"in an `Arc<{NAMES[s.kind]}<..>>`, and this function takes it in an `Arc<lock_api::RwLock<..>>`")
    m.let_go()
    assert m.count_other(p) == 2 and p.step() == 2.0


@cell(ROW, ELEMENT)
def _(s):
    assert PART in raised(RuntimeError, s.m.count, s.item)
    assert s.item.x == 1.0


ROW = "result Arc<RwLock<T>>, Weak, Vec, Option, fields"


@cell(ROW, RWLOCK, MUTEX)
def _(s):
    p, m = s.item, s.m
    assert m.kept() is p and m.same(p) is p and m.maybe(p) is p and m.maybe(None) is None
    assert m.weak(p) is p and [one is p for one in m.list([p, p])] == [True, True]
    holder = m.Holder()
    assert holder.one is None and holder.weak is None and holder.all == []
    holder.one, holder.all, holder.weak = p, [p, p], p
    assert holder.one is p and holder.all[1] is p and holder.weak is p
    holder.all[0].x = 7.0
    assert s.native_x() == 7.0
    del p
    s.item = None
    gc.collect()
    again = m.kept()
    assert again.x == 7.0 and holder.one is again and holder.weak is again
    m.let_go()
    holder.one, holder.all = None, []
    del again
    assert holder.weak is None


ROW = "reference_internal"


@cell(ROW, OBJECT, ARC)
def _(s):
    p = s.item
    part = p.part_once()
    assert part.x == 0.0 and p.myself() is p
    assert "was obtained through a shared reference" in raised(RuntimeError, setattr, part, "x", 1.0)
    s.m.let_go()
    p.x = 2.0
    assert "was modified after the reference was taken" in raised(RuntimeError, lambda: part.x)
    # Given again, it is good again.
    assert p.part_once() is part and part.x == 0.0


@cell(ROW, RWLOCK, MUTEX)
def _(s):
    assert raised(RuntimeError, s.item.part).endswith(INTO_LOCK)
    assert s.item.myself() is s.item


@cell(ROW, ELEMENT)
def _(s):
    p = s.item
    assert p.myself() is p
    if s.locked:
        assert raised(RuntimeError, p.part).endswith(INTO_LOCK)
        return
    part = p.part_once()
    assert part.x == 0.0
    s.owner.shelf.items[0].x = 2.0
    assert "was modified after the reference was taken" in raised(RuntimeError, lambda: part.x)


ROW = "def_rw of a bound field"


@cell(ROW, OBJECT, RWLOCK, MUTEX, ELEMENT)
def _(s):
    p = s.item
    pos = p.pos
    pos.x = 3.0
    assert p.pos.x == 3.0 and p.pos is pos
    p.pos = s.m.Point()
    assert pos.x == 0.0
    s.item = None
    del p
    gc.collect()
    pos.x = 1.0
    assert pos.x == 1.0


@cell(ROW, ARC)
def _(s):
    p = s.item
    assert p.pos.x == 0.0
    for change in (lambda: setattr(p.pos, "x", 1.0), lambda: setattr(p, "pos", s.m.Point())):
        assert SHARED in raised(RuntimeError, change)


ROW = "move out (Box<T>, unique_ptr)"


@cell(ROW, OBJECT)
def _(s):
    assert s.m.boxed_out(s.item) == 1.0
    relinquished(s.item.get)


@cell(ROW, ARC, RWLOCK, MUTEX)
def _(s):
    p, m = s.item, s.m
    assert SHARED in raised(RuntimeError, m.boxed_out, p) and p.x == 1.0
    m.let_go()
    assert m.boxed_out(p) == 1.0
    relinquished(p.get)


@cell(ROW, ELEMENT)
def _(s):
    assert PART in raised(RuntimeError, s.m.boxed_out, s.item) and s.item.x == 1.0


# The collector and the end ------------------------------------------------------------------------------------------

ROW = "cycle through a Python object"


@cell(ROW, OBJECT, ARC, RWLOCK, MUTEX, ELEMENT)
def _(s):
    seen = weakref.ref(s.owner.shelf if s.owner else s.item)
    p = s.item
    if s.storage == ARC:
        # Not to be modified while others have it; it stays in its `Arc`.
        s.m.let_go()
    p.held = p
    s.m.let_go()
    s.item = s.owner = None
    del p
    gc.collect()
    found = s.storage in (OBJECT, ELEMENT) and not s.locked
    assert (seen() is None) == found
    if not found:
        alive = seen()
        (alive.items[1] if s.storage == ELEMENT else alive).held = None
        del alive
        gc.collect()
        assert seen() is None


ROW = "panic of native code that has the lock"


@cell(ROW, RWLOCK, MUTEX, ELEMENT)
def _(s):
    if not s.locked:
        return  # The owner has no lock.
    p, m = s.item, s.m
    if s.owner:
        assert m.panic_shelf_locked()
        assert p.step() == 2.0 == s.native_x() and s.owner.shelf.xs() == [1.0, 2.0, 2.0]
    else:
        assert m.panic_locked()
        assert p.x == 2.0 == s.native_x() and p.step() == 3.0


@pytest.mark.parametrize("row, storage", CELLS, ids=["-".join(name) for name in CELLS])
def test_cell(row, storage):
    for kind in KINDS[storage]:
        m = importlib.import_module(f"test_shared_state_{kind}_ext")
        for subject in subjects(m, kind, storage):
            try:
                CELLS[row, storage](subject)
            finally:
                m.set_lock_timeout(5000)
                m.let_go()


def test_every_cell_of_the_guide_has_a_test():
    plain = lambda text: text.replace("`", "").replace("\\|", "|")  # noqa: E731
    (table,) = (t for t in tables(PAGE.read_text(encoding="utf-8")) if t[0][1][0] == "operation")
    (_, (_, *storages)), _, *rows = table
    shown = {
        (plain(row), plain(storage))
        for _, (row, *answers) in rows
        for storage, answer in zip(storages, answers)
        if answer != "-"
    }
    assert shown == set(CELLS)
    assert len(shown) > 50


def test_trait_objects_behind_a_lock():
    import test_shared_state_dyn_ext as m

    field = m.Field()
    made = field.make(3.0)
    assert type(made) is m.Constant and field.get(0) is made
    made.value = 4.0
    assert field.at(0.0) == 4.0
    field.scale(0.5)
    assert made.value == 2.0
    field.add(made)
    assert m.same_lock(field, 0, 1) and m.count(made) == 4
    del made
    gc.collect()
    assert field.get(0).value == 2.0 and field.get(0) is field.get(1)

    class Sub(m.Constant):
        def at(self, x):
            return x + self.value

    sub, plain = Sub(1.0), m.Constant(5.0)
    field = m.Field()
    for force in (sub, plain):
        field.add(force)
    assert field.get(0) is sub and field.get(1) is plain
    assert field.at(10.0) == 16.0
    field.scale(2.0)
    assert (sub.value, plain.value) == (2.0, 10.0)
    # What has a lock already is reached through it.
    m.count(sub), m.count(plain)
    field.add(plain)
    assert field.at(10.0) == 32.0
    field.scale(2.0)
    assert (sub.value, plain.value) == (4.0, 40.0)
