"""Runs random programs over `test_adversary_ext` until so many operations have been done; see `cargo xtask soak`.

The programs run in a process of their own: if that one dies (a crash, a report of a sanitizer or of the allocator), the
program that it was about is run again and again until it is as short as it can be.
"""

import argparse
import json
import subprocess
import sys
import time

LENGTH = 200


def child(arguments):
    return subprocess.Popen([sys.executable, "-m", "adversary.soak", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run_programs(first, operations):
    """In the child: says which program it is at, and how many operations it has done."""
    from adversary import program as adversary

    done, seed = 0, first
    while done < operations:
        print(f"seed {seed} {done}", flush=True)
        program = adversary.program(seed, LENGTH)
        mismatch = adversary.fails(program)
        if mismatch:
            smallest, trace = adversary.smallest(program)
            print(f"seed {seed}: {mismatch}", smallest, *trace, sep="\n", file=sys.stderr)
            sys.exit(3)
        done += adversary.execute(program)
        seed += 1
    print(f"seed {seed} {done}", flush=True)


def run_given():
    """In the child: one program, from the standard input."""
    from adversary import program as adversary

    sys.exit(3 if adversary.fails(json.load(sys.stdin)) else 0)


def crashes(program):
    process = child(["--given"])
    process.communicate(json.dumps(program))
    return process.returncode not in (0, 3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--programs", action="store_true")
    parser.add_argument("--given", action="store_true")
    options = parser.parse_args()
    if options.programs:
        return run_programs(options.seed, options.operations)
    if options.given:
        return run_given()

    begun, seed, done = time.monotonic(), options.seed, 0
    process = child(["--programs", "--seed", str(seed), "--operations", str(options.operations)])
    process.stdin.close()
    for line in process.stdout:
        _, seed, done = line.split()
    code = process.wait()
    print(f"{done} operations in {int(seed) - options.seed} programs, {time.monotonic() - begun:.0f} s", flush=True)
    if code == 0:
        return None
    if code != 3:
        from adversary import program as adversary

        print(f"the process died with {code} in program {seed}; shrinking it", flush=True)
        print(adversary.shrink(adversary.program(int(seed), LENGTH), crashes))
    sys.exit(f"program {seed} failed")


if __name__ == "__main__":
    main()
