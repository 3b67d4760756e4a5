"""Measures the same module in several binding libraries, side by side.

`cargo xtask bench` builds the modules and runs this; operations.py says what is measured, README.md how.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys

import history
import instructions
import machine
import operations
from charts import chart
from operations import OPERATIONS, UNROLL
from tables import GOALS, missed, table

ROUND_NS = 400_000


def turns_for(run):
    """So many turns that one round takes about `ROUND_NS`."""
    n = 1
    while (took := run(n)) < ROUND_NS // 4:
        n = max(n * 2, n * ROUND_NS // 4 // max(took, 1))
    return max(1, n * ROUND_NS // took)


def measure(modules, setup, statement, rounds):
    """Nanoseconds per statement for each contender: the rounds go round robin, so that what disturbs the machine for a
    while disturbs all of them; the statistic is the lower quartile, which a disturbance cannot lower."""
    runs = operations.runs_for(modules, setup, statement)
    runs[""] = operations.empty_loop()
    turns = {name: turns_for(run) for name, run in runs.items()}
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


def measure_all(modules, keys, rounds):
    results = {}
    for key, title, setup, statement in OPERATIONS:
        if key in keys:
            results[key] = measure(modules, setup, statement, rounds)
            print(f"{title}: " + ", ".join(f"{n} {v:.1f}" for n, v in results[key].items()), file=sys.stderr)
    return results


def import_times(modules, rounds):
    """Milliseconds of the import statement in a fresh process."""
    code = "import time; t = time.perf_counter_ns(); import {}; print(time.perf_counter_ns() - t)"
    names = {name: module for name, module, attribute in operations.CONTENDERS if name in modules and not attribute}
    samples = {name: [] for name in names}
    for _ in range(rounds):
        for name, module in names.items():
            out = subprocess.run([sys.executable, "-c", code.format(module)], capture_output=True, text=True, check=True)
            samples[name].append(int(out.stdout) / 1e6)
    return {name: statistics.median(values) for name, values in samples.items()}


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", metavar="OP", help="measure this operation; may be repeated")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--instructions", action="store_true", help="count instructions with valgrind instead of time")
    parser.add_argument("--check", action="store_true", help="list what misses the goals, and fail if something does")
    parser.add_argument("--record", metavar="LABEL", help="with --instructions: add these of nb to HISTORY.md under a label")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--chart", metavar="PATH", help="without the ending: .png and .svg are written")
    parser.add_argument("--versions", default="", help="what the modules were built with, for the report")
    options = parser.parse_args(arguments)
    if options.record and not options.instructions:
        parser.error("--record is for --instructions")
    known = [key for key, *_ in OPERATIONS] + ["import", "bytes"]
    for key in options.only or []:
        if key not in known:
            parser.error(f"there is no operation {key!r}; there are {', '.join(known)}")
    return options


def main():
    options = parse()

    def wanted(key):
        return not options.only or key in options.only

    # The cost of an operation must not depend on which processor the scheduler picks.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    modules = operations.load()
    names = list(modules)
    titles = {key: title for key, title, *_ in OPERATIONS if wanted(key)}
    unit = "instructions" if options.instructions else "nanoseconds"
    if options.instructions:
        try:
            results = instructions.count(names, list(titles))
        except instructions.Unavailable as error:
            sys.exit(f"error: {error}")
    else:
        results = measure_all(modules, titles, options.rounds)

    report = {**machine.describe(options.versions), "unit": unit, "results": results}
    print("\n" + "; ".join(report[key] for key in ("python", "cpu", "system", "frequency", "versions")))
    rows = [(titles[key], row) for key, row in results.items()]
    if rows:
        print(f"\n{unit.capitalize()} for one operation (multiple of the C API)\n")
        print(table(rows, names))
    extra = []
    if wanted("import") and not options.instructions:
        report["import_ms"] = import_times(modules, 15)
        extra.append(("import, ms", report["import_ms"]))
    if wanted("bytes"):
        report["object_bytes"] = {name: sys.getsizeof(module.Item(1)) for name, module in modules.items()}
        extra.append(("bytes for an object with one 32-bit int", report["object_bytes"]))
    if extra:
        print("\n" + table(extra, names, digits=2))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
        print(f"\nnumbers: {options.json}")
    if options.chart and titles:
        chart(options.chart, results, titles, names, unit)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if options.check and options.instructions:
        sentences = history.worse(python, results)
        print("\nBounds: what the last release needed, see HISTORY.md.")
        print("\n".join(sentences) or "No row that was counted needs more.")
        sys.exit(1 if sentences else 0)
    if options.record:
        history.record(python, options.record, results)
    if options.check:
        sentences = missed(rows)
        goals = ", ".join(f"{goal:.2f} of {base}" for base, goal in GOALS)
        print(f"\nGoals: at most {goals}.")
        print("\n".join(sentences) or "Every row that was measured meets them.")
        sys.exit(1 if sentences else 0)


if __name__ == "__main__":
    main()
