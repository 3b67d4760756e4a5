"""Operations that move values, share them with native code, tie lives together and end them."""

import gc
import weakref

import test_adversary_ext as m
from adversary.calls import Call
from adversary.engine import check
from adversary.objects import CLONED, KINDS, Refusal


class Transfers:
    # Transfers ----------------------------------------------------------------------------------------------------------

    def do_take(self, a, b, c, inner):
        def body(call, how):
            value = call.made[0]
            shown = value.show()
            self.model.drop(value)
            self.end(how)
            return shown

        self.one("take", "take", body, a, b, c, inner)

    def do_give(self, a, b, c, inner):
        def body(call, how):
            value = call.made[0]
            self.model.drop(value)
            self.end(how)
            return value.value

        entry = self.pick(a)
        kind = self.other_kind(entry[1].kind, c)
        how = self.how(b)
        mode = "copy" if kind in CLONED else "move"
        body_ = lambda call: body(call, how)
        self.call(getattr(m, f"give_{kind}"), [(mode, entry, kind)], body_, inner=inner, how=how)

    def do_pass(self, a, b, c, inner):
        def body(call, how):
            value, obj = call.made[0], call.parameters[0][1]
            value.value += 1
            if how:
                self.model.drop(value)
            self.end(how)
            obj.life, obj.value, obj.where = "ready", value, "box"
            return obj

        self.one("pass", "take", body, a, b, c, inner)

    def do_take_two(self, a, b, c, inner):
        first = self.pick(a)
        kind = first[1].kind
        second, how = self.pick(b, kind), self.how(c)

        def body(call):
            for value in call.made.values():
                self.model.drop(value)
            self.end(how)
            return sum(value.value for value in call.made.values())

        parameters = [("take", first, kind), ("take", second, kind)]
        self.call(getattr(m, f"take_two_{kind}"), parameters, body, inner=inner, how=how)

    def do_take_read(self, a, b, c, inner):
        first = self.pick(a)
        kind = first[1].kind
        second, how = self.pick(b, kind), self.how(c)

        def body(call):
            self.model.drop(call.made[0])
            self.end(how)
            return call.made[0].value + second[1].find().value

        parameters = [("take", first, kind), ("read", second, kind)]
        self.call(getattr(m, f"take_read_{kind}"), parameters, body, inner=inner, how=how)

    def do_take_all(self, a, b, c, inner):
        first = self.pick(a)
        kind = first[1].kind
        entries = [first, *(self.pick(a + at * b, kind) for at in range(c % 3))]
        self.several("take_all", "take", kind, entries, b, inner, None)

    # Owners in native code ----------------------------------------------------------------------------------------------

    def do_keep(self, a, b, c, inner):
        def body(call, how):
            value = call.counts.pop()
            if how:
                value.shares -= 1
            self.end(how)
            self.model.kept[value.kind].append(value)

        self.one("keep", "arc", body, a, b, c, inner)

    def do_kept(self, a, b, c, inner):
        kind = self.pick(a)[1].kind
        kept = self.model.kept[kind]
        index = b % (len(kept) + 1)

        def body(call):
            if index < len(kept):
                return kept[index].object or self.model.own(kept[index], "arc")

        self.call(getattr(m, f"kept_{kind}"), [], body, [index], at=c)

    def do_drop_kept(self, a, b, c, inner):
        kind = KINDS[a % len(KINDS)]
        kept, self.model.kept[kind] = self.model.kept[kind], []
        for value in kept:
            value.shares -= 1
            if value.shares == 0 and value.object is None:
                self.model.drop(value)
        check(getattr(m, f"drop_kept_{kind}")() == len(kept), "drop_kept")

    def do_stash(self, a, b, c, inner):
        def body(call, how):
            obj = call.parameters[0][1]
            if how:
                self.lose(obj)
            self.end(how)
            obj.life = "stashed"
            if obj.where == "arc":
                obj.value.object = None
            self.model.stash[obj.kind].append(obj)

        self.one("stash", "hold", body, a, b, c, inner)

    def lose(self, obj):
        """Native code drops a value that it owned, and that lay with the object."""
        self.model.drop(obj.value)
        obj.life, obj.value = "gone", None

    def do_unstash(self, a, b, c, inner):
        kind = self.pick(a)[1].kind

        def body(call):
            if self.model.stash[kind]:
                obj = self.model.stash[kind].pop()
                obj.life = "ready"
                if obj.where == "arc":
                    obj.value.object = obj
                return obj

        self.call(getattr(m, f"unstash_{kind}"), [], body, at=c)

    def do_change_stash(self, a, b, c, inner):
        kind = self.pick(a)[1].kind
        for obj in self.model.stash[kind]:
            obj.value.value += 1
        getattr(m, f"change_stash_{kind}")()

    def do_drop_stash(self, a, b, c, inner):
        kind = KINDS[a % len(KINDS)]
        stash, self.model.stash[kind] = self.model.stash[kind], []
        for obj in stash:
            self.lose(obj)
        check(getattr(m, f"drop_stash_{kind}")() == len(stash), "drop_stash")

    def do_handle(self, a, b, c, inner):
        entry = self.pick(a)
        kind = self.other_kind(entry[1].kind, c)
        body = lambda call: self.model.handles[kind].append(entry[1])
        self.call(getattr(m, f"handle_{kind}"), [("handle", entry, kind)], body)

    def do_use_handle(self, a, b, c, inner):
        kind = self.pick(a)[1].kind
        handles = self.model.handles[kind]
        if not handles:
            return
        index = b % len(handles)
        obj = handles[index]
        if c % 3 == 0:
            self.call(getattr(m, f"handle_object_{kind}"), [], lambda call: obj, [index], at=a)
            return
        changes = c % 3 == 1

        def body(call):
            if obj.owns() and obj.life != "ready":
                raise Refusal("empty")
            inside = Call(self.model, [("change" if changes else "read", obj, kind)])
            inside.enter()
            inside.leave()
            value = obj.find()
            if changes:
                value.value += 1
                return value.value
            return value.show()

        self.call(getattr(m, f"handle_{'change' if changes else 'show'}_{kind}"), [], body, [index])

    def do_drop_handles(self, a, b, c, inner):
        kind = KINDS[a % len(KINDS)]
        handles, self.model.handles[kind] = self.model.handles[kind], []
        check(getattr(m, f"drop_handles_{kind}")() == len(handles), "drop_handles")

    # Lifetimes ----------------------------------------------------------------------------------------------------------

    def do_tie(self, a, b, c, inner):
        nurse, patient = self.pick(a), self.pick(b)
        kind = self.other_kind(nurse[1].kind, c)

        def body(call):
            if patient[1] is not nurse[1]:
                nurse[1].ties.append(patient[1])

        function = getattr(m, f"tie_{kind}")
        self.call(function, [("read", nurse, kind), ("object", patient, None)], body)

    def do_attribute(self, a, b, c, inner):
        real, obj = self.pick(a)
        other, target = self.pick(b)
        if c % 4 == 0:
            real.__dict__.pop("attribute", None)
            obj.attribute = None
        else:
            real.attribute, obj.attribute = other, target

    def do_hold(self, a, b, c, inner):
        holder, entry = self.pick(a, "Holder"), self.pick(b)
        if holder[1].kind != "Holder":
            return
        if c % 4 == 0:
            entry = (None, None)

        def body(call):
            holder[1].find().held = entry[1]

        self.model.frames += [entry[1]] if entry[1] else []
        self.call(m.Holder.hold, [("change", holder, "Holder")], body, [entry[0]])

    def do_held(self, a, b, c, inner):
        holder = self.pick(a, "Holder")
        if holder[1].kind == "Holder":
            self.call(m.Holder.held, [("read", holder, "Holder")], lambda call: holder[1].find().held, at=b)

    def do_at_end(self, a, b, c, inner):
        farewell = self.pick(a, "Farewell")
        if farewell[1].kind != "Farewell":
            return
        last = self.ended.append if c % 4 else None

        def body(call):
            farewell[1].find().last = last is not None

        self.call(m.Farewell.at_end, [("change", farewell, "Farewell")], body, [last])

    def do_drop(self, a, b, c, inner):
        self.forget(a)

    def do_weak(self, a, b, c, inner):
        """Weak references know what is alive."""
        real, obj = self.pick(a)
        check(weakref.ref(real)() is real and obj.ref() is real, "weak")
        for other in self.model.objects:
            check(other.ref is None or other.ref() is not None, "weak", "lost", other)

    def do_collect(self, a, b, c, inner):
        gc.collect()
        self.model.collect()
