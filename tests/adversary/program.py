"""Whole programs.

A program is a list of operations, each a tuple of numbers and a list of further operations that run inside of it (while an
argument is converted, or in a callback). The numbers are taken modulo what there is to choose from, so that every list is a
program, and a part of one too: that is what makes shrinking possible.
"""

import random

import test_adversary_ext as m
from adversary.borrows import Borrows
from adversary.elements import Elements
from adversary.engine import DEPTH, Engine, Mismatch
from adversary.locks import Locks
from adversary.objects import KINDS
from adversary.transfers import Transfers


class Program(Engine, Borrows, Elements, Transfers, Locks):
    """A program that is running."""

    # How often operations have others inside.
    NESTED = 0.3

    @staticmethod
    def abandon():
        """Empties what a failed program has left in native code."""
        for kind in KINDS:
            for what in ("kept", "locked", "stash", "handles"):
                getattr(m, f"drop_{what}_{kind}")()


# How often each is chosen.
WEIGHTS = {
    "make": 7, "init": 1, "show": 3, "change": 4, "read_with": 3, "change_with": 3, "show_all": 2, "pair": 5, "get": 7,
    "method": 6, "either": 2, "resize": 3, "set": 5, "take": 2, "give": 2, "pass": 2, "take_two": 1, "take_read": 1,
    "take_all": 1, "keep": 3, "kept": 2, "drop_kept": 2, "stash": 2, "unstash": 2, "change_stash": 1, "drop_stash": 1,
    "handle": 1, "use_handle": 2, "drop_handles": 1, "tie": 1, "attribute": 2, "hold": 2, "held": 1, "at_end": 1,
    "drop": 5, "weak": 1, "collect": 1, "elements": 5, "element": 4, "set_elements": 2, "set_option": 2, "poke": 3, "poke_read": 2,
    "keep_lock": 2, "locked": 2, "poke_locked": 1, "drop_locked": 1,
}  # fmt: skip
Engine.OPERATIONS = [name for name, weight in WEIGHTS.items() for _ in range(weight)]


def program(seed, length, depth=0, kind=Program):
    """A list of operations, the same for the same seed."""
    rng = random.Random(seed) if depth == 0 else seed
    operations = []
    for _ in range(length):
        inner = []
        if depth < DEPTH and rng.random() < kind.NESTED:
            inner = program(rng, rng.randrange(1, 4), depth + 1, kind)
        operations.append((*(rng.randrange(1 << 16) for _ in range(4)), inner))
    return operations


def execute(operations, trace=None, kind=Program):
    """Runs one program from beginning to end; answers how many operations that were."""
    running = kind()
    running.trace = trace
    try:
        running.run(operations)
        running.finish()
    except BaseException:
        kind.abandon()
        raise
    return running.count


def fails(operations, kind=Program):
    """Why a program fails; `None` if it does not."""
    try:
        execute(operations, kind=kind)
    except Mismatch as mismatch:
        return mismatch.args
    return None


def smallest(operations, kind=Program):
    """A short program that fails like this one, and what it does."""
    operations, trace = shrink(operations, lambda operations: fails(operations, kind)), []
    try:
        execute(operations, trace, kind)
    except Mismatch:
        pass
    return operations, trace


def shrink(operations, fails):
    """A shorter program that fails as well."""
    size = len(operations)
    while size:
        start, before = 0, len(operations)
        while start < len(operations):
            less = operations[:start] + operations[start + size :]
            if fails(less):
                operations = less
            else:
                start += size
        if size > 1 or len(operations) == before:
            size //= 2
    for at, (*numbers, inner) in enumerate(operations):
        if inner:
            put = lambda inner: operations[:at] + [(*numbers, inner)] + operations[at + 1 :]
            operations = put(shrink(inner, lambda inner: fails(put(inner))))
    return operations
