"""Operations on classes, and those that make, read and change their objects."""

import copy
import gc
import pickle
import weakref

import test_adversary_classes_ext as m
from adversary import classes_model as shadow
from adversary.classes_engine import ORIGINAL, Class, Override, check, real_of, same
from adversary.classes_model import BOUND, KINDS, NOT_CALLABLE, Object, Value
from adversary.objects import Refusal

MOST_CLASSES = 10


def simple(act):
    """The body of a function that runs no Python code."""
    return act()
    yield


class Patches:
    """What happens to classes."""

    def pick_class(self, at):
        """A Python class more often than a native one."""
        return (self.natives + self.classes * 4)[at % (len(self.natives) + 4 * len(self.classes))]

    def do_derive(self, a, b, c, inner):
        """A new Python class, with functions of its own."""
        base = self.pick_class(a)
        kind = base.kind
        start = None if kind == "Forged" else [None, None, None, "super", "super", "empty", "fails"][b % 7]
        end = c % 7 == 0
        made = Class(kind, None, None)
        names = {"__slots__": [None, (), ("extra",), None][c % 4]}
        names = {name: slots for name, slots in names.items() if slots is not None}
        real, twin = dict(names), dict(names)
        if start:
            real["__init__"], twin["start"] = self.starter(made, start), start
        if end:
            real["__del__"], twin["end"] = self.ender, True
        for bit, name in enumerate(BOUND):
            if (a | b) >> bit & 1:
                override = Override(self, made, name)
                real[name], twin[name] = override.real, override
        made.real, made.twin = type("Python", (base.real,), real), type("Python", (base.twin,), twin)
        made.twin.real = weakref.ref(made.real)
        if len(self.classes) < MOST_CLASSES:
            self.classes.append(made)
        else:
            # The objects keep the one that was here.
            self.classes[c % MOST_CLASSES] = made

    def alike(self, what, *acts):
        """Python's own rules decide in both worlds; `None` for both where they refuse."""
        results = []
        for act in acts:
            try:
                results.append(act())
            except TypeError:
                results.append(None)
        check((results[0] is None) == (results[1] is None), what, "is allowed in one world", results)
        return results

    @staticmethod
    def starter(made, how):
        def __init__(self, value):
            if how != "empty":
                super(made.real, self).__init__(value + 1)
            if how == "fails":
                raise ValueError("asked to fail")

        return __init__

    @property
    def ender(self):
        ended = self.ended

        def __del__(self):
            try:
                ended.append(m.Beast.plain(self))
            except TypeError:
                ended.append("empty")

        return __del__

    def do_patch(self, a, b, c, inner):
        """Assigns to a class, whoever is running."""
        owner = self.pick_class(a)
        name = BOUND[b % len(BOUND)]
        if c % 8 == 0:
            real = there = NOT_CALLABLE
        elif c % 8 == 1 and name != "mood":
            real, there = ORIGINAL["plain"], shadow.NATIVE["plain"]
        elif c % 8 == 2:
            real, there = ORIGINAL[name], shadow.NATIVE[name]
        else:
            there = Override(self, owner, name)
            real = there.real
        setattr(owner.real, name, real)
        setattr(owner.twin, name, there)

    def do_unpatch(self, a, b, c, inner):
        owner = self.pick_class(a)
        names = [name for name in BOUND if name in vars(owner.twin)]
        check(names == [name for name in BOUND if name in vars(owner.real)], "unpatch", "other attributes")
        if names:
            name = names[b % len(names)]
            delattr(owner.real, name)
            delattr(owner.twin, name)

    def do_assign_class(self, a, b, c, inner):
        real, obj = self.pick(a)
        if obj.native or not self.classes:
            return
        fits = [cls for cls in self.classes if cls.kind == obj.kind]
        fits = fits if fits and c % 8 else self.classes
        new = fits[b % len(fits)]

        def assign(to, new):
            to.__class__ = new
            return True

        self.alike("assign", lambda: assign(real, new.real), lambda: assign(obj.shadow, new.twin))

    def do_forget_class(self, a, b, c, inner):
        if self.classes:
            del self.classes[a % len(self.classes)]


class Objects:
    """What happens to objects."""

    def do_make(self, a, b, c, inner):
        cls, value = self.pick_class(a), b % 100
        kind, model = cls.kind, self.model
        given = [value]
        if kind == "Forged":
            given += [[], [True], ["by value"]][c % 3]

        def start(after, value):
            """The first `__init__` behind a class."""
            classes = list(cls.twin.__mro__)
            for one in classes[classes.index(after) + 1 if after else 0 :]:
                how = vars(one).get("start")
                if one in model.shadows.values():
                    return Value(model, kind, value), None
                if how:
                    made, error = (None, None) if how == "empty" else start(one, value + 1)
                    return made, error or ("fail" if how == "fails" else None)

        def body():
            made, error = start(None, value)
            if kind == "Forged" and len(given) == 1 and value % 7 == 0:
                model.drop(made)
                raise Refusal("fail")
            obj = model.own(made, cls.twin, cls.native) if made else Object(kind, cls.twin)
            obj.native, obj.in_arc = cls.native, len(given) == 2 and given[1] is True
            model.objects.add(obj)
            if error:
                raise Refusal(error)
            return obj

        self.new("make", cls.real, simple(body), given, c)

    def new(self, name, function, body, given, at):
        """A call whose result is a new object, of any class."""
        error, result, obj = self.call(name, function, body, given)
        if error is None:
            self.push(result, obj, at)

    def do_produce(self, a, b, c, inner):
        kind, value = KINDS[a % 3], b % 100
        function = m.make if c % 2 else m.make_arc

        def body():
            obj = self.model.own(Value(self.model, kind, value))
            obj.in_arc = function is m.make_arc
            return obj

        self.new("produce", function, simple(body), [kind, value], c)

    def do_part(self, a, b, c, inner):
        self.new("part", m.Part, simple(lambda: self.model.own(Value(self.model, "Part", b % 100))), [b % 100], a)

    def do_copy(self, a, b, c, inner):
        """By `copy`, or by pickling where the class can be found by name."""
        real, obj = self.pick(a)

        def body():
            self.model.ready(obj)
            self.model.glance(obj)
            value = Value(self.model, obj.kind, obj.value.value)
            return self.model.own(value, type(obj.shadow), obj.native)

        again = lambda real: pickle.loads(pickle.dumps(real))
        way = [copy.copy, copy.deepcopy, again][c % 3 if obj.native else 0]
        error, result, made = self.call("copy", way, simple(body), [real], objects=[obj])
        if error is None:
            self.push(result, made, b)

    def do_get(self, a, b, c, inner):
        entry = self.pick(a, part=c % 5 == 0)
        if entry is None:
            return
        real, obj = entry
        name = "value" if obj.kind == "Part" else ["value", "color", "marks", "part", "part", "show"][c % 6]

        def body():
            self.model.ready(obj)
            self.model.glance(obj)
            if name == "part":
                return self.model.place(obj)
            return obj.find().show() if name == "show" else getattr(obj.find(), name)

        read = lambda real: real.show() if name == "show" else getattr(real, name)
        error, result, got = self.call(f"get {name}", read, simple(body), [real], objects=[obj])
        if error is None and name == "part":
            self.push(result, got, b)

    def do_set(self, a, b, c, inner):
        part = c % 5 == 0
        entry = self.pick(a, part)
        if entry is None:
            return
        real, obj = entry
        name = "value" if part else ["value", "color", "marks", "part", "color", "marks"][c % 6]
        if name == "part":
            self.set_part(entry, b)
            return
        given, value = (b % 100, b % 100) if name == "value" else self.enumerator(name, b)

        def body():
            self.model.ready(obj)
            if value == "wrong":
                raise Refusal("types")
            self.model.glance(obj, True)
            setattr(obj.find(), name, value)

        self.call(f"set {name}", lambda real: setattr(real, name, given), simple(body), [real], objects=[obj])

    def enumerator(self, name, at):
        """Something for an enumeration, and what it is in the model: a member, a combination, a number, another thing."""
        if name == "color":
            color = list(shadow.Color)[at % 2]
            wrong = [(3, "wrong"), (m.Marks.A, "wrong"), ("Red", "wrong")]
            return [(m.Color(color.value), color), (color.value, color), *wrong][at // 2 % 8 % 5]
        marks = shadow.Marks(at % 8)
        if at // 8 % 4 == 0:
            return (marks.value, marks if marks.value in (1, 2, 4) else "wrong")
        return (m.Color.Red, "wrong") if at // 8 % 8 == 1 else (m.Marks(marks.value), marks)

    def set_part(self, owner, at):
        entry = self.pick(at, part=True)
        if entry is None:
            return
        (real, obj), (part, source) = owner, entry

        def body():
            self.model.ready(obj, source)
            self.model.glance(obj, True)
            self.model.glance(source)
            new = self.model.clone_part(source.find())
            self.model.drop(obj.value.part)
            obj.value.part = new

        store = lambda real, part: setattr(real, "part", part)
        self.call("set part", store, simple(body), [real, part], objects=[obj, source])

    def do_enums(self, a, b, c, inner):
        colors = [list(shadow.Color)[a >> bit & 1] for bit in range(b % 4)]
        marks = shadow.Marks(c % 8)
        given = [[real_of(color) for color in colors], real_of(marks)]
        self.call("colors", m.colors, simple(lambda: (colors, marks)), given)

        def unknown(act):
            try:
                return act()
            except ValueError:
                return None

        check(unknown(m.hidden) is None, "hidden", "a value without a member has arrived")
        # Python's own flags say what becomes of bits without a name.
        bits, alike = (unknown(lambda: act(8 + a % 100)) for act in (m.bits, shadow.Marks))
        check(same(bits, alike), "bits", bits, alike)

    def do_attribute(self, a, b, c, inner):
        real, obj = self.pick(a)
        other, target = self.pick(b)
        if c % 4 == 0:
            other = target = None
        try:
            real.attribute = other
            kept = True
        except AttributeError:
            kept = False
        check(kept == hasattr(obj.shadow, "__dict__"), "attribute", "can be assigned in one world")
        if kept:
            obj.attribute = target

    def do_drop(self, a, b, c, inner):
        if self.pool:
            del self.pool[a % len(self.pool)]
            self.model.pool = [obj for _, obj in self.pool]

    def do_collect(self, a, b, c, inner):
        gc.collect()
        self.model.collect()
