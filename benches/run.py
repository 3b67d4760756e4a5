"""Measures the same module in several binding libraries, side by side.

Every operation is one line of `OPERATIONS`: a statement that runs against each library's module under the name `m`,
with what its set-up left. `cargo xtask bench` builds the modules and runs this; see README.md for the method.
"""

import argparse
import gc
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
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

# Key, title, set-up, statement.
OPERATIONS = [
    ("noargs", "no arguments", "f = m.noargs", "f()"),
    ("add", "two ints", "f = m.add", "f(1, 2)"),
    ("named_pos", "named, given by position", "f = m.named", "f(1, 2)"),
    ("named_default", "named, one by default", "f = m.named", "f(1)"),
    ("named_keyword", "named, one by keyword", "f = m.named", "f(1, b=2)"),
    ("mixed", "six numbers of mixed types", "f = m.mixed", "f(1, 2, 3, 4, 5, 6.0)"),
    ("text", "str in and out", "f = m.text; s = 'a text of middling length'", "f(s)"),
    ("floats", "list of 100 floats in and out", "f = m.floats; v = [float(i) for i in range(100)]", "f(v)"),
    ("table", "dict of 10 str to int in", "f = m.table; d = {'key %d' % i: i for i in range(10)}", "f(d)"),
    ("maybe_none", "Optional: None", "f = m.maybe", "f(None)"),
    ("maybe_value", "Optional: a value", "f = m.maybe", "f(5)"),
    ("over_first", "overload: the first of three", "f = m.over", "f(1)"),
    ("over_third", "overload: the third of three", "f = m.over", "f('x')"),
    ("callback", "calls a Python function", "f = m.callback\ndef g(x): return x", "f(g, 1)"),
    ("fail", "raises, and is caught", "f = m.fail\ndef g():\n try: f()\n except ValueError: pass", "g()"),
    ("take", "object in", "f = m.take; o = m.Item(1)", "f(o)"),
    ("give", "object out", "f = m.give", "f()"),
    ("construct", "construct and drop", "C = m.Item", "C(1)"),
    ("subclass", "construct and drop a Python subclass", "class C(m.Item): pass", "C(1)"),
    ("method", "method", "o = m.Item(1)", "o.get()"),
    ("method_arg", "method with an argument", "o = m.Item(1)", "o.plus(2)"),
    ("static", "static method", "C = m.Item", "C.twice(2)"),
    ("prop_get", "property get", "o = m.Item(1)", "o.value"),
    ("prop_set", "property set", "o = m.Item(1)", "o.value = 2"),
    ("op_add", "a + b", "a = m.Item(1); b = m.Item(2)", "a + b"),
    ("op_len", "len(a)", "a = m.Item(3)", "len(a)"),
    ("op_eq", "a == b", "a = m.Item(1); b = m.Item(2)", "a == b"),
    ("child", "child object by reference, and dropped", "o = m.Outer()", "o.child()"),
]

# What each operation has to give: numbers of a module that does something else would mean nothing.
CHECKS = """
assert m.Item(3).get() == 3 and m.give().value == 7 and m.take(m.Item(4)) == 4
assert m.Item(3).plus(4) == 7 and m.Item.twice(4) == 8 and len(m.Item(3)) == 3
assert (m.Item(3) + m.Item(4)).get() == 7 and m.Item(3) == m.Item(3) and not m.Item(3) == m.Item(4)
assert m.Outer().child().get() == 5
class Sub(m.Item): pass
assert Sub(9).get() == 9
i = m.Item(1); i.value = 12; assert i.value == 12
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
"""

UNROLL = 20
ROUND_NS = 400_000


def load():
    """The contenders whose module is there; the others are named and left out."""
    found = {}
    for name, module, attribute in CONTENDERS:
        try:
            loaded = importlib.import_module(module)
        except ImportError as error:
            print(f"left out: {name} ({error})")
            continue
        loaded = getattr(loaded, attribute) if attribute else loaded
        exec(CHECKS, {"m": loaded})
        if not attribute:
            exec(FUNCTION_CHECKS, {"m": loaded})
        found[name] = loaded
    return found


def looped(setup, statement):
    """A function that runs the statement `UNROLL` times in each of `n` turns and answers the nanoseconds it took."""
    indented = "".join("  " + line + "\n" for line in setup.split("\n"))
    body = f"   {statement}\n" * UNROLL if statement else "   pass\n"
    source = (
        f"def make(m):\n{indented}  def run(n):\n   it = range(n)\n   t0 = clock()\n   for _ in it:\n"
        + body.replace("   ", "    ")
        + "   return clock() - t0\n  return run\n"
    )
    scope = {"clock": time.perf_counter_ns}
    exec(source, scope)
    return scope["make"]


def turns_for(run):
    """So many turns that one round takes about `ROUND_NS`."""
    n = 1
    while (took := run(n)) < ROUND_NS // 4:
        n = max(n * 2, n * ROUND_NS // 4 // max(took, 1))
    return max(1, n * ROUND_NS // took)


def measure(modules, setup, statement, rounds):
    """Nanoseconds per statement for each contender: the rounds go round robin, so that what disturbs the machine for a
    while disturbs all of them; the statistic is the lower quartile, which a disturbance cannot lower."""
    runs, turns = {}, {}
    for name, module in modules.items():
        try:
            runs[name] = looped(setup, statement)(module)
        except AttributeError:
            continue
        turns[name] = turns_for(runs[name])
    runs[""] = looped("pass", "")(None)
    turns[""] = turns_for(runs[""])
    samples = {name: [] for name in runs}
    gc.collect()
    gc.disable()
    for turn in range(rounds):
        order = list(runs)
        order = order[turn % len(order):] + order[: turn % len(order)]
        for name in order:
            samples[name].append(runs[name](turns[name]) / turns[name])
    gc.enable()
    quartile = {name: statistics.quantiles(values, n=4)[0] for name, values in samples.items()}
    loop = quartile.pop("")
    return {name: (value - loop) / UNROLL for name, value in quartile.items()}


def import_times(modules, rounds):
    """Milliseconds of the import statement in a fresh process."""
    code = "import time; t = time.perf_counter_ns(); import {}; print(time.perf_counter_ns() - t)"
    names = {name: module for name, module, attribute in CONTENDERS if name in modules and not attribute}
    samples = {name: [] for name in names}
    for _ in range(rounds):
        for name, module in names.items():
            out = subprocess.run([sys.executable, "-c", code.format(module)], capture_output=True, text=True, check=True)
            samples[name].append(int(out.stdout) / 1e6)
    return {name: statistics.median(values) for name, values in samples.items()}


def ratio(row, name, base):
    return row[name] / row[base] if name in row and base in row and row[base] > 0 else None


def table(rows, names, digits=1):
    """Markdown: nanoseconds, in brackets the multiple of the C API."""
    peers = [name for name in names if name not in ("nb", "C API")]
    head = ["", *names, "nb / best peer", "nb / nanobind"]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for title, row in rows:
        cells = [title]
        for name in names:
            share = ratio(row, name, "C API")
            text = f"{row[name]:.{digits}f}" if name in row else ""
            cells.append(text + (f" ({share:.2f})" if text and share and name != "C API" else ""))
        best = min((row[p] for p in peers if p in row), default=None)
        cells.append(f"{row['nb'] / best:.2f}" if best and "nb" in row else "")
        against = ratio(row, "nb", "nanobind")
        cells.append(f"{against:.2f}" if against else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def chart(path, results, titles, names):
    """A bar chart, one group an operation, on the scale of the C API."""
    try:
        import matplotlib
    except ImportError:
        print("no chart: matplotlib is not installed in this environment")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    keys = [key for key in titles if "C API" in results[key]]
    if not keys:
        print("no chart: it needs the C API module as its scale")
        return
    height = 0.8 / len(names)
    figure, axes = pyplot.subplots(figsize=(9, 0.75 * len(keys) + 2))
    for place, name in enumerate(names):
        at = [(i + place * height, ratio(results[k], name, "C API")) for i, k in enumerate(keys)]
        at = [(y, x) for y, x in at if x is not None]
        axes.barh([y for y, _ in at], [x for _, x in at], height, label=name)
    axes.set_yticks([i + 0.4 for i in range(len(keys))], [titles[k] for k in keys])
    axes.invert_yaxis()
    axes.set_xscale("log", base=2)
    axes.set_xlabel("time relative to the C API")
    axes.legend()
    figure.tight_layout()
    for end in ("png", "svg"):
        figure.savefig(f"{path}.{end}")
        print(f"chart: {path}.{end}")


def cpu():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", metavar="OP", help="measure this operation; may be repeated")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--chart", metavar="PATH", help="without the ending: .png and .svg are written")
    parser.add_argument("--versions", default="", help="what the modules were built with, for the report")
    options = parser.parse_args()
    known = [key for key, *_ in OPERATIONS] + ["import", "bytes"]
    for key in options.only or []:
        if key not in known:
            parser.error(f"there is no operation {key!r}; there are {', '.join(known)}")

    def wanted(key):
        return not options.only or key in options.only

    # The cost of an operation must not depend on which processor the scheduler picks.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    modules = load()
    names = list(modules)
    results, titles = {}, {}
    for key, title, setup, statement in OPERATIONS:
        if wanted(key):
            titles[key] = title
            results[key] = measure(modules, setup, statement, options.rounds)
            print(f"{title}: " + ", ".join(f"{n} {v:.1f}" for n, v in results[key].items()), file=sys.stderr)

    print(f"\nPython {platform.python_version()}, {cpu()}, {options.versions}")
    if results:
        print("\nNanoseconds for one operation (multiple of the C API)\n")
        print(table([(titles[k], results[k]) for k in results], names))
    extra = []
    if wanted("import"):
        results["import"] = import_times(modules, 15)
        extra.append(("import, ms", results["import"]))
    if wanted("bytes"):
        results["bytes"] = {name: sys.getsizeof(module.Item(1)) for name, module in modules.items()}
        extra.append(("bytes for an object with one 32-bit int", results["bytes"]))
    if extra:
        print("\n" + table(extra, names, digits=2))
    if options.json:
        with open(options.json, "w") as file:
            report = {"python": platform.python_version(), "cpu": cpu(), "versions": options.versions, "ns": results}
            json.dump(report, file, indent=1)
        print(f"\nnumbers: {options.json}")
    if options.chart and titles:
        chart(options.chart, results, titles, names)


if __name__ == "__main__":
    main()
