"""Names of attributes in native code: literals are made once for each place, other texts never kept."""

import gc
import subprocess
import sys

import pytest
import test_names_ext as m
from hypothesis import given
from hypothesis import strategies as st
from samples import SPY


class Spy:
    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        return self


@pytest.mark.row("WRP-09")
def test_a_literal_is_one_interned_object():
    spy = Spy()
    for read in (m.literal, m.literal, m.literal_again, m.plain, m.raw):
        read(spy)
    name = sys.intern("width")
    assert len(spy.asked) == 5 and all(one is name for one in spy.asked)


@pytest.mark.row("WRP-09")
@pytest.mark.parametrize("read", [lambda o, name: m.text(o, name), lambda o, name: m.part(o, "_" + name)])
def test_a_text_made_at_run_time_is_not_kept(read):
    spy = Spy()
    # CPython's own cache of attributes takes no names of this length.
    made = "a name nobody else %s" % "knows" * 10
    read(spy, made)
    read(spy, made)
    first, second = spy.asked
    assert first == second == made and first is not second
    del spy, second
    gc.collect()
    # Ours and the argument's.
    assert sys.getrefcount(first) <= 2
    before = sys.getallocatedblocks()
    for number in range(2000):
        with pytest.raises(AttributeError):
            m.text(1, f"{made} {number}")
    gc.collect()
    assert sys.getallocatedblocks() - before < 500


@pytest.mark.row("api-obj-10")
def test_an_object_is_a_name_as_it_is():
    class Text(str):
        pass

    spy = Spy()
    name = Text("width")
    m.object(spy, name)
    m.str(spy, name)
    assert spy.asked[0] is name and spy.asked[1] is name
    with pytest.raises(TypeError, match="attribute name must be string"):
        m.object(spy, 5)


class Holder:
    width = 3

    def double(self, x):
        return 2 * x


def test_reading_writing_calling_deleting():
    o = Holder()
    assert m.literal(o) == 3 and m.many(o) == 3000
    m.set(o, 7)
    assert o.width == 7 and m.many(o) == 7000
    m.__dict__["del"](o)
    assert m.literal(o) == 3
    with pytest.raises(AttributeError):
        m.__dict__["del"](o)
    assert m.call(o, 4) == 8 and m.constant == 5
    with pytest.raises(AttributeError, match="width"):
        m.literal(5)


def test_a_chain():
    spy = Spy()
    spy.__class__.__getitem__ = lambda self, key: (self.asked.append(key), self)[1]
    assert m.chain(spy) is spy
    assert spy.asked == ["one", "two", "three", "four"]
    assert spy.asked[0] is sys.intern("one")


def test_what_reading_ends_is_kept_while_it_is_read():
    class Ends:
        def __getattr__(self, name):
            holder.clear()
            gc.collect()
            return self

    holder = [Ends()]
    assert isinstance(m.literal(holder[0]), Ends)
    holder.append(Ends())
    assert isinstance(m.chain.__class__, type) and type(m.literal(holder.pop())).__name__ == "Ends"


def test_a_name_is_a_text_for_methods_of_that_name():
    assert m.texts() == (5, ["width"], "height")
    assert m.shown() == ('wi"dth "wi\\"dth"   wi"dth', 6, 'WI"DTH')


# A name that the object has is not asked for by `__getattr__`.
@given(st.text().filter(lambda name: name not in dir(Spy())))
def test_any_text_is_a_name(name):
    spy = Spy()
    m.text(spy, name)
    assert spy.asked == [name]


@pytest.mark.row("WRP-11")
def test_the_module_is_imported_again():
    code = SPY + """
import gc, sys
for _ in range(3):
    import test_names_ext as m
    m.literal(Spy()); m.plain(Spy())
    del m, sys.modules["test_names_ext"]
    gc.collect()
assert all(name is sys.intern("width") for name in Spy.asked) and len(Spy.asked) == 6
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


RELOADED = """
import gc, sys, weakref

class T:
    width = "width"
    two = "two"

def used(*reads):
    import test_names_ext as m
    gone = weakref.ref(m)
    shown = [getattr(m, read)(T()) for read in reads]
    del m, sys.modules["test_names_ext"]
    for _ in range(4):
        gc.collect()
    return shown, gone() is None

assert used("literal", "two", "plain") == (["width", "two", "width"], True)
assert used("two", "plain", "literal") == (["two", "width", "width"], True)
"""


def test_names_are_found_again_when_the_module_is_imported_again():
    """The table of names ends with the last module, and another one begins."""
    done = subprocess.run([sys.executable, "-c", RELOADED], capture_output=True, text=True, env=None)
    assert done.returncode == 0, done.stderr
