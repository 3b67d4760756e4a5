"""Operations that call virtual functions, and those on what native code takes and keeps."""

import test_adversary_classes_ext as m
from adversary import classes_model as shadow
from adversary.classes_engine import ORIGINAL, check, real_of
from adversary.classes_model import BOUND, KINDS, Link, Object, Value
from adversary.classes_ops import simple
from adversary.objects import Refusal

NUMBERED = ("label", "bump", "checked", "combine", "weave")


class Keeping:
    def do_take(self, a, b, c, inner):
        entry = self.pick(a, part=c % 4 == 0)
        if entry is not None:
            self.take(*entry)

    def take(self, real, obj):
        def body():
            self.model.ready(obj)
            if obj.root:
                raise Refusal("not owner")
            if obj.mark:
                raise Refusal("conflict")
            if obj.value.shares:
                raise Refusal("shared")
            value, obj.value, obj.life = obj.value, None, "gone"
            self.model.drop(value)
            return value.show()

        self.call("take", getattr(m, f"take_{obj.kind}"), simple(body), [real], objects=[obj])

    def do_share(self, a, b, c, inner):
        """Native code gets a count of the value, which moves into an `Arc` for that."""
        real, obj = self.pick(a)

        def body():
            self.model.ready(obj)
            if obj.mark == 0 and not obj.in_arc:
                # Elsewhere, its part has another object; the one that was there stays good.
                obj.in_arc, obj.place = True, None
            if not obj.in_arc:
                raise Refusal("conflict")
            self.model.glance(obj)
            obj.value.shares += 1
            self.model.shared.append(obj.value)

        self.call("share", getattr(m, f"share_{obj.kind}"), simple(body), [real], objects=[obj])

    def do_drop_shared(self, a, b, c, inner):
        shared, self.model.shared = self.model.shared, []
        for value in shared:
            value.shares -= 1
            if not value.shares and not value.owned:
                self.model.drop(value)
        check(m.drop_shared() == len(shared), "drop_shared")

    def do_keep(self, a, b, c, inner):
        real, obj = self.pick(a)
        function, kept = [(m.keep, self.model.boxes), (m.keep_arc, self.model.arcs)][c % 2]

        def body():
            self.model.ready(obj)
            kept.append(Link(self.model, obj, kept=True))

        self.call("keep", function, simple(body), [real], objects=[obj])

    def do_same(self, a, b, c, inner):
        real, obj = self.pick(a)

        def body():
            self.model.ready(obj)
            return obj

        error, result, _ = self.call("same", [m.same, m.same_arc][c % 2], simple(body), [real], objects=[obj])
        check(error or result is real, "same", "gave another object")

    def do_keep_new(self, a, b, c, inner):
        kind, value = KINDS[a % 3], b % 100
        body = lambda: self.model.boxes.append(Value(self.model, kind, value))
        self.call("keep_new", m.keep_new, simple(body), [kind, value])

    def do_release(self, a, b, c, inner):
        function, kept = [(m.release, self.model.boxes), (m.release_arc, self.model.arcs)][c % 2]

        def body():
            if not kept:
                raise Refusal("nothing")
            last = kept.pop()
            return self.model.own(last) if isinstance(last, Value) else last.obj

        self.new("release", function, simple(body), [], a)

    def do_use_kept(self, a, b, c, inner):
        name = ["kept_score", "kept_weave", "kept_combine"][c % 3]
        args = [] if c % 3 == 0 else [b % 10]
        self.call(name, getattr(m, name), shadow.kept(self.model, name, args), args, inner, b)

    def do_drop_kept(self, a, b, c, inner):
        kept = [*self.model.boxes, *self.model.arcs]
        self.model.boxes.clear()
        self.model.arcs.clear()
        for value in kept:
            if isinstance(value, Value):
                self.model.drop(value)
        check(m.drop_kept() == len(kept), "drop_kept")


class Calls:
    """Calls of virtual functions, by every way."""

    def arguments(self, name, b, c):
        """Arguments in both worlds."""
        if name == "meet":
            entry = self.pick(b, part=True)
            return None if entry is None else ([entry[0]], [entry[1]])
        if name == "mood":
            color, marks = list(shadow.Color)[b % 2], shadow.Marks(c % 8)
            return [real_of(color), real_of(marks)], [color, marks]
        given = [b % 10] if name in NUMBERED else []
        return given, list(given)

    def do_call(self, a, b, c, inner):
        """A function that takes `&dyn` or `&mut dyn`."""
        real, obj = self.pick(a)
        name = BOUND[c % len(BOUND)]
        found = self.arguments(name, b, c)
        if found is None:
            return
        given, args = found
        if name == "mood" and b % 4 == 3:
            pairs = [self.enumerator("color", b // 4), self.enumerator("marks", b // 4)]
            given, args = ([pair[at] for pair in pairs] for at in range(2))
        function = getattr(m, name)
        objects = [obj, *(arg for arg in args if isinstance(arg, Object))]
        if name in NUMBERED and inner and b % 4 == 1:
            body = shadow.bound(self.model, name, [obj], args, converts=True)
            self.call(name, function, body, [real], inner, b, objects, convert=given[0])
        else:
            self.call(name, function, shadow.bound(self.model, name, [obj], args), [real, *given], inner, b, objects)

    def do_method(self, a, b, c, inner):
        """`obj.name(..)`, which finds an override by itself; or the native method, which passes it by."""
        real, obj = self.pick(a)
        name = BOUND[c % len(BOUND)]
        found = self.arguments(name, b, c)
        if found is None:
            return
        given, args = found
        objects = [obj, *(arg for arg in args if isinstance(arg, Object))]
        if b % 5 == 0:
            body = shadow.bound(self.model, name, [obj], args, name)
            self.call(f"Beast.{name}", ORIGINAL[name], body, [real, *given], inner, b, objects)
            return

        def call_method(*args):
            return getattr(real, name)(*args)

        def body():
            there = obj.look_up(name)
            return (yield from shadow.attribute(self.model, there, obj, args))

        self.call(f".{name}", call_method, body(), given, inner, b, objects)

    def do_both(self, a, b, c, inner):
        """Two or more objects, which may be one."""
        name = ["both", "both_bump", "all", "beside"][c % 4]
        entries = [self.pick(at) for at in (a, b, a + b)[: 2 + (name == "all")]]
        objects = [obj for _, obj in entries]
        reals = [real for real, _ in entries]
        args = [b % 10] if name == "both_bump" else []
        given = [reals] if name == "all" else [*reals, *args]
        self.call(name, getattr(m, name), shadow.bound(self.model, name, objects, args), given, inner, b, objects)
