"""Operations that make objects, read and change them, and refer to parts of them."""

import weakref

import test_adversary_ext as m
from adversary.engine import PAIRS, SUBCLASSES, check, why
from adversary.objects import FIELDS, KINDS, LISTS, Object, Refusal, Value


class Borrows:
    # Making -------------------------------------------------------------------------------------------------------------

    def do_make(self, a, b, c, inner):
        kind, number = KINDS[a % len(KINDS)], b % 100
        how = ["class", "subclass", "boxed", "arc", "unique", "value", "fail", "empty", "lock"][c % 9]
        where = {"boxed": "box", "unique": "box", "arc": "arc", "lock": "lock"}.get(how, "inline")
        if how == "fail":
            self.call(getattr(m, f"fail_{kind}"), [], self.make_and_fail(kind, number), [number], how=1 + b % 2)
            return
        if how == "empty":
            obj = Object(kind, "own")
            self.model.objects.add(obj)
            real = getattr(m, kind).__new__(getattr(m, kind))
        else:
            obj = self.model.own(Value(self.model, kind, number), where)
            maker = {"class": getattr(m, kind), "subclass": SUBCLASSES[kind]}
            real = (maker.get(how) or getattr(m, f"{how}_{kind}"))(number)
        obj.ref = weakref.ref(real)
        self.push(real, obj, a + b)

    def make_and_fail(self, kind, number):
        def body(call):
            self.model.drop(Value(self.model, kind, number))
            raise Refusal("fail" if number % 2 == 0 else "panic")

        return body

    def do_init(self, a, b, c, inner):
        """A second `__init__`, or a first one after `__new__`."""
        real, obj = self.pick(a)
        ready = obj.owns() and obj.life == "empty"
        if ready:
            obj.life, obj.value = "ready", Value(self.model, obj.kind, b % 100)
        try:
            getattr(m, obj.kind).__init__(real, b % 100)
            error = None
        except TypeError as raised:
            error = why(raised)
        check(error == (None if ready else "types"), "__init__", error, obj)

    # Borrows ------------------------------------------------------------------------------------------------------------

    def do_show(self, a, b, c, inner):
        def body(call, how):
            self.end(how)
            return call.parameters[0][1].find().show()

        self.one("show", "read", body, a, b, c, inner)

    def do_change(self, a, b, c, inner):
        def body(call, how):
            value = call.parameters[0][1].find()
            value.value += 1
            self.end(how)
            return value.value

        self.one("change", "change", body, a, b, c, inner)

    def do_read_with(self, a, b, c, inner):
        self.one("read_with", "read", lambda call: None, a, b, c, [], during=inner)

    def do_change_with(self, a, b, c, inner):
        values = []

        def body(call):
            values.append(call.parameters[0][1].find())
            values[0].value += 1

        self.one("change_with", "change", body, a, b, c, [], during=inner)
        for value in values:
            value.value += 1

    def do_show_all(self, a, b, c, inner):
        first = self.pick(a)
        kind = first[1].kind
        entries = [first, *(self.pick(a + at * b, kind) for at in range(c % 3))]
        self.several("show_all", "read", kind, entries, b, inner, lambda all_: [obj.find().show() for obj in all_])

    def several(self, what, mode, kind, entries, b, inner, body):
        """A function with a list of objects."""
        how = self.how(b)

        def run(call):
            taken = list(call.made.values())
            for value in taken:
                self.model.drop(value)
            self.end(how)
            return body([obj for _, obj, _ in call.parameters]) if mode == "read" else sum(v.value for v in taken)

        function = getattr(m, f"{what}_{kind}")
        parameters = [(mode, entry, kind) for entry in entries]
        self.call(lambda *given: function(list(given[:-1]), given[-1]), parameters, run, inner=inner, how=how)

    def do_pair(self, a, b, c, inner):
        first, second = PAIRS[c % len(PAIRS)]
        self.pair(self.pick(a, first), self.pick(b, second), c // 8, first, second)

    def pair(self, one, two, at, first=None, second=None):
        """A function with two objects, of their classes or of these."""
        first, second = first or one[1].kind, second or two[1].kind
        what, modes = [
            ("both", ("read", "read")),
            ("copy", ("read", "change")),
            ("swap", ("change", "change")),
        ][at % 3]

        def body(call):
            x, y = (obj.find() for _, obj, _ in call.parameters)
            if what == "both":
                return (x.show(), y.show())
            if what == "copy":
                y.value = x.value + 1
            else:
                x.value, y.value = y.value, x.value

        parameters = [(modes[0], one, first), (modes[1], two, second)]
        self.call(getattr(m, f"{what}_{first}_{second}"), parameters, body)

    # Fields and references ----------------------------------------------------------------------------------------------

    def do_get(self, a, b, c, inner):
        """Reads a field: a number, or a reference."""
        real, obj = self.pick(a)
        fields = list(FIELDS.get(obj.kind, {}).items())
        if not fields or c % 4 == 0:
            self.call(lambda real: real.value, [("read", (real, obj), obj.kind)], lambda call: obj.find().value)
            return
        name, kind = fields[c % len(fields)]
        body = lambda call: self.model.part(obj, kind, (name,), name == "other")
        self.call(lambda real: getattr(real, name), [("read", (real, obj), obj.kind)], body, at=b)

    def do_method(self, a, b, c, inner):
        """A method that returns a reference."""
        entry = self.pick(a, ["Node", "Tree"][c % 2])
        obj = entry[1]
        if obj.kind not in LISTS:
            return
        kind = LISTS[obj.kind]
        what = ["at", "at_mut", "inner"][b % 3]
        mode = "change" if what == "at_mut" else "read"
        if what == "inner":
            path = ("other" if obj.kind == "Node" else "node",)
            body = lambda call: self.model.derive(call, obj, kind, path, False)
            arguments = []
        else:
            index = c // 2 % 3

            def body(call):
                if index < len(obj.find().items):
                    return self.model.derive(call, obj, kind, (index,), what == "at_mut")

            arguments = [index]
        method = getattr(getattr(m, obj.kind), what)
        if what != "inner" and inner:
            self.call(method, [(mode, entry, obj.kind)], body, inner=inner, how=index, at=b)
        else:
            self.call(method, [(mode, entry, obj.kind)], body, arguments, at=b)

    def do_either(self, a, b, c, inner):
        """A method whose result may be a part of either argument."""
        one, two = self.pick(a, "Node"), self.pick(b, "Node")
        if one[1].kind != "Node":
            return
        own = bool(c % 2)
        body = lambda call: self.model.derive(call, (one if own else two)[1], "Leaf", ("other",), False)
        self.call(m.Node.pick, [("read", one, "Node"), ("read", two, "Node")], body, [own], at=a + b)

    def do_resize(self, a, b, c, inner):
        """Makes a list longer or shorter, which moves or ends what references point to."""
        entry = self.pick(a, ["Node", "Tree"][c % 2])
        obj = entry[1]
        if obj.kind not in LISTS:
            return
        grows = b % 3 > 0

        def body(call):
            value = obj.find()
            if grows:
                value.items.append(Value(self.model, LISTS[obj.kind], value.value))
            elif value.items:
                self.model.drop(value.items.pop())

        method = getattr(getattr(m, obj.kind), "grow" if grows else "shrink")
        self.call(method, [("change", entry, obj.kind)], body)

    def do_set(self, a, b, c, inner):
        """Assigns to a field."""
        owner = self.pick(a)
        fields = [(name, kind) for name, kind in FIELDS.get(owner[1].kind, {}).items() if name != "other"]
        if not fields or c % 4 == 0:
            self.set_number(owner, c % 100, inner)
        else:
            name, kind = fields[c % len(fields)]
            source = self.pick(b, None if c % 16 == 7 else kind)
            self.assign(owner, name, kind, [source], source[0])

    def set_number(self, owner, number, inner):
        def body(call):
            owner[1].find().value = number

        def store(real, number):
            real.value = number

        self.call(store, [("set", owner, owner[1].kind)], body, inner=inner, how=number)
