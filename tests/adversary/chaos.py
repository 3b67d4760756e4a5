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

import test_adversary_classes_ext as virtual
import test_adversary_ext as m
from adversary import c_callers
from adversary.classes_engine import ORIGINAL, restore
from adversary.classes_model import BOUND
from adversary.objects import KINDS

MODES = ["plain", "profiler", "tracer", "collector", "threads"]
# A count or a handle in native code is a reference that the collector cannot see: cycles through one stay.
HIDDEN = ("keep", "kept", "arc", "handle")
# Nor does it look into a lock.
LOCKS = ("lock", "poke", "read_poke")
HOLDING = ("Holder", "Farewell")
# Milliseconds: nested calls on several threads may wait for each other.
PATIENCE, USUAL_PATIENCE = 20, 5000
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
            and not (name.startswith(LOCKS) and name.endswith(HOLDING))
        ]
        self.virtual = [virtual.Beast, virtual.Cub, virtual.Forged]
        self.classes += [*self.virtual, virtual.Part]
        counts = ("live", "next_serial", "faults")
        named = vars(virtual).items()
        self.functions += [it for name, it in named if name[0] != "_" and name not in counts and callable(it)]
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

    def override(self):
        """A function for any name, which does anything and returns anything."""

        def anything(it, *args):
            self.act()
            chance = self.random.random()
            if chance < 0.2:
                name = self.random.choice(BOUND)
                return getattr(super(self.random.choice(self.subclasses), it), name)(*args)
            if chance < 0.3:
                raise ValueError("chaos")
            if chance < 0.4 and args:
                self.pool.append(args[0])
            return self.random.choice([1, "text", virtual.Color.Red]) if chance < 0.9 else it

        return anything

    def patch(self):
        """Overrides come and go, mostly in Python classes."""
        native = self.random.random() < 0.1
        classes = self.virtual if native else [one for one in self.subclasses if issubclass(one, virtual.Beast)]
        owner, name = self.random.choice(classes), self.random.choice(BOUND)
        if self.random.random() < 0.3:
            if name in vars(owner):
                delattr(owner, name)
            elif owner is virtual.Beast:
                setattr(owner, name, ORIGINAL[name])
        else:
            setattr(owner, name, self.override())

    def call_virtual(self):
        """A virtual function, mostly with what it wants."""
        name, made = self.random.choice(BOUND), None
        if self.random.random() < 0.3:
            owner = self.random.choice([one for one in self.subclasses if issubclass(one, virtual.Beast)])
            made = owner(self.number())
            self.pool.append(made)
        beasts = [one for one in list(self.pool) if isinstance(one, virtual.Beast)]
        beast = self.random.choice(beasts) if beasts else made
        color, marks = virtual.Color.Green, virtual.Marks.A | virtual.Marks.C
        given = {"score": [], "meet": [beast.part], "mood": [color, marks]}.get(name, [self.number()])
        if self.random.random() < 0.5:
            return getattr(beast, name)(*given)
        return getattr(virtual, name)(beast, *given)

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
        if chance < 0.94:
            return self.act
        if chance < 0.96:
            return self.random.choice(["Beast", "Cub", "Forged", virtual.Color.Green, virtual.Marks.A])
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
        elif chance < 0.3:
            made = self.call_virtual()
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
        elif chance < 0.86:
            return self.patch()
        elif chance < 0.88:
            made = weakref.ref(self.some(), self.act)
        elif chance < 0.895:
            self.some().__init__(*self.arguments(0, 1))
            return
        elif chance < 0.903:
            made = pick(self.classes).__new__(pick(self.classes + self.subclasses))
        elif chance < 0.91:
            made = gc.get_referents(self.some())
        elif chance < 0.915:
            gc.collect(self.random.randrange(2))
            return
        elif chance < 0.935:
            return c_callers.step(self)
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
            m.set_lock_timeout(PATIENCE)
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
                m.set_lock_timeout(USUAL_PATIENCE)
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
            getattr(m, f"drop_locked_{kind}")()
        virtual.drop_kept()
        virtual.drop_shared()
        restore()
        for _ in range(3):
            self.pool.clear()
            gc.collect()


def run(mode, seed, steps):
    """What is wrong after so many steps, or nothing."""
    gc.collect()
    # Each module has values of its own.
    before = [(module, set(module.live()), module.faults()) for module in (m, virtual, c_callers.m)]
    chaos = Chaos(mode, seed)
    chaos.run(steps)
    wrong = []
    for module, live, faults in before:
        left = set(module.live()) - live
        wrong += [f"{module.faults() - faults} faults"] if module.faults() != faults else []
        wrong += [f"values {sorted(left)} of {module.__name__} stay"] * bool(left)
    return wrong


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
