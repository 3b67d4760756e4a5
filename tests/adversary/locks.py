"""Operations on values behind locks, which native code modifies too."""

import test_adversary_ext as m
from adversary.engine import check
from adversary.objects import KINDS


class Locks:
    @staticmethod
    def write(value, obj):
        """What native code does that tries to get a lock: nothing, if a call has it."""
        if obj is not None and obj.mark:
            return None
        value.value += 1
        return value.value

    def do_poke(self, a, b, c, inner):
        """A function that gets a lock, and locks."""

        def body(call, how):
            obj = call.parameters[0][1]
            value = self.write(obj.value, obj)
            self.end(how)
            return value

        self.one("poke", "lock", body, a, b, c, inner)

    def do_poke_read(self, a, b, c, inner):
        """One that gets a lock, and a reference to a value, of the same object or of another."""
        one = self.pick(a)
        kind = one[1].kind
        other = self.pick(b, kind)
        parameters = [("lock", one, kind), ("read", other, kind)]

        def body(call):
            return [self.write(one[1].value, one[1]) or 0, other[1].find().value]

        if c % 2:
            self.call(getattr(m, f"poke_read_{kind}"), parameters, body)
        else:
            self.call(getattr(m, f"read_poke_{kind}"), parameters[::-1], body)

    def do_keep_lock(self, a, b, c, inner):
        def body(call, how):
            value = call.counts.pop()
            if how:
                value.shares -= 1
            self.end(how)
            self.model.locked[value.kind].append(value)

        self.one("lock_keep", "lock", body, a, b, c, inner)

    def do_locked(self, a, b, c, inner):
        kind = self.pick(a)[1].kind
        locked = self.model.locked[kind]
        index = b % (len(locked) + 1)

        def body(call):
            if index < len(locked):
                return locked[index].object or self.model.own(locked[index], "lock")

        self.call(getattr(m, f"locked_{kind}"), [], body, [index], at=c)

    def do_poke_locked(self, a, b, c, inner):
        """Native code writes, beside any call."""
        kind = self.pick(a)[1].kind
        expected = [self.write(value, value.object) or 0 for value in self.model.locked[kind]]
        got = getattr(m, f"poke_locked_{kind}")()
        check(got == expected, "poke_locked", "gave", got, "and should have given", expected)

    def do_drop_locked(self, a, b, c, inner):
        kind = KINDS[a % len(KINDS)]
        locked, self.model.locked[kind] = self.model.locked[kind], []
        for value in locked:
            value.shares -= 1
            if value.shares == 0 and value.object is None:
                self.model.drop(value)
        check(getattr(m, f"drop_locked_{kind}")() == len(locked), "drop_locked")
