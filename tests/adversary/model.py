"""Which objects and values there are, and which of them are alive."""

from adversary.objects import COUNTED, KINDS, OPTIONS, Object, Refusal, Value


class Model:
    def __init__(self, next_serial):
        self.next_serial = next_serial
        # Children by their places in memory, elements also by their ways.
        self.live, self.objects, self.children, self.elements = set(), set(), {}, {}
        self.kept, self.locked, self.stash, self.handles = ({kind: [] for kind in KINDS} for _ in range(4))
        self.ended = []
        # What the program's variables refer to, and the running calls.
        self.pool, self.frames = [], []

    def serial(self):
        self.next_serial += 1
        self.live.add(self.next_serial - 1)
        return self.next_serial - 1

    def clone(self, value):
        return Value(self, value.kind, value.value)

    def drop(self, value):
        for part in value.all():
            self.live.remove(part.serial)
            if part.last:
                self.ended.append(part.serial)

    def own(self, value, where="inline"):
        obj = Object(value.kind, "own")
        obj.life, obj.value, obj.where = "ready", value, where
        if where in COUNTED:
            value.object = obj
        self.objects.add(obj)
        return obj

    # References into other objects.

    @staticmethod
    def place(target, path):
        """Stands for an address. A container that moves its elements moves them out of sight: `same_place` says what follows."""
        return (target, target.moves, path)

    def enter(self, obj):
        self.objects.add(obj)
        obj.entry = self.place(obj.target, obj.path)
        self.children[obj.entry] = obj
        if obj.is_element():
            self.elements[obj.target, obj.path] = obj
        return obj

    def leave(self, obj):
        for entries, key in ((self.children, obj.entry), (self.elements, (obj.target, obj.path))):
            if entries.get(key) is obj:
                del entries[key]

    def child(self, target, path):
        return self.children.get(self.place(target, path))

    def part(self, owner, kind, path, read_only):
        """The object for a field of `owner`, or for an element of one."""
        whole = owner.path + path
        if owner.storage == "derived" or not any(isinstance(step, int) or step in OPTIONS["Node"] for step in whole):
            return self.reference(owner, kind, path, read_only)
        target, read_only = owner.root(), read_only or owner.read_only
        for known in (self.child(target, whole), self.elements.get((target, whole))):
            if known and known.is_element() and known.read_only == read_only:
                place = self.place(target, whole)
                if known.entry != place:
                    # The container has moved its elements.
                    if self.children.get(known.entry) is known:
                        del self.children[known.entry]
                    known.entry = place
                    self.children[place] = known
                return known
        made = Object(kind, "element")
        made.roots, made.path, made.target, made.read_only = [(target, None)], whole, target, read_only
        return self.enter(made)

    def reference(self, owner, kind, path, read_only):
        """The object for a field of `owner`."""
        target, path = owner.root(), owner.path + path
        derived = owner.storage == "derived"
        roots = list(owner.roots) if derived else [(target, None)]
        storage, read_only = "derived" if derived else "place", read_only or owner.read_only
        known = self.child(target, path)
        if known and (known.storage, known.roots, known.read_only) == (storage, roots, read_only):
            return known
        made = Object(kind, storage)
        made.roots, made.path, made.target, made.read_only = roots, path, target, read_only
        return self.enter(made)

    def same_place(self, new, old):
        """Whether a new object for a place may be an older one; then it is."""
        if new.storage == old.storage == "derived":
            return self.given_again(new, old)
        same = new.storage == old.storage and new.target is old.target and new.path == old.path
        if not same or new.read_only != old.read_only or (new.entry == old.entry and not new.is_element()):
            return False
        self.objects.remove(new)
        self.leave(new)
        old.entry = new.entry
        self.children[old.entry] = old
        return True

    def given_again(self, new, old):
        """Whether a new reference may be one that has ended, since it leads to the same address; then that is good again."""
        if {root for root, _ in new.roots} != {root for root, _ in old.roots} or new.read_only != old.read_only:
            return False
        self.objects.remove(new)
        if self.children.get(old.entry) is old:
            del self.children[old.entry]
        old.roots = [(root, root.epoch) for root, _ in old.roots]
        old.entry, old.path, old.target = new.entry, new.path, new.target
        self.children[old.entry] = old
        return True

    def derive(self, call, owner, kind, path, mutable):
        """The object for a reference that a method has returned."""
        target, path = owner.root(), owner.path + path
        roots = []
        for loan in call.loans:
            if loan.root not in roots:
                roots.append(loan.root)
        if any(root.where == "lock" for root in roots):
            raise Refusal("into lock")
        known = self.child(target, path)
        if known and known.storage == "derived" and not (mutable and known.read_only):
            of = known.roots
            if len(of) == len(roots) and all(root in roots and root.fresh(epoch) for root, epoch in of):
                return known
        made = Object(kind, "derived")
        made.roots = [(root, root.share_epoch()) for root in roots]
        for root in roots:
            root.fragile = root.fragile or call.changes(root)
        made.path, made.target, made.read_only = path, target, not mutable
        return self.enter(made)

    # What is alive.

    def reach(self, seeds, seen=None, visible=False):
        seen = set() if seen is None else seen
        todo = list(seeds)
        while todo:
            obj = todo.pop()
            if obj not in seen:
                seen.add(obj)
                todo += [other for other, sees in obj.edges() if sees or not visible]
        return seen

    def seeds(self):
        yield from self.pool
        yield from self.frames
        for kind in KINDS:
            yield from self.handles[kind]
            yield from self.stash[kind]
            yield from (value.held for value in self.kept[kind] + self.locked[kind] if value.held is not None)

    def garbage(self):
        return self.objects - self.reach(self.seeds())

    def sweep(self):
        """Ends what no reference is left to; cycles stay."""
        left = self.garbage()
        while True:
            referred = {other for obj in left for other, _ in obj.edges()}
            dying = left - referred
            if not dying:
                return
            for obj in dying:
                self.kill(obj)
            left -= dying

    def collect(self):
        """Ends cycles that the collector can see."""
        self.sweep()
        left = self.garbage()
        hidden = [other for obj in left for other, sees in obj.edges() if not sees and other in left]
        for obj in left - self.reach(hidden, visible=True):
            self.kill(obj)
        self.sweep()

    def kill(self, obj):
        obj.dead = True
        self.objects.remove(obj)
        if not obj.owns():
            self.leave(obj)
        elif obj.life == "ready":
            if obj.where in COUNTED:
                obj.value.object = None
            if obj.value.shares == 0:
                self.drop(obj.value)
