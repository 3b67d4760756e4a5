"""Classes, objects and virtual functions in the model: what native code does, up to the overrides that it calls.

A native function is a generator. It yields what it expects Python code to be run for: `(override, object, arguments)`. What it is
sent is the override's result; a `Refusal` thrown into it is the override's exception.
"""

import enum

from adversary.objects import EXCLUSIVE, Refusal

BY = {"Beast": 0, "Cub": 1000, "Forged": 2000}
KINDS = list(BY)
# What overrides return, by the name of the function.
RESULTS = {"score": int, "label": str, "bump": int, "meet": int, "checked": int}
VIRTUAL = ["score", "label", "bump", "meet", "checked", "mood"]
BOUND = [*VIRTUAL, "combine", "weave"]
CHANGES = ("bump", "weave")
# What stands in a class in place of a function, and cannot be called.
NOT_CALLABLE = 7
# What a native function yields while it converts a number.
CONVERSION = object()


class Color(enum.Enum):
    Red = 1
    Green = 2


class Marks(enum.Flag):
    A = 1
    B = 2
    C = 4


RESULTS["mood"] = Color


class Native:
    """A bound method in the namespace of a class."""

    def __init__(self, name):
        self.name = name


NATIVE = {name: Native(name) for name in [*BOUND, "plain"]}


class Life:
    """How a class starts and ends its objects; Python classes replace the attributes."""

    __slots__ = ()
    start, end = None, False


def shadows():
    """The native classes; programs patch them, so each program has its own."""
    beast = type("Beast", (Life,), {**NATIVE, "__slots__": ("value", "__weakref__")})
    cub = type("Cub", (beast,), {"__slots__": ("token",)})
    return {"Beast": beast, "Cub": cub, "Forged": type("Forged", (beast,), {"__slots__": ("forged",)})}


def found(shadow, name, after=None):
    """What a class, or the classes behind `after`, say to a name."""
    classes = list(shadow.__mro__)
    if after is not None:
        classes = classes[classes.index(after) + 1 :]
    return next((vars(one)[name] for one in classes if name in vars(one)), None)


class Value:
    """A value in Rust's memory."""

    def __init__(self, model, kind, value):
        self.kind, self.value, self.color, self.marks = kind, value, Color.Red, Marks.A
        self.serials = [model.serial()]
        self.part = None if kind == "Part" else Value(model, "Part", value + 1)
        if kind == "Cub":
            self.serials.append(model.serial())
        # Counts in native code, and whether a Python object has the value.
        self.shares, self.owned = 0, False

    def show(self):
        if self.kind == "Part":
            return [self.serials[0], self.value]
        return [self.serials[0], self.value, self.color.value, self.marks.value, *self.part.show()]

    def score(self):
        return self.value + BY[self.kind]


class Object:
    """A Python object; a place has no value of its own but a root."""

    def __init__(self, kind, shadow=None, value=None, root=None):
        self.kind, self.value, self.root, self.ref = kind, value, root, None
        self.native, self.in_arc = True, False
        if value:
            value.owned = True
        self.life = "ready" if value or root else "empty"
        self.shadow = shadow and object.__new__(shadow)
        self.mark, self.attribute, self.place = 0, None, None

    def __repr__(self):
        return f"<{type(self.shadow).__name__ if self.shadow else self.kind} {self.life} mark {self.mark}>"

    def look_up(self, name):
        return found(type(self.shadow), name)

    def holder(self):
        return self.root or self

    def find(self):
        return self.root.value.part if self.root else self.value

    def edges(self):
        return [other for other in (self.root, self.attribute) if other is not None]


class Model:
    def __init__(self, next_serial, live):
        self.next_serial, self.live = next_serial, live
        self.shadows = shadows()
        self.objects, self.pool, self.frames, self.ended = set(), [], [], []
        # Each is a `Link` or a value that only native code knows.
        self.boxes, self.arcs, self.running = [], [], []
        # Values in an `Arc` of which native code has a count.
        self.shared = []

    # Values and objects -------------------------------------------------------------------------------------------------

    def serial(self):
        self.next_serial += 1
        self.live.add(self.next_serial - 1)
        return self.next_serial - 1

    def drop(self, value):
        self.live.difference_update(value.serials)
        if value.part:
            self.drop(value.part)

    def own(self, value, shadow=None, native=True):
        obj = Object(value.kind, shadow or self.shadows.get(value.kind), value)
        obj.native = native
        self.objects.add(obj)
        return obj

    def clone_part(self, part):
        return Value(self, "Part", part.value)

    def place(self, owner):
        if owner.place is None:
            owner.place = Object("Part", root=owner)
            self.objects.add(owner.place)
        return owner.place

    # What is alive ------------------------------------------------------------------------------------------------------

    def garbage(self):
        kept = [link.obj for link in (*self.boxes, *self.arcs, *self.running) if isinstance(link, Link)]
        seen, todo = set(), [*self.pool, *self.frames, *kept]
        while todo:
            obj = todo.pop()
            if obj not in seen:
                seen.add(obj)
                todo += obj.edges()
        return self.objects - seen

    def sweep(self):
        left = self.garbage()
        while True:
            dying = left - {other for obj in left for other in obj.edges()}
            if not dying:
                return
            for obj in dying:
                self.kill(obj)
            left -= dying

    def collect(self):
        self.sweep()
        for obj in self.garbage():
            self.kill(obj)

    def kill(self, obj):
        self.objects.remove(obj)
        if obj.root:
            if obj.root.place is obj:
                obj.root.place = None
            return
        if obj.shadow and type(obj.shadow).end:
            self.ended.append(obj.value.value if obj.life == "ready" else "empty")
        if obj.life == "ready":
            obj.value.owned = False
            if not obj.value.shares:
                self.drop(obj.value)

    # Marks --------------------------------------------------------------------------------------------------------------

    def lend(self, obj, exclusive):
        """Marks the value; answers whose mark it is."""
        root = obj.holder()
        if root.life != "ready":
            raise Refusal("moved")
        if root.mark == EXCLUSIVE or (exclusive and root.mark):
            raise Refusal("conflict")
        if exclusive and root.value.shares:
            raise Refusal("shared")
        root.mark = EXCLUSIVE if exclusive else root.mark + 1
        return root

    @staticmethod
    def release(root):
        root.mark = 0 if root.mark == EXCLUSIVE else root.mark - 1

    def glance(self, obj, exclusive=False):
        """Lends it for something that runs no Python code."""
        self.release(self.lend(obj, exclusive))

    @staticmethod
    def ready(*objects):
        if any(obj.life != "ready" for obj in objects):
            raise Refusal("types")


class Link:
    """A trait object: the Python object behind it, and its mark."""

    def __init__(self, model, obj, exclusive=False, passed=None, kept=False):
        self.model, self.obj, self.exclusive, self.passed, self.kept = model, obj, exclusive, passed, kept
        self.direct = obj.native and not kept
        self.marked = None if kept else model.lend(obj, exclusive)

    def rest(self):
        if self.marked is not None:
            self.model.release(self.marked)
            self.marked = None

    def enter(self, exclusive):
        if self.marked is not None:
            return
        if self.obj.life != "ready":
            raise Refusal("empty")
        self.marked = self.model.lend(self.obj, exclusive or self.exclusive)
        if self.kept:
            self.rest()

    def override(self, name):
        """What Python code has put in the place of the native function."""
        if self.direct or self.passed == name:
            return None
        there = self.obj.look_up(name)
        native = found(self.model.shadows[self.obj.kind], name)
        # A plain value of the native class is no override either.
        return None if there is native and (isinstance(there, Native) or there == NOT_CALLABLE) else there


def natively(value, name, *args):
    """What Rust's implementation does."""
    by = BY[value.kind]
    if name == "score":
        return value.score()
    if name == "label":
        return f"{value.value + by}:{args[0]}"
    if name == "bump":
        value.value += args[0]
        return value.score()
    if name == "meet":
        return args[0].find().value + value.score()
    if name == "checked":
        if args[0] % 5 == 0:
            raise Refusal("fail")
        return value.value + args[0] + by
    color, marks = args
    return value.color if Marks.C in marks else color


def virtual(model, link, name, *args):
    """One virtual function, called by native code."""
    if isinstance(link, Value):
        return natively(link, name, *args)
    there = link.override(name)
    if there is None:
        link.enter(name in CHANGES)
        return natively(link.obj.value, name, *args)
    copies = [model.own(model.clone_part(arg.find())) if isinstance(arg, Object) else arg for arg in args]
    inside = len(model.frames)
    model.frames += [arg for arg in copies if isinstance(arg, Object)]
    try:
        link.rest()
        result = yield from attribute(model, there, link.obj, copies)
    finally:
        del model.frames[inside:]
    if not isinstance(result, RESULTS[name]):
        raise Refusal("bad_cast")
    return result


def attribute(model, there, obj, args):
    """Python calls what it has found in a class."""
    if there is None:
        raise Refusal("attribute")
    if there == NOT_CALLABLE:
        raise Refusal("types")
    if isinstance(there, Native):
        return (yield from bound(model, there.name, [obj], args, there.name))
    return (yield there, obj, args)


def combine(model, link, number):
    before = yield from virtual(model, link, "score")
    label = yield from virtual(model, link, "label", number)
    after = yield from virtual(model, link, "score")
    return f"{before} {label} {after}"


def weave(model, link, by):
    shown = []
    for name, args in [("score", ()), ("bump", (by,)), ("score", ()), ("bump", (by,))]:
        shown.append((yield from virtual(model, link, name, *args)))
    return shown


def body(model, name, links, args):
    """The Rust function behind a bound one."""
    if name in VIRTUAL:
        return (yield from virtual(model, links[0], name, *args))
    if name in ("combine", "weave"):
        return (yield from (combine if name == "combine" else weave)(model, links[0], *args))
    if name == "both":
        first = yield from virtual(model, links[0], "score")
        return first - (yield from virtual(model, links[1], "score"))
    if name == "both_bump":
        first = yield from virtual(model, links[0], "bump", *args)
        return first - (yield from virtual(model, links[1], "bump", *args))
    if name == "all":
        scores = []
        for link in links:
            scores.append((yield from virtual(model, link, "score")))
        return scores
    assert name == "beside"
    return (True, (yield from virtual(model, links[0], "score")))


def bound(model, name, objects, args, passed=None, converts=False):
    """A bound function: conversions, marks, the body, and the marks put down again."""
    parts = [arg for arg in args if isinstance(arg, Object)]
    model.ready(*objects)
    if converts:
        yield CONVERSION, None, None
    if name == "plain":
        if args:
            raise Refusal("types")
        model.glance(objects[0])
        return objects[0].value.value
    if any(arg == "wrong" for arg in args):
        raise Refusal("types")
    model.ready(*parts)
    roots, links = [], []
    try:
        rest = objects
        if name == "beside":
            roots.append(model.lend(objects[0], False))
            rest = objects[1:]
        for obj in rest:
            links.append(Link(model, obj, name in (*CHANGES, "both_bump"), passed))
        roots += [model.lend(part, False) for part in parts]
        return (yield from body(model, name, links, args))
    finally:
        for link in links:
            link.rest()
        for root in roots:
            model.release(root)


def kept(model, name, args):
    """A function of what native code keeps."""
    boxes = name != "kept_combine"
    kept = model.boxes if boxes else model.arcs
    if not kept:
        raise Refusal("nothing")
    last = kept.pop() if boxes else kept[-1]
    inner = {"kept_score": "score", "kept_weave": "weave", "kept_combine": "combine"}[name]
    model.running.append(last)
    try:
        result = yield from body(model, inner, [last], args)
    except BaseException:
        if boxes and isinstance(last, Value):
            model.drop(last)
        raise
    finally:
        model.running.remove(last)
    if boxes:
        kept.append(last)
    return result
