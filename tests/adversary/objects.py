"""Values and Python objects in the model."""

CLONED = {"Leaf"}
LISTS = {"Node": "Leaf", "Tree": "Node"}
FIELDS = {"Node": {"leaf": "Leaf", "other": "Leaf"}, "Tree": {"node": "Node"}}
# The fields that are containers: a vector in all of these, and an `Option`.
VECTORS = {"Node": ["leaves", "seen"], "Tree": ["nodes"]}
OPTIONS = {"Node": {"spare": "Leaf"}}
KINDS = ["Leaf", "Node", "Tree", "Holder", "Farewell"]

EXCLUSIVE = -1
# Where values are that native code counts.
COUNTED = ("arc", "lock")


class Refusal(Exception):
    """A call that has to fail; the argument says in which way."""

    @property
    def why(self):
        return self.args[0]


class Value:
    """A value in Rust's memory, with the values that are parts of it."""

    def __init__(self, model, kind, value):
        self.kind, self.value, self.serial = kind, value, model.serial()
        self.fields, self.items = {}, []
        self.held, self.last = None, False
        # Counts in native code, and the object that stands for the `Arc`.
        self.shares, self.object = 0, None
        if kind == "Node":
            self.fields = {"leaf": Value(model, "Leaf", value + 1), "other": Value(model, "Leaf", value + 2), "spare": None}
            self.items = [Value(model, "Leaf", value + 3)]
        elif kind == "Tree":
            self.fields = {"node": Value(model, "Node", value + 10)}
            self.items = [Value(model, "Node", value + 20)]

    def parts(self):
        return [*(part for part in self.fields.values() if part), *self.items]

    def all(self):
        yield self
        for part in self.parts():
            yield from part.all()

    def show(self):
        own = [self.serial, self.value]
        if self.kind == "Holder":
            own.append(int(self.held is not None))
        return own + [number for part in self.parts() for number in part.show()]

    def at(self, path):
        """The part at the end of a way; `None` if there is none."""
        value = self
        for step in path:
            if isinstance(step, str):
                value = value.fields[step]
            else:
                value = value.items[step] if step < len(value.items) else None
            if value is None:
                return None
        return value


class Object:
    """A Python object: `own` holds a value, `place` is a field of another, `element` is in a container of another, `derived` is a
    reference that ends."""

    def __init__(self, kind, storage):
        self.kind, self.storage = kind, storage
        self.dead, self.ref = False, None
        self.ties, self.attribute = [], None
        # Of those that own: how far they are, where the value lies, how often that has changed, marks and epochs.
        self.life, self.value, self.where, self.moves = "empty", None, "inline", 0
        self.mark, self.epoch, self.referred, self.fragile = 0, 0, False, False
        # Of those behind a lock: whether it is locked for writing, and how many running functions have got the lock itself.
        self.written, self.given = False, 0
        # Of references: what they depend on (with epochs), where they point, whether they only read.
        self.roots, self.path, self.target, self.read_only = [], (), None, False
        # Under which key it is known as a child.
        self.entry = None

    def __repr__(self):
        return f"<{self.kind} {self.storage} {self.life if self.storage == 'own' else self.path}>"

    def owns(self):
        return self.storage == "own"

    def root(self):
        return self if self.owns() else self.target

    def find(self):
        return self.root().value.at(self.path)

    def move_epoch(self):
        if self.referred:
            self.referred, self.fragile = False, False
            self.epoch += 1

    def share_epoch(self):
        self.referred = True
        return self.epoch

    def end_references(self):
        self.share_epoch()
        self.move_epoch()

    def fresh(self, epoch):
        return self.epoch == epoch

    def is_shared(self):
        return self.where == "arc" and self.value.shares > 0

    def is_element(self):
        return self.storage == "element"

    def held(self):
        """The object that the value holds, and whether the collector sees that."""
        if self.owns() and self.life in ("ready", "stashed") and self.value.held is not None:
            return [(self.value.held, self.life == "ready" and self.where not in COUNTED and self.mark == 0)]
        return []

    def edges(self):
        """What the object keeps alive, and whether the collector sees that."""
        yield from ((root, True) for root, _ in self.roots)
        yield from self.held()
        yield from ((patient, True) for patient in self.ties)
        if self.attribute is not None:
            yield self.attribute, True
