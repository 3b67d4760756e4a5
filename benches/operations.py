"""What is measured: the contenders, and one line for each operation. See README.md."""

import functools
import importlib
import importlib.util
import time

# Name in the table, module, attribute of the module that stands for it.
CONTENDERS = [
    ("C API", "bench_capi", None),
    ("nb", "bench_nb", None),
    ("nanobind", "bench_nanobind", None),
    ("pybind11", "bench_pybind11", None),
    ("PyO3", "bench_pyo3", None),
    ("PyO3 frozen", "bench_pyo3", "frozen"),
    ("Cython", "bench_cython", None),
]

# Key, title, set-up, statement: run against each contender under the name `m`, with what the set-up left. A contender that
# lacks something an operation needs has an empty cell.
OPERATIONS = [
    ("noargs", "no arguments", "f = m.noargs", "f()"),
    ("add", "two ints", "f = m.add", "f(1, 2)"),
    ("named_pos", "named, given by position", "f = m.named", "f(1, 2)"),
    ("named_default", "named, one by default", "f = m.named", "f(1)"),
    ("named_keyword", "named, one by keyword", "f = m.named", "f(1, b=2)"),
    ("mixed", "six numbers of mixed types", "f = m.mixed", "f(1, 2, 3, 4, 5, 6.0)"),
    ("text", "str in and out", "f = m.text; s = 'a text of middling length'", "f(s)"),
    ("long_text", "str of 1,000 bytes in and out", "f = m.text; s = 'x' * 1000", "f(s)"),
    ("floats", "list of 100 floats in and out", "f = m.floats; v = [float(i) for i in range(100)]", "f(v)"),
    ("table", "dict of 20 str to int in", "f = m.table; d = {'key %d' % i: i for i in range(20)}", "f(d)"),
    ("maybe_none", "Optional: None", "f = m.maybe", "f(None)"),
    ("maybe_value", "Optional: a value", "f = m.maybe", "f(5)"),
    ("over_first", "overload: the first of three", "f = m.over", "f(1)"),
    ("over_third", "overload: the third of three", "f = m.over", "f('x')"),
    ("callback", "calls a Python function", "f = m.callback\ndef g(x): return x", "f(g, 1)"),
    ("closure", "Rust closure, stored in Python", "f = m.adder(5)", "f(1)"),
    ("refused", "a call that is refused, and caught", "f = m.add\ndef g():\n try: f('a', 2)\n except TypeError: pass", "g()"),
    ("fail", "raises, and is caught", "f = m.fail\ndef g():\n try: f()\n except ValueError: pass", "g()"),
    ("fail_own", "raises a class of its own, and is caught", "f = m.fail_own\ndef g():\n try: f()\n except Exception: pass", "g()"),
    ("read_attr", "native code reads 100 attributes", "class C: value = 5\nf = m.read_attr; o = C(); o.value = 5", "f(o)"),
    ("write_attr", "native code writes 100 attributes", "class C: value = 5\nf = m.write_attr; o = C(); o.value = 5", "f(o)"),
    ("walk_dict", "native code goes through a dict of 100", "f = m.walk_dict; d = {'key %d' % i: i for i in range(100)}", "f(d)"),
    ("walk_list", "native code goes through a list of 100", "f = m.walk_list; v = list(range(100))", "f(v)"),
    ("make_list", "native code makes a list of 100", "f = m.make_list", "f()"),
    ("make_tuple", "native code makes a tuple of 100", "f = m.make_tuple", "f()"),
    ("call_keyword", "native code calls with a keyword", "f = m.call_keyword\ndef g(a, b, c): return c", "f(g)"),
    ("take", "object in", "f = m.take; o = m.Item(1)", "f(o)"),
    ("give", "object out", "f = m.give", "f()"),
    ("construct", "construct and drop", "C = m.Item", "C(1)"),
    ("pooled", "construct and drop, with a pool", "C = m.Pooled", "C(1)"),
    ("subclass", "construct and drop a Python subclass", "class C(m.Item): pass", "C(1)"),
    ("method", "method", "o = m.Item(1)", "o.get()"),
    ("method_arg", "method with an argument", "o = m.Item(1)", "o.plus(2)"),
    ("sub_method", "method on a Python subclass", "class C(m.Item): pass\no = C(1)", "o.get()"),
    ("both", "two objects of one class", "f = m.both; a = m.Item(1); b = m.Item(2)", "f(a, b)"),
    ("static", "static method", "C = m.Item", "C.twice(2)"),
    ("prop_get", "property get", "o = m.Item(1)", "o.value"),
    ("prop_set", "property set", "o = m.Item(1)", "o.value = 2"),
    ("op_add", "a + b", "a = m.Item(1); b = m.Item(2)", "a + b"),
    ("op_len", "len(a)", "a = m.Item(3)", "len(a)"),
    ("op_eq", "a == b", "a = m.Item(1); b = m.Item(2)", "a == b"),
    ("child", "child by `reference_internal`, and dropped", "o = m.Outer()", "o.child()"),
    (
        "override",
        "native code calls an override",
        "class C(m.Worker):\n def work(self, x): return x\nf = m.run; o = C()",
        "f(o, 1)",
    ),
    ("inherited", "native code finds no override", "class C(m.Worker): pass\nf = m.run; o = C()", "f(o, 1)"),
    ("enum", "enum in and out", "f = m.other; k = m.Kind.Dog", "f(k)"),
    ("child_field", "child by a field, and dropped", "o = m.Outer()", "o.item"),
    ("child_get", "property get on a child", "c = m.Outer().item", "c.value"),
    ("child_set", "property set on a child", "c = m.Outer().item", "c.value = 2"),
    ("locked_get", "property get through a lock", "c = m.shared_item()", "c.value"),
    ("locked_set", "property set through a lock", "c = m.shared_item()", "c.value = 2"),
    ("element_get", "property get on an element", "o = m.Box(); c = o.items[1]", "c.value"),
    ("element_set", "property set on an element", "o = m.Box(); c = o.items[1]", "c.value = 2"),
    ("steps_shared", "100 x 100 native steps behind locks that Python has", "o = m.Swarm(); k = o.all", "o.step()"),
    ("steps_own", "100 x 100 native steps behind locks of its own", "o = m.Swarm()", "o.step()"),
    ("iterate_few", "iterator over 4 ints", "v = m.numbers(4)", "for _ in v: pass"),
    ("iterate", "iterator over 1000 ints", "v = m.numbers(1000)", "for _ in v: pass"),
    ("iterate_objects", "iterator over 100 bound objects", "v = m.items(100)", "for _ in v: pass"),
    ("item", "item of a bound vector", "v = m.numbers(1000)", "v[500]"),
    ("item_set", "item of a bound vector, set", "v = m.numbers(1000); v.__setitem__", "v[500] = 3"),
    ("append", "append to a bound vector", "v = m.numbers(0); v.append", "v.append(3)"),
    ("array_in", "NumPy array in", "import numpy; f = m.array_in; a = numpy.zeros(100)", "f(a)"),
    ("array_out", "NumPy array of 16 doubles out, not copied", "import numpy; f = m.array_out", "f()"),
    ("array_view", "NumPy array of an object's own memory", "import numpy; o = m.Matrix()", "o.view()"),
    (
        "array_sum",
        "sum over a 1000 x 1000 array",
        "import operations; f = m.array_sum; a = operations.square()",
        "f(a)",
    ),
    # By one: the numbers must not run away.
    (
        "array_scale",
        "1000 x 1000 array scaled in place",
        "import operations; f = m.array_scale; a = operations.square()",
        "f(a, 1.0)",
    ),
]

# What each operation has to give: numbers of a module that does something else would mean nothing.
CHECKS = """
assert m.Item(3).get() == 3 and m.give().value == 7 and m.take(m.Item(4)) == 4
assert m.Item(3).plus(4) == 7 and m.Item.twice(4) == 8 and len(m.Item(3)) == 3
assert (m.Item(3) + m.Item(4)).get() == 7 and m.Item(3) == m.Item(3) and not m.Item(3) == m.Item(4)
assert m.Outer().child().get() == 5 and m.both(m.Item(1), m.Item(2)) == 3
if hasattr(m, 'adder'): assert m.adder(5)(1) == 6
class Sub(m.Item): pass
assert Sub(9).get() == 9
i = m.Item(1); i.value = 12; assert i.value == 12
if hasattr(m, 'Worker'):
    class Double(m.Worker):
        def work(self, x): return 2 * x
    class Same(m.Worker): pass
    assert m.run(Double(), 4) == 8 and m.run(Same(), 4) == 4 and m.run(m.Worker(), 4) == 4
if hasattr(m, 'Kind'):
    assert m.other(m.Kind.Cat) == m.Kind.Dog and m.other(m.Kind.Dog) == m.Kind.Cat
o = m.Outer(); c = o.item; c.value = 8; assert c.value == 8 and o.item.value == 8 and o.child().get() == 8
if hasattr(m, 'Pooled'):
    assert m.Pooled(3).get() == 3 and m.Pooled(4).get() == 4
if hasattr(m, 'shared_item'):
    c = m.shared_item(); c.value = 3; assert c.value == 3 and m.shared_item() is c
    o = m.Box(); c = o.items[1]; c.value = 4; assert o.items[1].value == 4
    o = m.Swarm(); c = o.all[5]; o.step(); assert c.value == 105
if hasattr(m, 'numbers'):
    v = m.numbers(4)
    assert len(v) == 4 and list(v) == [0, 1, 2, 3] and v[2] == 2 and v[-1] == 3
    if hasattr(v, 'append'):
        v[2] = 5; v.append(6); assert list(v) == [0, 1, 5, 3, 6] and v[-1] == 6
    try: v[5]
    except IndexError: pass
    else: raise AssertionError('v[5] did not raise')
if hasattr(m, 'items'):
    assert [one.get() for one in m.items(3)] == [0, 1, 2]
"""
# Where NumPy is installed.
ARRAY_CHECKS = """
import gc, numpy, sys
def refused(f, *arguments):
    try: f(*arguments)
    except (TypeError, ValueError): return True
if hasattr(m, 'array_in'):
    assert m.array_in(numpy.zeros(5)) == 5 and m.array_in(numpy.zeros(10)[::2]) == 5
    assert refused(m.array_in, numpy.zeros((2, 2))) and refused(m.array_in, 'text')
if hasattr(m, 'array_out'):
    a = m.array_out()
    assert type(a) is numpy.ndarray and a.dtype == numpy.float64 and a.tolist() == list(range(16))
    assert a.flags.writeable and not a.flags.owndata and a.base is not None
if hasattr(m, 'array_sum'):
    # Numbers whose sum is rounded at nearly each step, so that another order would be seen.
    a = numpy.arange(1_000_000, dtype=numpy.float32).reshape(1000, 1000) / 7
    assert m.array_sum(a) == numpy.cumsum(a.ravel(), dtype=numpy.float32)[-1]
if hasattr(m, 'array_scale'):
    a = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    assert refused(m.array_scale, numpy.zeros(6), 2.0)
    assert m.array_scale(a, 2.0) is None and a.tolist() == [[0.0, 2.0, 4.0], [6.0, 8.0, 10.0]]
if hasattr(m, 'Matrix'):
    o = m.Matrix(); before = sys.getrefcount(o); a = o.view()
    assert type(a) is numpy.ndarray and a.dtype == numpy.float32 and a.tolist() == [[0.0] * 4] * 4
    a[1, 2] = 5.0; assert o.view()[1, 2] == 5.0 and o.view()[2, 1] == 0.0
    assert sys.getrefcount(o) > before
    del a; assert sys.getrefcount(o) == before
    a = m.Matrix().view(); gc.collect(); a += 3; assert a.sum() == 48
"""
FUNCTION_CHECKS = """
assert m.noargs() is None and m.add(1, 2) == 3 and m.named(1) == 2 and m.named(1, b=5) == 6 and m.named(b=5, a=2) == 7
assert m.mixed(1, 2, 3, 4, 5, 6.0) == 21.0
assert m.text('gr\\u00fcn') == 'gr\\u00fcn' and m.floats([1.0, 2.0]) == [1.0, 2.0] and m.table({'a': 1, 'b': 2}) == 3
assert m.maybe(None) is None and m.maybe() is None and m.maybe(5) == 5
assert [m.over(1), m.over(1.0), m.over('x')] == [1, 2, 3] and m.callback(lambda x: x + 1, 2) == 3
try: m.fail()
except ValueError: pass
else: raise AssertionError('fail() did not raise')
try: m.fail_own()
except Exception as error: assert type(error).__name__ == 'OwnError' and str(error) == 'this always fails'
else: raise AssertionError('fail_own() did not raise')
class Holder: value = 5
assert m.read_attr(Holder()) == 500
o = Holder(); m.write_attr(o); assert o.value == 99
assert m.walk_dict({'a': 1, 'b': 2}) == 3 and m.walk_list([1, 2, 3]) == 6
assert m.make_list() == list(range(100))
assert m.make_tuple() == tuple(range(100))
assert m.call_keyword(lambda a, b, c: (a, b, c)) == (1, 2, 3)
"""

UNROLL = 20
NUMPY = importlib.util.find_spec("numpy") is not None


def load(wanted=None):
    """The contenders whose module is there, or the one named `wanted`; what is missing is named and left out."""
    found = {}
    for name, module, attribute in CONTENDERS:
        if wanted not in (None, name):
            continue
        try:
            loaded = importlib.import_module(module)
        except ImportError as error:
            print(f"left out: {name} ({error})")
            continue
        loaded = getattr(loaded, attribute) if attribute else loaded
        exec(CHECKS, {"m": loaded})
        if NUMPY:
            exec(ARRAY_CHECKS, {"m": loaded})
        if not attribute:
            exec(FUNCTION_CHECKS, {"m": loaded})
        found[name] = loaded
    return found


@functools.cache
def square():
    """One array for all contenders: how fast its memory is depends on where it lies."""
    import numpy

    return numpy.ones((1000, 1000), numpy.float32)


def looped(setup, statement):
    """A function that runs the statement `UNROLL` times in each of `n` turns and answers the nanoseconds it took."""
    indented = "".join("  " + line + "\n" for line in setup.split("\n"))
    body = f"    {statement}\n" * UNROLL if statement else "    pass\n"
    source = (
        f"def make(m):\n{indented}  def run(n):\n    it = range(n)\n    t0 = clock()\n    for _ in it:\n"
        + body.replace("    ", "      ")
        + "    return clock() - t0\n  return run\n"
    )
    scope = {"clock": time.perf_counter_ns}
    exec(source, scope)
    return scope["make"]


def runs_for(modules, setup, statement):
    """The loop of each contender that has what the operation needs."""
    runs = {}
    for name, module in modules.items():
        try:
            runs[name] = looped(setup, statement)(module)
        # What is missing is the name, or NumPy.
        except (AttributeError, ImportError):
            continue
    return runs


def empty_loop():
    """What is subtracted."""
    return looped("pass", "")(None)
