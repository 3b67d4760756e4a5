"""Runs random programs, over values or over classes, until so many operations have been done; see `cargo xtask soak`.

The programs run in a process of their own: if that one dies (a crash, a report of a sanitizer or of the allocator), the
program that it was about is run again and again until it is as short as it can be.
"""

import argparse
import json
import subprocess
import sys
import time

LENGTH = 200
KINDS = ["values", "classes"]


def world(name):
    """The programs of one kind, and the module that makes and runs them."""
    from adversary import classes
    from adversary import program as adversary

    return adversary, {"values": adversary.Program, "classes": classes.Program}[name]


def child(arguments):
    return subprocess.Popen([sys.executable, "-m", "adversary.soak", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run_programs(name, first, operations):
    """In the child: says which program it is at, and how many operations it has done."""
    adversary, kind = world(name)
    done, seed = 0, first
    while done < operations:
        print(f"seed {seed} {done}", flush=True)
        program = adversary.program(seed, LENGTH, kind=kind)
        mismatch = adversary.fails(program, kind)
        if mismatch:
            smallest, trace = adversary.smallest(program, kind)
            print(f"seed {seed}: {mismatch}", smallest, *trace, sep="\n", file=sys.stderr)
            sys.exit(3)
        done += adversary.execute(program, kind=kind)
        seed += 1
    print(f"seed {seed} {done}", flush=True)


def run_given(name):
    """In the child: one program, from the standard input."""
    adversary, kind = world(name)
    sys.exit(3 if adversary.fails(json.load(sys.stdin), kind) else 0)


def crashes(name, program):
    process = child(["--given", name])
    process.communicate(json.dumps(program))
    return process.returncode not in (0, 3)


def soak(name, first, operations):
    """The programs of one kind, in a child; says what went wrong."""
    begun, seed, done = time.monotonic(), first, 0
    process = child(["--programs", name, "--seed", str(first), "--operations", str(operations)])
    process.stdin.close()
    for line in process.stdout:
        _, seed, done = line.split()
    code = process.wait()
    took = time.monotonic() - begun
    print(f"{done} operations in {int(seed) - first} programs over {name}, {took:.0f} s", flush=True)
    if code == 0:
        return
    if code != 3:
        adversary, kind = world(name)
        print(f"the process died with {code} in program {seed}; shrinking it", flush=True)
        program = adversary.program(int(seed), LENGTH, kind=kind)
        print(adversary.shrink(program, lambda program: crashes(name, program)))
    sys.exit(f"program {seed} over {name} failed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--programs", choices=KINDS)
    parser.add_argument("--given", choices=KINDS)
    options = parser.parse_args()
    if options.programs:
        run_programs(options.programs, options.seed, options.operations)
    elif options.given:
        run_given(options.given)
    else:
        for name in [options.only] if options.only else KINDS:
            soak(name, options.seed, options.operations)


if __name__ == "__main__":
    main()
