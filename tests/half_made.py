"""A pytest plugin that looks at all young objects whenever the code of a test calls something: none may be half-made.

`cargo xtask soak --half-made` starts it. A profile hook runs Python code wherever native code calls any, and `gc.get_objects()`
shows it what the native code is just making. What is looked for:

- lists, tuples, sets and dicts with items missing: the collector is shown fewer than their length says;
- classes without `__mro__`, and instances of them;
- native functions without a name.

Every place of the code is looked at some times, and after that every so many calls, so that the suite ends some day.

CPython makes such objects too: tuples while it runs the code of iterators (`tuple(generator)`, `zip(..)`), lists while it
compiles. They are only counted: what has no function of an extension module of the tests on the C stack, and tuples while
an iterator's code runs. Where the C library cannot show its stack, only the latter.
"""

import ctypes
import gc
import os
import sys
import threading
import traceback

import pytest
import unfit

#: How many calls are seen from one look to the next, at a place that was looked at `FIRST` times.
EVERY = int(os.environ.get("NB_EVERY", "50"))
FIRST = int(os.environ.get("NB_FIRST", "10"))

#: Tests, or modules of tests, that cannot be run under the hook.
UNFIT = {
    "test_memory.py": "measures memory, which the hook needs too",
    "test_benchmarks.py": "counts what a call costs",
    "test_half_made.py": "sets the hook itself",
    "test_a_million_patients": "makes millions of calls, each of which may be looked at",
    "test_memory_of_a_pooled_class_is_used_again": "asks for the memory of an object that a look may still keep",
    "test_subclasses_and_boxed_values_get_along_with_a_pool": "asks for the memory of an object that a look may still keep",
    "test_extensions_are_used_from_several_threads_at_once": "pytest.raises calls tuple(generator), which fails (SystemError)"
    " while another thread's look has the tuple",
}

#: Functions that are called by iterators of CPython, which fill a tuple meanwhile.
ITERATION = {"__next__", "__iter__", "__getitem__", "__len__", "__length_hint__"}
GENERATORS = 0x20 | 0x80 | 0x200

found, counts = [], {"events": 0, "looks": 0, "objects": 0, "made by Python": 0}


def iterating(frame):
    """Whether an iterator's code is running, and a tuple may be CPython's."""
    while frame is not None:
        if frame.f_code.co_flags & GENERATORS or frame.f_code.co_name in ITERATION:
            return True
        frame = frame.f_back
    return False


def c_stack():
    """The libraries and functions on the C stack, or `None` where that is not known."""
    try:
        libc = ctypes.CDLL(None)
        libc.backtrace_symbols.restype = ctypes.POINTER(ctypes.c_char_p)
    except (AttributeError, OSError, TypeError):
        return None
    addresses = (ctypes.c_void_p * 2000)()
    count = libc.backtrace(addresses, len(addresses))
    lines = libc.backtrace_symbols(addresses, count)
    text = b"\n".join(lines[index] for index in range(count)).decode(errors="replace")
    libc.free(lines)
    return text


def ours(it, frame):
    """Whether the library may be making an object, and not CPython."""
    if type(it) is tuple and iterating(frame):
        return False
    stack = c_stack()
    return stack is None or "_ext.so" in stack


def flaw(it):
    """What is wrong with an object, or `None`. Nothing here follows a reference that may be missing."""
    kind = type(it)
    if kind is tuple or kind is list or kind is set or kind is frozenset or kind is dict:
        items, shown = len(it), len(gc.get_referents(it))
        # Since 3.13 the values of a `__dict__` may lie in its object, and only that shows them to the collector.
        if kind is dict and not shown and sys.version_info >= (3, 13):
            return None
        if shown < items:
            return f"a {kind.__name__} of {items} items of which only {shown} are there"
        return None
    # What a proxy says of its class is not so.
    if issubclass(kind, type):
        # A class that is made by `type.__new__` has all of it before it can be found.
        if type.__dict__["__mro__"].__get__(it) is None:
            return "a class without __mro__"
        return None
    made_by = type(kind).__name__
    if made_by.startswith("nb_type"):
        if type.__dict__["__mro__"].__get__(kind) is None:
            return f"an instance of the class {kind.__name__}, which has no __mro__"
        # These run the library's code for traversal, and nobody else's.
        gc.get_referents(it)
        object.__repr__(it)
    elif kind.__name__ in ("nb_func", "nb_method", "nb_bound_method"):
        if not isinstance(getattr(it, "__name__", None), str):
            return f"a {kind.__name__} without a name"
        gc.get_referents(it)
    return None


def look(frame, is_ours=ours):
    """Looks at what was made lately."""
    counts["looks"] += 1
    young = gc.get_objects(generation=0)
    counts["objects"] += len(young)
    for it in young:
        if it is young:
            continue
        wrong = flaw(it)
        if wrong is None:
            continue
        if not is_ours(it, frame):
            counts["made by Python"] += 1
            continue
        found.append(wrong + "\n" + "".join(traceback.format_stack(frame, 12)))
        # One is enough, and the stack would be much the same.
        break


class Hook:
    """The profile hook; it knows how often each place was looked at."""

    def __init__(self, is_ours=ours):
        self.seen, self.events, self.is_ours = {}, 0, is_ours

    def __call__(self, frame, event, arg):
        if len(found) > 20:
            return
        self.events += 1
        # The tools of the tests: they are much of what runs, and no native code calls them.
        if "site-packages" in frame.f_code.co_filename:
            return
        caller = frame.f_back
        place = (frame.f_code, event, caller and caller.f_code)
        times = self.seen.get(place, 0)
        if times < FIRST or self.events % EVERY == 0:
            self.seen[place] = times + 1
            look(frame, self.is_ours)


hook = Hook()


def watched(hook=hook):
    """Sets the hook; the answer puts back what was there."""
    before = sys.getprofile()
    threading.setprofile(hook)
    sys.setprofile(hook)

    def undo():
        sys.setprofile(before)
        threading.setprofile(None)

    return undo


def pytest_sessionstart():
    # Silence says something only if what is half-made is noticed.
    new_tuple = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_ssize_t)(("PyTuple_New", ctypes.pythonapi))
    if flaw(new_tuple(3)) is None:
        pytest.exit("a tuple without items is not noticed here", 2)


def pytest_collection_modifyitems(items):
    unfit.skip(items, UNFIT)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    undo = watched()
    try:
        yield
    finally:
        undo()
    if found:
        texts = "\n".join(found)
        found.clear()
        pytest.fail(f"half-made objects were found:\n{texts}", pytrace=False)


def pytest_terminal_summary():
    counts["events"] = hook.events
    print("\n" + ", ".join(f"{number} {what}" for what, number in counts.items()))
