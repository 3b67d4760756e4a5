"""Whole programs over classes; see `program` for what a program is."""

from adversary.classes_calls import Calls, Keeping
from adversary.classes_engine import Engine, m, restore
from adversary.classes_ops import Objects, Patches


class Program(Engine, Patches, Objects, Keeping, Calls):
    """A program that is running."""

    NESTED = 0.6

    @staticmethod
    def abandon():
        m.drop_kept()
        m.drop_shared()
        restore()


# How often each is chosen.
WEIGHTS = {
    "derive": 8, "patch": 5, "unpatch": 3, "assign_class": 3, "forget_class": 1, "make": 8, "produce": 2, "part": 2,
    "copy": 2, "get": 4, "set": 5, "enums": 1, "attribute": 2, "drop": 4, "collect": 1, "take": 3, "share": 3,
    "drop_shared": 2, "keep": 3, "same": 1,
    "keep_new": 1, "release": 2, "use_kept": 4, "drop_kept": 1, "call": 12, "method": 8, "both": 6,
}  # fmt: skip
Engine.OPERATIONS = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
