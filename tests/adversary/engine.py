"""Runs calls in the extension and in the model, and compares."""

import gc
import warnings
import weakref

import test_adversary_ext as m
from adversary.calls import Call
from adversary.model import Model
from adversary.objects import KINDS, Object, Refusal

SUBCLASSES = {kind: type("Sub" + kind, (getattr(m, kind),), {}) for kind in KINDS}
PAIRS = [("Leaf", "Leaf"), ("Node", "Leaf"), ("Node", "Node"), ("Tree", "Leaf"), ("Tree", "Node")]
MOST = 16
DEPTH = 3

# The refusals, by a part of their text: that of the first that fits.
TEXTS = {
    "one of them to its lock": "lock and value",
    "and this function takes it in": "other lock",
    "would refer into an object": "into lock",
    "has no such element any more": "gone",
    "has to come first": "element first",
    "fetch it again": "stale",
    "by a call that has not finished": "busy",
    "refer to the same": "aliased",
    "was obtained through a shared reference": "read-only",
    "is shared with native code": "shared",
    "native code cannot share its value": "not sharable",
    "lost its value while": "moved",
    "its value cannot be moved out": "not owner",
    "has no value": "empty",
    "asked to fail": "fail",
    "asked to panic": "panic",
}


class Mismatch(AssertionError):
    """The extension did something else than the model."""


class Number:
    """An integer that runs code while it is converted."""

    def __init__(self, value, act):
        self.value, self.act = value, act

    def __index__(self):
        act, self.act = self.act, None
        act()
        return self.value


def why(error):
    if type(error) is TypeError:
        return "types"
    text = str(error)
    return next((name for part, name in TEXTS.items() if part in text), f"{type(error).__name__}: {text}")


def check(good, *what):
    if not good:
        raise Mismatch(*what)


class Engine:
    """Runs operations; `run` raises `Mismatch` at the first that does not do what it should."""

    # Names of operations, each as often as its weight says.
    OPERATIONS = []

    def __init__(self):
        gc.collect()
        self.model = Model(m.next_serial())
        self.model.live = set(m.live())
        self.before, self.faults = set(self.model.live), m.faults()
        self.pool, self.ended, self.count, self.depth = [], [], 0, 0
        self.outcomes = set()
        self.trace = self.failure = None

    # The pool -----------------------------------------------------------------------------------------------------------

    def push(self, real, obj, at):
        """A variable for a result; there are so many variables and no more."""
        if len(self.pool) < MOST:
            self.pool.append((real, obj))
        else:
            self.pool[at % MOST] = (real, obj)
        self.model.pool = [obj for _, obj in self.pool]

    def forget(self, at):
        del self.pool[at % len(self.pool)]
        self.model.pool = [obj for _, obj in self.pool]

    def pick(self, at, kind=None):
        """Mostly an object of this class, and one that has a value."""
        fits = [entry for entry in self.pool if kind is None or entry[1].kind == kind] or self.pool
        if at % 8 != 5:
            fits = [entry for entry in fits if not entry[1].owns() or entry[1].life == "ready"] or fits
        return fits[at % len(fits)]

    def saw(self, real, expected, what):
        """A result that has to be one object and no other; answers which in the model."""
        if expected.ref is not None:
            check(expected.ref() is real, what, "gave another object than before", expected)
            return expected
        check(type(real) is getattr(m, expected.kind), what, "gave", type(real), "for", expected)
        for other in self.model.objects:
            if other.ref is not None and other.ref() is real:
                # A value that has moved away and back to the address where it was has its old places again.
                check(self.model.same_place(expected, other), what, "gave a known object", other)
                return other
        expected.ref = weakref.ref(real)
        return expected

    # Running ------------------------------------------------------------------------------------------------------------

    def run(self, operations):
        enabled = gc.isenabled()
        gc.disable()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for operation in operations:
                    self.step(operation)
        finally:
            if enabled:
                gc.enable()

    def step(self, operation):
        code, a, b, c, inner = operation
        name = self.OPERATIONS[code % len(self.OPERATIONS)]
        if not self.pool and name not in ("make", "collect"):
            name = "make"
        if self.trace is not None:
            self.trace.append((self.depth, name, a, b, c))
        self.count += 1
        inside = len(self.model.frames)
        getattr(self, "do_" + name)(a, b, c, list(inner) if self.depth < DEPTH else [])
        del self.model.frames[inside:]
        self.model.sweep()
        self.verify(name)

    def nested(self, operations):
        self.depth += 1
        try:
            for operation in operations:
                self.step(operation)
        except BaseException as failure:
            # The extension may make another exception of it.
            self.failure = self.failure or failure
            raise
        self.depth -= 1

    def verify(self, name):
        check(m.faults() == self.faults, name, "met a value that was freed or changed")
        live, expected = set(m.live()), self.model.live
        check(live == expected, name, "lost", expected - live, "keeps", live - expected)
        check(m.next_serial() == self.model.next_serial, name, "made", m.next_serial(), self.model.next_serial)
        check(sorted(self.ended) == sorted(self.model.ended), name, "ended", self.ended, self.model.ended)
        self.ended.clear()
        self.model.ended.clear()

    def finish(self):
        """Lets go of everything; nothing may be left but what the collector cannot see."""
        for kind in KINDS:
            for what in ("kept", "locked", "stash", "handles"):
                getattr(self, "do_drop_" + what)(KINDS.index(kind), 0, 0, [])
        self.pool.clear()
        self.model.pool = []
        self.do_collect(0, 0, 0, [])
        self.verify("finish")

    def call(self, function, parameters, body, arguments=(), inner=(), how=None, during=None, at=0):
        """Calls `function` with the objects of `parameters`, (mode, (real, model object), class) each, and `arguments`.

        `body` says what the function does to the model and answers the result. `inner` runs while `how`, the last
        argument, is converted; `during` runs inside the function.
        """
        name = getattr(function, "__name__", function)
        call = Call(self.model, [(mode, entry[1], kind) for mode, entry, kind in parameters])
        self.model.frames += [entry[1] for _, entry, _ in parameters]
        outcome = []

        def settle():
            try:
                call.enter()
                outcome.append((None, body(call)))
            except Refusal as refusal:
                outcome.append((refusal.why, None))

        def convert():
            check(not outcome, name, "converted an argument after a refusal", outcome)
            self.nested(inner)
            settle()

        def act():
            check(outcome and outcome[-1][0] is None, name, "ran its callback after a refusal", outcome)
            self.nested(during)

        try:
            call.convert()
        except Refusal as refusal:
            outcome.append((refusal.why, None))
        given = [entry[0] for _, entry, _ in parameters] + list(arguments)
        if how is not None:
            given.append(Number(how, convert) if inner else how)
        if not inner and not outcome:
            settle()
        if during is not None:
            given.append(act)
        error = result = None
        try:
            result = function(*given)
        except Exception as raised:
            error = why(raised)
        if self.failure:
            raise self.failure
        call.leave()
        self.outcomes.add(error)
        check(len(outcome) == 1, name, "did not convert its argument", error)
        expected, body_result = outcome[0]
        check(error == expected, name, "raised", error, "and should have", expected, parameters)
        if error is None:
            self.result(result, body_result, name, at)
        call = given = None

    def result(self, real, expected, name, at):
        if isinstance(expected, Object):
            self.push(real, self.saw(real, expected, name), at)
        elif isinstance(expected, list) and isinstance(real, list) and len(expected) == len(real):
            for real, expected in zip(real, expected):
                self.result(real, expected, name, at)
                at += 1
        else:
            check(real == expected, name, "gave", real, "and should have given", expected)

    @staticmethod
    def end(how):
        if how:
            raise Refusal("fail" if how == 1 else "panic")

    def how(self, number):
        """Most calls succeed, some fail, some panic."""
        return {0: 1, 1: 2}.get(number % 8, 0)

    def other_kind(self, kind, number):
        """Seldom another class than that of the object."""
        return KINDS[number % len(KINDS)] if number % 16 == 7 else kind

    def one(self, what, mode, body, a, b, c, inner, during=None):
        """A function with one object and the number that says how it ends."""
        entry = self.pick(a)
        kind = self.other_kind(entry[1].kind, c)
        function = getattr(m, f"{what}_{kind}")
        if during is not None:
            self.call(function, [(mode, entry, kind)], body, during=during, at=b)
        else:
            how = self.how(b)
            self.call(function, [(mode, entry, kind)], lambda call: body(call, how), inner=inner, how=how, at=b)
