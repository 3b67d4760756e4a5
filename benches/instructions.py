"""Counts the instructions of each operation under valgrind's callgrind, which other work on the machine cannot disturb.

One process for each contender runs every operation N times and then 2N times, with a mark before, between and behind:
callgrind writes down what it has counted whenever `bench_mark` of the C API module begins. The difference of the two is the
cost of N runs, without what starting and stopping costs.
"""

import gc
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import operations

# An adaptive interpreter needs some turns before it does the same in each.
WARM_UP = 30
# N, in turns, of an operation that is short enough; the time is that under callgrind.
TURNS = 50
LONGEST_NS = 200_000_000
MISSING = "instructions are counted with valgrind, which is not installed here (on Debian: apt install valgrind)"


class Unavailable(Exception):
    """Why there are no counts."""


def totals(directory):
    """The instructions between one mark and the next, in order; what follows the last mark is left out."""
    parts = {}
    for path in pathlib.Path(directory).glob("counts.*"):
        found = re.search(r"^(?:totals|summary): (\d+)", path.read_text(errors="replace"), re.MULTILINE)
        number = path.name.rsplit(".", 1)[1]
        if found and number.isdigit():
            parts[int(number)] = int(found.group(1))
    return [parts[number] for number in sorted(parts)]


def per_operation(done, counts):
    """Instructions of one operation. `done` are pairs of key and N, the empty loop's first; `counts` are what `totals`
    gives: for each of them what was before its first mark, then N turns, then 2N turns."""
    if len(counts) < 3 * len(done):
        raise Unavailable(f"callgrind wrote {len(counts)} counts instead of {3 * len(done)}")
    each = [(counts[3 * at + 2] - counts[3 * at + 1]) / turns for at, (_, turns) in enumerate(done)]
    return {key: (turn - each[0]) / operations.UNROLL for (key, _), turn in zip(done[1:], each[1:])}


def warm_up(run):
    """Answers N. What takes long is measured in fewer turns."""
    for _ in range(WARM_UP):
        if (took := run(1)) > LONGEST_NS:
            break
    return max(1, min(TURNS, LONGEST_NS // took))


def run_contender(name, keys):
    """In the process that callgrind watches: the empty loop, then the operations that this contender can do."""
    import bench_capi

    module = operations.load(name)
    runs = [("", operations.empty_loop())]
    for key, _, setup, statement in operations.OPERATIONS:
        if key in keys:
            runs += [(key, run) for run in operations.runs_for(module, setup, statement).values()]
    gc.disable()
    done = []
    for key, run in runs:
        turns = warm_up(run)
        bench_capi.mark()
        run(turns)
        bench_capi.mark()
        run(2 * turns)
        bench_capi.mark()
        done.append((key, turns))
    print("\n" + json.dumps(done))


def count_contender(valgrind, name, keys):
    """Instructions per operation of one contender."""
    with tempfile.TemporaryDirectory() as directory:
        command = [valgrind, "--tool=callgrind", "--dump-before=bench_mark", f"--callgrind-out-file={directory}/counts",
                   sys.executable, os.path.abspath(__file__), name, *keys]
        # The order of sets and dictionaries must not differ between two runs.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            raise Unavailable(f"callgrind could not run {name}:\n{done.stderr[-1500:]}")
        return per_operation(json.loads(done.stdout.splitlines()[-1]), totals(directory))


def count(names, keys):
    """Instructions per operation: a dictionary from key to a dictionary from contender to number."""
    valgrind = shutil.which("valgrind")
    if not valgrind:
        raise Unavailable(MISSING)
    if "C API" not in names:
        raise Unavailable("the marks are set by the C API module, which is not there")
    results = {key: {} for key in keys}
    for name in names:
        try:
            counted = count_contender(valgrind, name, keys)
        except Unavailable as error:
            print(f"left out: {name}: {error}")
            continue
        print(f"{name}: counted", file=sys.stderr)
        for key, value in counted.items():
            results[key][name] = value
    return results


if __name__ == "__main__":
    run_contender(sys.argv[1], sys.argv[2:])
