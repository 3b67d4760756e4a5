"""Several interpreters in one process, threads that are not attached, long chains of objects, and marks that are forgotten. Each in a process of its own."""

import os
import subprocess
import sys
import sysconfig

import pytest
from samples import SPY

PRELUDE = """
import gc, sys, threading
try:
    import _interpreters as subs
except ImportError:
    import _xxsubinterpreters as subs

def second():
    # One that shares the GIL, as those of embedding programs do.
    return subs.create("legacy") if sys.version_info >= (3, 13) else subs.create(isolated=False)

def run_in(interpreter, code):
    raised = subs.run_string(interpreter, "import sys\\nimport test_interpreters_ext as m\\n" + code)
    assert raised is None, raised

def refused(function, text="another interpreter"):
    try:
        result = function()
    except RuntimeError as error:
        assert text in str(error), error
    else:
        raise AssertionError((function, result))

import test_interpreters_ext as m
"""


def run(code, timeout=60):
    # Backtraces are written to standard error.
    environment = {name: value for name, value in os.environ.items() if name != "RUST_BACKTRACE"}
    command = [sys.executable, "-c", PRELUDE + code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-3000:]


#: Where there is no GIL, nothing is shared, and the import of a module that needs it shared is refused.
sharing = pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="other interpreters refuse the module without a GIL"
)

# Threads that are not attached, once there was a second interpreter

BUSY = """
other = second()
stop = False
def busy():
    items = []
    while not stop:
        items.append({1: 2})
        items.pop()
        str(len(items))
threads = [threading.Thread(target=busy) for _ in range(2)]
for thread in threads: thread.start()
try:
    BODY
finally:
    stop = True
    for thread in threads: thread.join()
subs.destroy(other)
"""


@pytest.mark.parametrize(
    "body",
    [
        "assert m.attached_while_released(1_000_000) == 0",
        "l = [1]; assert m.clones_while_released(l, 300_000) == 0",
        "seen = {}; assert all(m.call_on_thread(lambda x: len(seen.setdefault(x, str(x)))) for _ in range(200))",
        "assert all(m.drop_on_thread([object()]) for _ in range(200))",
        "assert all(m.use_on_thread(m.Hound()) for _ in range(200))",
    ],
)
def test_a_detached_thread_knows_that_it_is(body):
    run(BUSY.replace("BODY", body))


# Attaching again


@sharing
def test_a_thread_attaches_to_the_interpreter_that_it_has_released():
    run("""
sys.marker = 1
other = second()
for i in range(2):
    run_in(other, '''
sys.marker = 2
assert m.marker() == 2
assert m.marker_after_release() == 2
assert m.marker_twice() == 2
assert m.marker_of_callback(lambda x: sys.marker) == 2
try:
    m.panic_in_acquire()
except RuntimeError as error:
    assert "inside" in str(error)
assert m.marker_after_release() == 2
class Loud(m.Hound):
    def speak(self): return "loud"
assert m.alarm(Loud()) == "loud"
''')
assert (m.marker(), m.marker_after_release(), m.marker_twice()) == (1, 1, 1)
assert m.marker_of_callback(lambda x: sys.marker) == 1
subs.destroy(other)
assert m.marker_after_release() == 1
""")


@sharing
def test_another_thread_runs_the_second_interpreter():
    run("""
other = second()
def body():
    run_in(other, "assert m.marker_after_release() is None\\nassert m.marker_of_callback(lambda x: x) == 1\\nl = [m.Hound() for i in range(50)]\\ndel l")
thread = threading.Thread(target=body)
thread.start(); thread.join()
body()
subs.destroy(other)
""")


# Statics

KEEP = "m.keep([1, 2], m.Hound(), m.Hound(), lambda x: x + 1, type('Loud', (m.Hound,), {'speak': lambda self: 'loud'})())"


@pytest.mark.parametrize("destroyed", [False, True])
@pytest.mark.parametrize("dropped", [False, True])
@sharing
def test_what_another_interpreter_has_put_into_a_static(destroyed, dropped):
    run(f"""
other = second()
run_in(other, {KEEP!r} + '''
assert m.read_stored() == "[1, 2]" and m.read_shared() == 0 and m.shared_object() and m.call() == 2 and m.speak() == "loud"
''')
if {destroyed}:
    subs.destroy(other)
for function in m.read_stored, m.clone_stored, m.read_shared, m.shared_object, m.call, m.speak:
    refused(function)
if not {dropped}:
    for function in m.take_stored, m.take_unique, m.take_shared, m.take_callback, m.take_virtual:
        refused(function)
m.drop_all()
gc.collect()
if not {destroyed}:
    subs.destroy(other)
{KEEP}
assert m.read_stored() == "[1, 2]" and m.call() == 2 and type(m.take_unique()) is m.Hound and m.take_stored() == [1, 2]
m.drop_all()
""")


@sharing
def test_what_the_first_interpreter_has_put_into_a_static():
    run(f"""
{KEEP}
other = second()
run_in(other, '''
for function in m.read_stored, m.read_shared, m.call, m.speak:
    try:
        function()
    except RuntimeError as error:
        assert "another interpreter" in str(error)
    else:
        raise AssertionError(function)
''')
subs.destroy(other)
assert m.read_stored() == "[1, 2]" and m.read_shared() == 0 and m.call() == 2 and m.speak() == "loud"
assert type(m.take_unique()) is m.Hound
""")


@pytest.mark.row("WRP-11")
@sharing
def test_many_interpreters_one_after_the_other():
    run("""
for i in range(20):
    other = second()
    run_in(other, f"class Loud(m.Hound):\\n  def speak(self): return 'loud {i}'\\nassert m.alarm(Loud()) == 'loud {i}'\\nassert m.alarm(m.Hound()) == 'woof 0'")
    subs.destroy(other)
    assert m.alarm(m.Hound()) == 'woof 0'
""")


# Overrides


@pytest.mark.skipif(not hasattr(sys, "_clear_type_cache"), reason="there is no such function")
def test_versions_of_types_that_begin_again():
    run("""
import warnings
warnings.simplefilter("ignore")
class Loud(m.Hound):
    pass
dog = Loud()
def override():
    Loud.speak = lambda self: f"loud {len(self.__class__.__name__)}"
override()
kinds = [type(f"K{i}", (), {})() for i in range(400)]
def prime():
    # Where versions begin again, `Loud` gets the 301st.
    sys._clear_type_cache()
    for kind in kinds[:300]: hasattr(kind, "x")
    hasattr(dog, "x")
for _ in range(300): hasattr(dog, "x")
prime()
assert [m.alarm(dog), m.alarm(dog)] == ["loud 4"] * 2
del Loud.speak
gc.collect()
junk = [bytearray(136) for i in range(1000)]
prime()
assert m.alarm(dog) == "woof 0"
""")


# Chains


@pytest.mark.parametrize(
    "wrap",
    [
        "m.wrap_function(f)",
        "m.wrap_capsule(f)",
        "m.wrap_function(m.wrap_capsule(f))",
        "m.wrap_function([f])",
        "m.Linked(f)",
    ],
)
def test_a_long_chain_of_objects(wrap):
    run(f"""
f = None if "Linked" in {wrap!r} else object()
for _ in range(200_000):
    f = {wrap}
del f
""", timeout=240)


@pytest.mark.parametrize("ours", [False, True])
def test_a_long_chain_of_nurses(ours):
    run(f"""
class Nurse: pass
nurse = Nurse()
for _ in range(100_000):
    patient, nurse = nurse, (m.Hound() if {ours} else Nurse())
    m.tie(nurse, patient)
del patient, nurse
""", timeout=240)


# Forgotten


def test_a_mark_that_is_forgotten_stays():
    run("""
dog = m.Hound()
m.forget_mark(dog)
refused(lambda: dog.age, "being modified")
del dog
""")


def test_a_slot_that_is_forgotten():
    run("""
cat = m.Cat.__new__(m.Cat)
for _ in range(2):
    try:
        cat.__init__(True)
    except ValueError as error:
        assert str(error) == "forgotten"
cat.__init__(False)
assert cat.lives() == 7
""")


@sharing
def test_loops_over_bound_vectors_in_another_interpreter():
    run("""
other = second()
# A step that panicked here would wait for the interpreter that it has.
run_in(other, '''
import test_bind_vector_loops_ext as v, test_bind_set_ext as s
for cls, values in ((v.Ints, [1, 2]), (v.Maybes, [1, None]), (v.Flags, [True])):
    made = cls(values)
    for _ in range(3):
        assert list(made) == values and list(made.__iter__()) == values
    made.append(values[0])
    made[0] = made[-1]
    assert made[0] == values[0]
assert list(s.Ints([2, 1])) == [1, 2]
''')
subs.destroy(other)
""")


@sharing
def test_each_interpreter_has_names_of_its_own():
    run(f"""
import test_names_ext as names
class Holder: width = 3
inside = {SPY!r} + '''
import test_names_ext as names
for _ in range(3):
    names.literal(Spy()); names.plain(Spy())
assert all(name is sys.intern("width") for name in Spy.asked), Spy.asked
'''
for _ in range(3):
    assert names.literal(Holder()) == 3
    other = second()
    for _ in range(2):
        run_in(other, inside)
        assert names.literal(Holder()) == 3 and names.plain(Holder()) == 3
    subs.destroy(other)
    assert names.literal(Holder()) == 3
""")


# Modules that are unloaded


@pytest.mark.row("WRP-11")
def test_a_module_that_is_imported_again_looks_its_classes_up_again():
    run("""
import weakref
seen = set()
for i in range(5):
    for name in [name for name in sys.modules if name.split(".")[0] == "pathlib"]:
        del sys.modules[name]
    import pathlib
    import test_c_callers_ext as other
    assert type(other.paths()[1]) is type(pathlib.Path("/1")) and other.paths()[1] == pathlib.Path("/1")
    seen.add(pathlib.Path)
    gone = weakref.ref(other)
    del other, sys.modules["test_c_callers_ext"]
    gc.collect()
    assert gone() is None
assert len(seen) == 5
""")
