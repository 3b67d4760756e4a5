"""Python code that gets in everywhere: no model, but no crash, no value that is freed twice, and none that stays.

Any function is called with any objects. Conversions, callbacks, finalizers (some of which resurrect), callbacks of weak
references, of the collector, of the profiler and of the tracer, and other threads do the same in the middle of it.
"""

import argparse
import gc
import random
import sys
import threading
import warnings
import weakref

import test_adversary_ext as m
from adversary.objects import KINDS

MODES = ["plain", "profiler", "tracer", "collector", "threads"]
# A count or a handle in native code is a reference that the collector cannot see: cycles through one stay.
HIDDEN = ("keep", "kept", "arc", "handle")
DEPTH = 4


class Chaos:
    def __init__(self, mode, seed):
        self.mode, self.random, self.pool, self.steps, self.seed = mode, random.Random(seed), [], 0, seed
        self.local, self.over = threading.local(), False
        self.classes = [getattr(m, kind) for kind in KINDS]
        self.functions = [
            getattr(m, name)
            for name in dir(m)
            if name.endswith(tuple(KINDS)) and name not in KINDS and not name.startswith(HIDDEN)
        ]
        self.subclasses = [self.subclass(kind) for kind in self.classes]
        self.subclasses += [type("Slots", (kind,), {"__slots__": ()}) for kind in self.classes]

    def subclass(self, kind):
        def __del__(it):
            self.act()
            if not self.over and self.random.random() < 0.2:
                self.pool.append(it)

        return type("Mortal", (kind,), {"__del__": __del__})

    def act(self, *_):
        """A few steps, unless that is too deep already."""
        depth = getattr(self.local, "depth", 0)
        if depth < DEPTH and not self.over:
            self.local.depth = depth + 1
            try:
                for _ in range(self.random.randrange(3)):
                    self.step()
            finally:
                self.local.depth = depth

    def number(self):
        chaos, value = self, self.random.randrange(4)

        class Number:
            def __index__(self):
                chaos.act()
                return value

        return Number() if self.random.random() < 0.5 else value

    def some(self):
        chance, pool = self.random.random(), self.pool
        if chance < 0.75 and pool:
            return pool[self.random.randrange(len(pool)) % len(pool)]
        if chance < 0.9:
            return self.number()
        if chance < 0.95:
            return self.act
        return [self.some() for _ in range(self.random.randrange(3))]

    def arguments(self, *counts):
        return [self.some() for _ in range(self.random.choice(counts))]

    def step(self):
        self.steps += 1
        try:
            self.one(self.random.random())
        except Exception:
            # Most of what is called does not fit.
            pass

    def one(self, chance):
        pick = self.random.choice
        if chance < 0.2:
            made = pick(self.classes + self.subclasses)(*self.arguments(0, 1, 1, 1))
        elif chance < 0.6:
            made = pick(self.functions)(*self.arguments(1, 1, 2, 2, 3))
        elif chance < 0.72:
            found = self.some()
            made = getattr(found, pick([name for name in dir(found) if name[0] != "_"]))
            made = made(*self.arguments(0, 1, 1, 2)) if callable(made) else made
        elif chance < 0.82:
            found = self.some()
            if type(found) in (*self.classes, *self.subclasses):
                setattr(found, pick([*(n for n in dir(found) if n[0] != "_"), "attribute"]), self.some())
            return
        elif chance < 0.84:
            self.some().__class__ = pick(self.subclasses)
            return
        elif chance < 0.87:
            made = weakref.ref(self.some(), self.act)
        elif chance < 0.89:
            self.some().__init__(*self.arguments(0, 1))
            return
        elif chance < 0.9:
            made = pick(self.classes).__new__(pick(self.classes + self.subclasses))
        elif chance < 0.91:
            made = gc.get_referents(self.some())
        elif chance < 0.915:
            gc.collect(self.random.randrange(2))
            return
        else:
            del self.pool[self.random.randrange(len(self.pool)) % len(self.pool)]
            return
        self.pool.append(made)
        if len(self.pool) > 40:
            del self.pool[: self.random.randrange(20)]

    def run(self, steps):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
            thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
            profiler, tracer = sys.getprofile(), sys.gettrace()
            try:
                self.set_up()
                self.work(steps)
            finally:
                sys.setprofile(profiler)
                sys.settrace(tracer)
                gc.callbacks[:] = [callback for callback in gc.callbacks if callback != self.sometimes]
                gc.set_threshold(*thresholds)
                sys.setswitchinterval(interval)
                self.finish()
                sys.unraisablehook = hook

    def sometimes(self, *_):
        if self.random.random() < 0.02:
            self.act()

    def set_up(self):
        if self.mode == "profiler":
            sys.setprofile(self.sometimes)
        elif self.mode == "tracer":
            sys.settrace(self.sometimes)
        elif self.mode == "collector":
            gc.set_threshold(30, 2, 2)
            gc.callbacks.append(self.sometimes)
        elif self.mode == "threads":
            sys.setswitchinterval(1e-6)

    def work(self, steps):
        def loop():
            while self.steps < steps:
                self.step()

        threads = [threading.Thread(target=loop) for _ in range(2 if self.mode == "threads" else 0)]
        for thread in threads:
            thread.start()
        loop()
        for thread in threads:
            thread.join()

    def finish(self):
        self.over = True
        for kind in KINDS:
            getattr(m, f"drop_stash_{kind}")()
        for _ in range(3):
            self.pool.clear()
            gc.collect()


def run(mode, seed, steps):
    """What is wrong after so many steps, or nothing."""
    gc.collect()
    before, faults = set(m.live()), m.faults()
    chaos = Chaos(mode, seed)
    chaos.run(steps)
    left = set(m.live()) - before
    wrong = [f"{m.faults() - faults} faults"] if m.faults() != faults else []
    return wrong + [f"values {sorted(left)} stay"] * bool(left)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for mode in MODES:
        wrong = run(mode, options.seed, options.steps)
        print(f"{options.steps} steps of chaos, {mode}: {', '.join(wrong) or 'nothing wrong'}", flush=True)
        if wrong:
            sys.exit(1)


if __name__ == "__main__":
    main()
