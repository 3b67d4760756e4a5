"""What is garbage is given to nobody, and what is being made is seen by nobody."""

import functools
import gc
import subprocess
import sys

import pytest
import test_garbage_ext as m

# What the scripts begin with. Collections happen when the test says so, of objects in the order in which they were made.
BEGIN = """
import gc, sys, weakref
gc.disable()
import test_garbage_ext as m

def code():
    \"\"\"A code object that nothing else refers to: a weak reference to it is called early in a collection.\"\"\"
    names = {}
    exec("def f(): pass", {}, names)
    return names["f"].__code__

def junk():
    \"\"\"Takes the memory that was freed just now.\"\"\"
    return [bytearray(size) for size in (32, 64, 100, 136, 200, 300, 1000) for _ in range(50)]
"""


def run(script):
    done = subprocess.run([sys.executable, "-c", BEGIN + script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout.split()


# A class becomes garbage, and code that the collector runs on its way to it asks native code for an instance.
CLASS = """
make, where = m.{make}, "{where}"
cls = m.{name}
for index in range(50):
    cls(index)
delattr(m, "{name}")
got, refused, kept = [], [], []

def ask(_):
    try:
        got.append(make())
    except (RuntimeError, TypeError) as error:
        refused.append(error)

class Other:
    pass

target = code()
if where == "attribute":
    cls.code = target
elif where == "function":
    names = {{}}
    exec("def f(): pass", {{}}, names)
    cls.function = names.pop("f")
    target = cls.function.__code__
elif where == "other":
    other = Other()
    other.me, other.code, other.cls = other, target, cls
    cls.other = other
    del other
elif where == "late":
    # A callback when the class itself ends.
    kept.append(weakref.ref(cls, ask))
weak = weakref.ref(target, ask)
del cls, target
gc.collect()
junk()
for made in got:
    assert isinstance(type(made).__mro__, tuple), "an instance of a class that was cleared"
    assert made.is_whole()
assert got or refused
count = len(got)
del got
gc.collect()
print("got", count, "refused", len(refused))
"""


@pytest.mark.parametrize("where", ["attribute", "function", "other", "late"])
@pytest.mark.parametrize("make", ["make_Bare", "make_Dynamic", "make_Pooled", "make_Bare_box", "make_Dynamic_arc"])
def test_a_class_that_is_garbage_gets_no_instances(make, where):
    name = make.split("_")[1]
    run(CLASS.format(make=make, name=name, where=where))


def test_what_is_refused_says_so():
    """Here something that is older than the class, and cleared before it, holds what the callback waits for."""
    script = """
import gc, weakref
gc.disable()
names = {}
exec("def f(): pass", {}, names)
class Other:
    pass
other = Other()
other.me, other.code = other, names.pop("f").__code__
import test_garbage_ext as m
other.cls = m.Dynamic
m.Dynamic.other = other
delattr(m, "Dynamic")
said = []
def ask(_):
    try:
        m.make_Dynamic()
    except RuntimeError as error:
        said.append(str(error))
weak = weakref.ref(other.code, ask)
del other
gc.collect()
print(*said)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    text = "the class 'test_garbage_ext.Dynamic' is being collected as garbage: it gets no more instances"
    assert (done.returncode, done.stdout.strip()) == (0, text), done.stderr


def test_a_class_that_survives_its_collection_gets_instances_again():
    """A finalizer that finds its class garbage brings it back."""
    script = """
kept = []
class Saver:
    def __del__(self):
        kept.append(self.cls)
cls = m.Dynamic
delattr(m, "Dynamic")
saver = Saver()
saver.cls, cls.saver = cls, saver
del cls, saver
gc.collect()
made = m.make_Dynamic()
assert type(made) is kept[0] and made.is_whole()
"""
    run(script)


def test_a_lent_part_is_not_cleared():
    """A part that is garbage is found again by code that the collector runs, and lent; then its owner goes."""
    script = """
owner = m.Whole()
part = owner.part
def lend(_):
    # The part that is about to be cleared, or another object for it.
    m.lend(owner.part)
part.me = part
part.code = code()
weak = weakref.ref(part.code, lend)
del part
gc.collect()
del owner
kept = junk()
assert m.lent_is_whole()
"""
    run(script)


def test_a_shared_object_that_is_garbage_is_not_given_out():
    script = """
value = m.Shared()
m.share(value)
found = []
def ask(_):
    found.append(m.shared())
value.me = value
value.code = code()
weak = weakref.ref(value.code, ask)
del value
gc.collect()
assert found[0].is_whole() and m.shared() is found[0]
"""
    run(script)


def test_members_of_an_enumeration_that_is_garbage_are_not_given_out():
    script = """
kind = m.Kind
delattr(m, "Kind")
got = []
def ask(_):
    try:
        got.append(m.dog())
    except (RuntimeError, TypeError):
        pass
kind.code = code()
weak = weakref.ref(kind.code, ask)
del kind
gc.collect()
for member in got:
    assert isinstance(type(member).__mro__, tuple), "a member of a class that was cleared"
"""
    run(script)


def test_a_function_that_is_called_is_not_cleared():
    """A function that is garbage is found again by code that the collector runs, and called on another thread meanwhile."""
    script = """
import ctypes, threading
# Cleared from the end: the callback runs while the function is still there.
kept = [None, code()]
function = m.closure(kept)
kept[0], address = function, id(function)
go, began, results, threads = threading.Event(), threading.Event(), [], []

def hook():
    began.set()
    go.wait(30)

def call(found):
    results.append(found(hook))

def find(_):
    # `gc.get_objects` does not give what is being cleared; something like a registry may.
    found = ctypes.cast(address, ctypes.py_object).value
    threads.append(threading.Thread(target=call, args=(found,)))
    del found
    threads[0].start()
    began.wait(30)

weak = weakref.ref(kept[1], find)
del kept, function
gc.collect()
go.set()
threads[0].join()
assert results == [True], results
# The default values that it would not let go of then have their turn now.
gc.collect()
assert m.ended() == 1
"""
    run(script)


@pytest.mark.parametrize("name", ["path_list", "path_tuple", "path_set", "path_dict", "path_values", "path_array"])
def test_a_result_is_seen_when_it_is_complete(name):
    """Making a `pathlib.Path` runs Python code, which looks for the container that it is made for."""
    make = getattr(m, name)
    kind, wanted, paths = type(make()), make(), m.path_list()
    seen = []

    def is_part(item):
        return type(item) is type(paths[0]) and item in paths

    def look():
        for found in gc.get_objects():
            if type(found) is not kind or found is wanted or len(found) > 5:
                continue
            if kind in (list, tuple) and repr(found).endswith(("<NULL>]", "<NULL>)")):
                seen.append(repr(found))
            elif kind is set and found and all(map(is_part, found)):
                seen.append(len(found))
            elif kind is dict and found and all(type(key) is int and is_part(value) for key, value in found.items()):
                seen.append(len(found))

    def hook(frame, event, _argument):
        if event == "call":
            sys.setprofile(None)
            look()
            sys.setprofile(hook)

    gc.collect()
    sys.setprofile(hook)
    try:
        made = make()
    finally:
        sys.setprofile(None)
    assert made == wanted
    # What hashes an item of a set or a key of a dict sees it before it is complete, as in Python.
    assert seen == [] or name in ("path_set", "path_dict")


def test_a_copy_is_made_before_its_object():
    found = []

    def hook():
        found.append([o for o in gc.get_objects() if type(o) is m.Copied])

    copy = m.Keeper(hook).copy()
    assert found == [[]]
    assert copy.is_whole()


def test_a_clone_that_fails_leaves_nothing_behind():
    def hook():
        raise ValueError("no copy")

    keeper = m.Keeper(hook)
    with pytest.raises(RuntimeError, match="the hook of the test does not raise"):
        keeper.copy()
    del keeper
    gc.collect()


class Second:
    """An argument that only a `functools.partial` has, which does not own it during a call."""

    ended = []

    def __init__(self):
        Second.ended.clear()

    def __del__(self):
        Second.ended.append(True)


def emptied(partial, function):
    partial.__setstate__((function, (), {}, None))
    gc.collect()


def test_an_argument_survives_the_copy_of_another():
    seen = []
    call = functools.partial(m.copy_first, m.Copied(lambda: emptied(call, m.copy_first)), Second())
    assert call(lambda second: seen.append((type(second), list(Second.ended)))) is True
    assert seen == [(Second, [])]
    seen.clear()
    assert Second.ended == [True]


def test_arguments_survive_a_body_that_takes_them_away_and_declines():
    seen = []

    def hook():
        emptied(call, m.decline)
        seen.append(list(Second.ended))

    call = functools.partial(m.decline, Second(), hook)
    with pytest.raises(TypeError, match=r"Invoked with types: test_garbage\.Second, function"):
        call()
    assert seen == [[]]
    gc.collect()
    assert Second.ended == [True]


def test_recursion_through_native_code_ends_with_an_exception():
    """Neither slots nor properties nor our functions are called by code of CPython that looks how deep it is."""
    chain = m.Chain()
    chain.set(chain)
    function = m.calls_its_argument("kept")
    for call in (
        lambda: len(chain),
        lambda: -chain,
        lambda: chain + 1,
        lambda: 1 in chain,
        lambda: [0][chain],
        lambda: float(chain),
        lambda: chain.item,
        lambda: setattr(chain, "item", 1),
        lambda: function(function),
    ):
        with pytest.raises(RecursionError):
            call()
    chain.set([])
    assert len(chain) == 0
    chain.set("end")


def test_a_namespace_whose_keys_run_code():
    """`type(..)` takes keys that are no texts, and comparing with them may give the class other bases."""

    class First(m.Bare):
        pass

    class Other(m.Bare):
        pass

    class Key:
        armed = False

        def __hash__(self):
            return hash("x")

        def __eq__(self, other):
            if Key.armed:
                Key.armed = False
                derived.__bases__ = (Other,)
                kept.extend([(b"A" * 400,) * 4 for _ in range(3000)])
            return False

    kept = []
    derived = type(m.Bare)("derived", (First,), {Key(): 1})
    Key.armed = True
    derived.x = 3
    assert derived.x == 3 and derived.__mro__[1] is Other


# A function runs while its module is unloaded and imported anew. A profile hook is called by C code that does not own it.
UNLOADED = """
gc.collect()
imported = []
def unload():
    global m
    sys.setprofile(None)
    m = None
    sys.modules.pop("test_garbage_ext")
    for _ in range(3):
        gc.collect()
    junk()
    {again}

class Number:
    def __float__(self):
        unload()
        raise ValueError("no number")

class Last:
    def __del__(self):
        gc.collect()

numbers = [1.0, Number(), Last()]
hooks = [m.{function}]
m.set_hook(unload)

def inside():
    sys.setprofile(hooks.pop())
    return numbers

try:
    inside()
except (TypeError, RuntimeError) as error:
    print(type(error).__name__)
finally:
    sys.setprofile(None)
"""


@pytest.mark.parametrize("again", ["import test_garbage_ext; imported.append(test_garbage_ext)", "pass"])
@pytest.mark.parametrize("function", ["declines", "converts"])
def test_a_module_is_unloaded_while_its_function_runs(function, again):
    assert run(UNLOADED.format(function=function, again=again))[-1:] in (["TypeError"], ["RuntimeError"])


def test_a_class_that_dies_while_a_reference_to_its_value_is_made():
    script = """
whole = m.Whole()
def hook():
    del m.Part
    gc.collect()
    junk()
try:
    part = m.part_after(whole, hook)
except (TypeError, RuntimeError):
    pass
else:
    assert part.is_whole() and isinstance(type(part).__mro__, tuple)
"""
    run(script)


def test_the_interpreter_ends_while_a_daemon_thread_runs_a_conversion():
    """Until 3.13, CPython ends such a thread in the middle of native code, by unwinding its stack."""
    script = """
import threading, time
began = threading.Event()
class Slow:
    def __float__(self):
        began.set()
        while True:
            time.sleep(0.001)
threading.Thread(target=m.converts, args=(None, None, [Slow()]), daemon=True).start()
began.wait(30)
"""
    run(script)
