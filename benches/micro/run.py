"""Builds and measures nanobind's microbenchmark; started by `cargo xtask bench --micro`. See ../README.md."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import gen
import machine
import tables
from builders import CORE_INSIDE, VARIANTS, builder

# The loops of the original, with the function, the class and the method looked up once.
CALLS = {
    "func": "f = m.test_0000\ndef go(n):\n for _ in range(n): f(1, 2, 3, 4, 5, 6)\nassert f(1, 2, 3, 4, 5, 6) == 21",
    "class": "c = m.Struct0; s = c.sum\ndef go(n):\n for _ in range(n): s(c(1, 2, 3, 4, 5, 6))\n"
    "assert s(c(1, 2, 3, 4, 5, 6)) == 21",
}
TIMER = """
import sys, time
sys.path.insert(0, {path!r})
import {name} as m
{calls}
go({count} // 10)
start = time.perf_counter()
go({count})
print((time.perf_counter() - start) * 1e9 / {count})
"""
MEASURES = [("seconds", "build, s", 1), ("cpu_seconds", "build, CPU s", 1), ("kib", "size, KiB", 0),
            ("each", "bytes for each", 0), ("nanoseconds", "one call, ns", 1)]


def call_time(directory, name, workload, count=100_000):
    """Nanoseconds of one call, in a process of its own."""
    code = TIMER.format(path=str(directory), name=name, calls=CALLS[workload], count=count)
    return float(subprocess.check_output([sys.executable, "-c", code], text=True))


def add_call_times(rows, out, rounds=15):
    """The modules take turns, so that what disturbs the machine for a while disturbs all; the lower quartile counts, which
    a disturbance cannot lower."""
    samples = [[] for _ in rows]
    for _ in range(rounds):
        for row, found in zip(rows, samples):
            found.append(call_time(out / row["variant"], module_name(row["library"], row["workload"]), row["workload"]))
    for row, found in zip(rows, samples):
        row["nanoseconds"] = statistics.quantiles(found, n=4)[0]


def module_name(library, workload):
    return f"micro_{workload}_{library.lower()}"


def marginal(size, size_of_one, count):
    """Bytes that one more function or class costs."""
    return (size - size_of_one) / (count - 1)


def measure(options, library, workload, variant):
    """Builds one module: a row of the report, still without the time of a call."""
    count = options.classes if workload == "class" else gen.FUNCTIONS
    name = module_name(library, workload)
    directory = options.out / variant
    directory.mkdir(exist_ok=True)
    row = {"library": library, "workload": workload, "variant": variant, "count": count}
    if library == "Python":
        (directory / f"{name}.py").write_text(gen.source(library, workload, name, count))
    else:
        module = directory / f"{name}.so"
        tool = builder(library, options.out, options.nb)
        times = tool.build(name, gen.source(library, workload, name, count), variant, module, options.repeat)
        row["seconds"], row["cpu_seconds"] = times
        row["bytes"] = module.stat().st_size
        row["kib"] = row["bytes"] / 1024
        if variant == "opt":
            lone = directory / f"{name}_one.so"
            tool.build(f"{name}_one", gen.source(library, workload, f"{name}_one", 1), variant, lone, 1)
            row["each"] = marginal(row["bytes"], lone.stat().st_size, count)
    return row


def measure_all(options):
    rows = []
    for library in options.library or gen.LIBRARIES:
        try:
            for workload in options.workload or gen.WORKLOADS:
                for variant in options.variant or VARIANTS:
                    if library == "Python" and variant == "debug":
                        # It has one variant; its row stands beside the optimised ones.
                        continue
                    rows.append(row := measure(options, library, workload, variant))
                    print(f"{library} {workload} {variant}: {row}", file=sys.stderr)
        except (RuntimeError, ImportError, OSError, subprocess.CalledProcessError) as error:
            print(f"left out from here on: {library}: {error}")
    add_call_times(rows, options.out)
    return rows


def absolute(group):
    """What was measured: a row for each library."""
    lines = []
    for library, row in group.items():
        cells = [f"{row[key]:.{digits}f}" if key in row else "" for key, _, digits in MEASURES]
        lines.append([library, CORE_INSIDE[library], *cells])
    return tables.markdown(["", "library in the file", *(title for _, title, _ in MEASURES)], lines)


def ratios_of_nb(group):
    """What nb needs as a multiple of each other library."""
    lines = []
    for library in group:
        if library != "nb" and "nb" in group:
            shares = [tables.ratio({name: group[name].get(key, 0) for name in ("nb", library)}, "nb", library)
                      for key, *_ in MEASURES]
            lines.append([f"nb / {library}", *("" if share is None else f"{share:.2f}" for share in shares)])
    return tables.markdown(["", *(title for _, title, _ in MEASURES)], lines)


def report(rows):
    """The tables, two for each workload and variant."""
    parts = []
    for workload, variant in sorted({(row["workload"], row["variant"]) for row in rows}, reverse=True):
        group = {row["library"]: row for row in rows if (row["workload"], row["variant"]) == (workload, variant)}
        count = next(iter(group.values()))["count"]
        what = {"func": "functions", "class": "classes"}[workload]
        parts += [f"### {count} {what}, {variant}", absolute(group), ratios_of_nb(group)]
    return "\n\n".join(parts)


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nb", required=True, help="the directory of the nb crate")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--versions", default="", help="what the modules are built with, for the report")
    parser.add_argument("--repeat", type=int, default=5, help="builds of which the median is taken")
    parser.add_argument("--classes", type=int, default=gen.CLASSES, help="number of classes; the original has 252")
    parser.add_argument("--library", action="append", choices=gen.LIBRARIES)
    parser.add_argument("--workload", action="append", choices=list(gen.WORKLOADS))
    parser.add_argument("--variant", action="append", choices=list(VARIANTS))
    return parser.parse_args(arguments)


def main():
    options = parse()
    options.out.mkdir(parents=True, exist_ok=True)
    about = machine.describe(options.versions)
    rows = measure_all(options)
    print("\n" + "; ".join(about.values()))
    print(f"Build times: median of {options.repeat}.\n\n{report(rows)}")
    if options.json:
        options.json.write_text(json.dumps({**about, "repeat": options.repeat, "rows": rows}, indent=1))
        print(f"\nnumbers: {options.json}")


if __name__ == "__main__":
    main()
