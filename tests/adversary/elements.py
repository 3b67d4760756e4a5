"""Operations on elements of containers: live parts of their owner."""

from adversary.calls import Call
from adversary.engine import PAIRS, check, why
from adversary.objects import CLONED, LISTS, OPTIONS, VECTORS, Refusal


class Elements:
    def do_elements(self, a, b, c, inner):
        """Reads a vector, or an `Option`."""
        real, obj = self.pick(a, ["Node", "Tree"][b % 2])
        if obj.kind not in VECTORS:
            return
        options = OPTIONS.get(obj.kind, {})
        name = [*VECTORS[obj.kind], *options][c % (len(VECTORS[obj.kind]) + len(options))]
        if name in options:
            body = lambda call: obj.find().fields[name] and self.model.part(obj, options[name], (name,), False)
        else:
            kind = LISTS[obj.kind]
            body = lambda call: [self.model.part(obj, kind, (at,), name == "seen") for at in range(len(obj.find().items))]
        self.call(lambda real: getattr(real, name), [("read", (real, obj), obj.kind)], body, at=b)

    def do_element(self, a, b, c, inner):
        """Two parts of one object, of which at least one is an element."""
        elements = [entry for entry in self.pool if entry[1].is_element()]
        if not elements:
            return
        one = elements[a % len(elements)]
        target = one[1].target
        kin = [entry for entry in self.pool if entry[1].root() is target and (target.kind, entry[1].kind) in PAIRS]
        if kin:
            other = kin[b % len(kin)]
            pair = [one, other] if (one[1].kind, other[1].kind) in PAIRS else [other, one]
            if (pair[0][1].kind, pair[1][1].kind) in PAIRS:
                self.pair(*pair, c)


    def do_set_option(self, a, b, c, inner):
        owner = self.pick(a, "Node")
        if owner[1].kind != "Node":
            return
        source = (None, None) if c % 4 == 0 else self.pick(b, None if c % 16 == 7 else "Leaf")
        self.assign(owner, "spare", "Leaf", [source] if source[1] else [], source[0])

    def do_set_elements(self, a, b, c, inner):
        owner = self.pick(a, ["Node", "Tree"][c % 2])
        if owner[1].kind not in LISTS:
            return
        kind, name = LISTS[owner[1].kind], VECTORS[owner[1].kind][0]
        sources = [self.pick(b + at * c, kind) for at in range(c % 3)]
        self.assign(owner, name, kind, sources, [real for real, _ in sources])

    def assign(self, owner, name, kind, sources, given):
        """Assigns to a field. The new values are made before the owner is lent, so these are two calls in the model."""
        real, obj = owner
        self.model.frames += [obj, *(source for _, source in sources)]

        def put():
            first = Call(self.model, [("change", obj, obj.kind)])
            first.convert()
            second = Call(self.model, [("copy" if kind in CLONED else "move", source, kind) for _, source in sources])
            second.convert()
            if not first.writable(obj):
                first.enter()
                first.leave()
            second.enter()
            second.leave()
            values = list(second.made.values())
            try:
                first.enter()
            except Refusal:
                for value in values:
                    self.model.drop(value)
                raise
            first.leave()
            whole = obj.find()
            if name in whole.fields:
                old, whole.fields[name] = [whole.fields[name]], values[0] if values else None
            else:
                old, whole.items = whole.items, values
            for value in old:
                if value is not None:
                    self.model.drop(value)

        try:
            put()
            expected = None
        except Refusal as refusal:
            expected = refusal.why
        try:
            setattr(real, name, given)
            error = None
        except Exception as raised:
            error = why(raised)
        self.outcomes.add(error)
        check(error == expected, f"set {name}", "raised", error, "and should have", expected, obj, sources)
