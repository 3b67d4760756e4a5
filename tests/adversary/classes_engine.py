"""Runs calls of virtual functions in the extension and in the model, in step: see `classes_model`."""

import gc
import warnings
import weakref

import test_adversary_classes_ext as m
from adversary import classes_model as shadow
from adversary.classes_model import CONVERSION, Model, Object
from adversary.engine import DEPTH, MOST, Number, check
from adversary.objects import Refusal

# The refusals, by a part of their text.
TEXTS = {
    "by a call that has not finished": "conflict",
    "refer to the same": "conflict",
    "lost its value while": "moved",
    "its value cannot be moved out": "not owner",
    "has no value": "empty",
    "asked to fail": "fail",
    "std::bad_cast": "bad_cast",
    "nothing is kept": "nothing",
    "is shared with native code": "shared",
}
KINDS = {TypeError: "types", AttributeError: "attribute"}
ORIGINAL = {name: m.Beast.__dict__[name] for name in shadow.NATIVE}
# Parts can be found by the collector if Python has derived from the class of their owners before the first part was made.
FIRST = type("First", (m.Beast,), {})


class Again(Exception):
    """An exception that passes through an override; it is made anew, so that it keeps nothing alive."""


class Class:
    """A class in both worlds."""

    def __init__(self, kind, real, twin, native=False):
        self.kind, self.real, self.twin, self.native = kind, real, twin, native


class Override:
    """A Python function in a class."""

    def __init__(self, engine, owner, name):
        self.owner, self.name = owner, name

        def function(real, *args):
            return engine.entered(self, real, args)

        self.real = function


class Running:
    """One call in progress: the native function of the model, and what it waits for."""

    def __init__(self, model, body, inner, number):
        self.body, self.inner, self.number, self.turn = body, list(inner), number, 0
        self.model, self.waiting, self.error, self.result = model, None, None, None
        self.go(lambda: next(body))

    def go(self, step):
        self.waiting = None
        try:
            self.waiting = step()
        except StopIteration as end:
            self.result = end.value
            if isinstance(end.value, Object):
                self.model.frames.append(end.value)
        except Refusal as refusal:
            self.error = refusal.why


def why(error):
    if type(error) is Again:
        return error.args[0]
    if type(error) in KINDS:
        return KINDS[type(error)]
    text = str(error)
    return next((name for part, name in TEXTS.items() if part in text), f"{type(error).__name__}: {text}")


def real_of(value):
    """What stands for something of the model in the extension."""
    if isinstance(value, shadow.Color):
        return m.Color(value.value)
    if isinstance(value, shadow.Marks):
        return m.Marks(value.value)
    return value


def same(real, expected):
    if isinstance(expected, (shadow.Color, shadow.Marks)):
        return real is real_of(expected)
    if isinstance(expected, (list, tuple)):
        return type(real) is type(expected) and len(real) == len(expected) and all(map(same, real, expected))
    return type(real) is type(expected) and real == expected


class Engine:
    """Runs operations; `run` raises `Mismatch` at the first that does not do what it should."""

    OPERATIONS = []

    def __init__(self):
        gc.collect()
        self.model = Model(m.next_serial(), set(m.live()))
        self.faults, self.ended, self.pool = m.faults(), [], []
        self.calls, self.selves, self.depth, self.count = [], [], 0, 0
        self.trace, self.failure, self.outcomes = None, None, set()
        self.natives = [Class(kind, getattr(m, kind), twin, True) for kind, twin in self.model.shadows.items()]
        self.classes = []

    # The pool -----------------------------------------------------------------------------------------------------------

    def push(self, real, obj, at):
        if len(self.pool) < MOST:
            self.pool.append((real, obj))
        else:
            self.pool[at % MOST] = (real, obj)
        self.model.pool = [obj for _, obj in self.pool]

    def pick(self, at, part=False):
        """Often the object that runs, mostly one with a value; `None` if there is none of that kind."""
        if self.selves and not part and at % 3 == 0:
            return self.selves[-1]
        fits = [entry for entry in self.pool if (entry[1].kind == "Part") == part]
        if at % 16 != 5:
            fits = [entry for entry in fits if entry[1].life == "ready"] or fits
        if not fits and self.selves and not part:
            return self.selves[-1]
        return fits[at % len(fits)] if fits else None

    def know(self, real, obj, what):
        """A result that has to be this object and no other."""
        expected = getattr(m, obj.kind) if obj.native else vars(type(obj.shadow))["real"]()
        check(type(real) is expected, what, "gave", type(real), "for", obj)
        if obj.ref is not None:
            check(obj.ref() is real, what, "gave another object than before", obj)
            return
        check(all(other.ref is None or other.ref() is not real for other in self.model.objects), what, "known object")
        obj.ref = weakref.ref(real)

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
        if not self.selves and all(obj.kind == "Part" for _, obj in self.pool) and name not in ("derive", "collect"):
            name = "make"
        if self.trace is not None:
            self.trace.append((self.depth, name, a, b, c))
        self.count += 1
        inside = len(self.model.frames)
        getattr(self, "do_" + name)(a, b, c, list(inner) if self.depth < DEPTH else [])
        del self.model.frames[inside:]
        self.model.sweep()
        self.verify(name)

    def guarded(self, act):
        """Runs something inside of native code, which may make another exception of what it raises."""
        try:
            return act()
        except BaseException as failure:
            self.failure = self.failure or failure
            raise

    def nested(self, operations):
        self.depth += 1
        for operation in operations:
            self.step(operation)
        self.depth -= 1

    def verify(self, name):
        check(m.faults() == self.faults, name, "met a value that was freed or changed")
        live, expected = set(m.live()), self.model.live
        check(live == expected, name, "lost", expected - live, "keeps", live - expected)
        check(m.next_serial() == self.model.next_serial, name, "made", m.next_serial(), self.model.next_serial)
        ended, expected = self.ended, self.model.ended
        check(sorted(map(str, ended)) == sorted(map(str, expected)), name, "ended", ended, expected)
        self.ended.clear()
        self.model.ended.clear()
        for obj in self.model.objects:
            check(obj.ref is None or obj.ref() is not None, name, "lost", obj)

    def finish(self):
        """Lets go of everything; nothing may be left."""
        with warnings.catch_warnings():
            # What ends without a value is asked for it.
            warnings.simplefilter("ignore")
            self.do_drop_kept(0, 0, 0, [])
            self.do_drop_shared(0, 0, 0, [])
            self.pool.clear()
            self.model.pool = []
            self.do_collect(0, 0, 0, [])
        self.verify("finish")
        check(not self.model.objects, "finish", "the model keeps", self.model.objects)
        restore()

    # Calls --------------------------------------------------------------------------------------------------------------

    def call(self, name, function, body, given, inner=(), number=0, objects=(), convert=None):
        """Calls `function` while the model runs `body`; answers the error, the result and the model's result."""
        self.model.frames += objects
        call = Running(self.model, body, inner, number)
        self.calls.append(call)
        if convert is not None:
            given = [*given, Number(convert, self.converted)]
        error = result = None
        try:
            result = function(*given)
        except Exception as raised:
            error = why(raised)
        if self.failure:
            raise self.failure
        self.calls.pop()
        self.outcomes.add(error)
        check(call.waiting is None, name, "did not call", call.waiting, error)
        check(error == call.error, name, "raised", error, "and should have", call.error, objects)
        if isinstance(call.result, Object):
            if result is not None:
                self.know(result, call.result, name)
        elif error is None:
            check(same(result, call.result), name, "gave", result, "and should have given", call.result)
        return error, result, call.result

    def converted(self):
        self.guarded(self.convert)

    def convert(self):
        call = self.calls[-1]
        check(call.waiting and call.waiting[0] is CONVERSION, "converted a number", call.waiting, call.error)
        mine, call.inner = call.inner[:1], call.inner[1:]
        self.nested(mine)
        call.go(lambda: call.body.send(None))

    def entered(self, override, real, args):
        """An override runs: first what the program does in it, then it returns or raises."""
        how, value = self.guarded(lambda: self.override(override, real, args))
        if how == "raise":
            raise Again(value)
        return value

    def override(self, override, real, args):
        call = self.calls[-1]
        expected = call.waiting
        check(expected is not None and expected[0] is override, "ran an override", override.name, expected)
        _, obj, values = expected
        check(obj.ref() is real and len(args) == len(values), "ran an override of", real, obj)
        for arg, value in zip(args, values):
            if isinstance(value, Object):
                self.know(arg, value, "argument")
            else:
                check(same(arg, value), "argument", arg, value)
        call.turn += 1
        number = call.number // 3 + call.turn
        mine, call.inner = call.inner[:1], call.inner[1:]
        inside = len(self.model.frames)
        self.model.frames += [obj, *(value for value in values if isinstance(value, Object))]
        self.selves.append((real, obj))
        if number % 11 == 9 and values and isinstance(values[0], Object):
            # The argument is the override's own.
            self.push(args[0], values[0], number)
        self.nested(mine)
        how, value, result = self.outcome(override, real, obj, args, values, number)
        self.selves.pop()
        del self.model.frames[inside:]
        if how == "raise":
            call.go(lambda: call.body.throw(Refusal(value)))
        else:
            call.go(lambda: call.body.send(result))
        return how, value

    def outcome(self, override, real, obj, args, values, number):
        """How an override ends: what it returns or raises, and what that is in the model."""
        name, kind = override.name, number % 8
        if kind in (3, 4) and self.depth < DEPTH + 2:
            return self.up(override, real, obj, args, values, number)
        if kind == 5:
            return "raise", "fail", None
        if kind == 7:
            # What the override was called with is gone when it returns.
            self.take(*((args[0], values[0]) if values and isinstance(values[0], Object) else (real, obj)))
        if kind == 6:
            wrong = 7 if name in ("label", "combine") else "text"
            return "return", wrong, wrong
        results = {"label": f"L{number}", "mood": shadow.Color.Green, "combine": "C", "weave": [number]}
        result = results.get(name, number)
        return "return", real_of(result), result

    def up(self, override, real, obj, args, values, number):
        """`super()` of the class that the override is in."""
        owner, name = override.owner, override.name

        def call_super(*args):
            return getattr(super(owner.real, real), name)(*args)

        def body():
            if owner.twin not in type(obj.shadow).__mro__:
                raise Refusal("types")
            there = shadow.found(type(obj.shadow), name, owner.twin)
            return (yield from shadow.attribute(self.model, there, obj, values))

        self.depth += 1
        error, result, expected = self.call(f"super().{name}", call_super, body(), args, (), number // 2)
        self.depth -= 1
        return ("raise", error, None) if error else ("return", result, expected)


def restore():
    """The native classes as they were bound."""
    for name, original in ORIGINAL.items():
        if m.Beast.__dict__.get(name) is not original:
            setattr(m.Beast, name, original)
    for kind in (m.Cub, m.Forged):
        for name in shadow.BOUND:
            if name in kind.__dict__:
                delattr(kind, name)
