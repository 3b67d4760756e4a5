"""What a call may do with its arguments: borrow marks, epochs, claims of values that move."""

from adversary.objects import EXCLUSIVE, Refusal


class Loan:
    def __init__(self, root, obj, changes, place, counted, locked=False):
        self.root, self.obj, self.changes, self.place, self.counted = root, obj, changes, place, counted
        # Whether it has the lock of its root.
        self.locked = locked


def disjoint(a, b):
    """Whether the places of two references into one root do not overlap."""
    return not (a[: len(b)] == b or b[: len(a)] == a)


class Call:
    """The arguments of one call: converted, then lent or moved, then given back."""

    def __init__(self, model, parameters):
        self.model, self.parameters = model, parameters
        self.loans, self.claims, self.counts, self.made = [], [], [], {}
        # Those whose lock the function gets.
        self.handed = []

    def convert(self):
        for mode, obj, kind in self.parameters:
            if mode == "object":
                continue
            if obj.kind != kind or (obj.owns() and obj.life != "ready"):
                raise Refusal("types")
            if mode in ("arc", "lock"):
                self.share(obj, mode)

    def enter(self):
        """Acquires all arguments, then moves values out or copies them; after a refusal everything is as before."""
        try:
            for mode, obj, kind in self.parameters:
                if mode in ("read", "copy"):
                    self.lend(obj, False)
                elif mode == "change":
                    self.lend(obj, True)
                elif mode == "set":
                    if obj.owns() and obj.life != "ready":
                        # A setter looks at its receiver again when it has converted the value.
                        raise Refusal("types")
                    self.lend(obj, True)
                elif mode in ("take", "hold", "move"):
                    self.claim(obj, mode != "move")
                elif mode == "arc":
                    self.count(obj)
                elif mode == "lock":
                    self.hand(obj)
        except Refusal:
            self.leave()
            raise
        for index, (mode, obj, kind) in enumerate(self.parameters):
            if mode == "copy":
                self.made[index] = self.model.clone(obj.find())
            elif mode in ("take", "hold", "move"):
                self.claims.remove(obj)
                obj.end_references()
                if mode == "hold":
                    continue
                self.made[index] = obj.value
                obj.life, obj.value = "gone", None
                if obj.where != "box":
                    obj.moves += 1
                if obj.where == "arc":
                    self.made[index].object = None
                obj.where = "inline"

    def leave(self):
        self.release()
        for obj in self.handed:
            obj.given -= 1
        for value in self.counts:
            value.shares -= 1
        for obj in self.claims:
            obj.life = "ready"
        self.counts, self.claims, self.handed = [], [], []

    def release(self):
        for loan in self.loans:
            if loan.locked:
                loan.root.mark -= 1
                loan.root.written = loan.root.written and loan.root.mark > 0
            elif loan.counted:
                loan.root.mark = 0 if loan.changes else loan.root.mark - 1
        self.loans = []

    def names(self, obj):
        """Whether an earlier argument names the same object."""
        return any(loan.root is obj or loan.obj is obj for loan in self.loans) or obj in self.claims

    def lend(self, obj, exclusive):
        if obj.owns() and obj.life != "ready":
            raise Refusal("aliased" if self.names(obj) else "moved")
        if exclusive and obj.read_only:
            raise Refusal("read-only")
        in_other = obj.storage in ("place", "element")
        if obj.root().where == "lock" and (obj.owns() or in_other) and obj.root().life == "ready":
            self.lock(obj.root(), obj, exclusive)
            return
        if in_other and obj.target.life != "ready":
            raise Refusal("moved")
        if obj.storage == "derived":
            if not all(root.life == "ready" and root.fresh(epoch) for root, epoch in obj.roots):
                raise Refusal("stale")
            fragile = any(root.fragile for root, _ in obj.roots)
            if fragile and not exclusive and any(loan.obj is obj for loan in self.loans):
                return
            exclusive = exclusive or fragile
            for root, _ in obj.roots[1:] + obj.roots[:1]:
                self.mark(root, obj, exclusive, False)
            if exclusive:
                obj.roots = [(root, root.share_epoch()) for root, _ in obj.roots]
                for root, _ in obj.roots:
                    root.fragile = True
        else:
            self.mark(obj.root(), obj, exclusive, True)
            self.look_up(obj)

    @staticmethod
    def look_up(obj):
        if obj.is_element() and obj.find() is None:
            raise Refusal("gone")

    def lock(self, root, obj, exclusive):
        """Locks take the place of marks."""
        ours = 0
        if root.given or (root.mark and (root.written or exclusive)):
            if root in self.handed:
                raise Refusal("lock and value")
            for loan in self.loans:
                if loan.root is root:
                    if (exclusive or loan.changes) and not disjoint(obj.path, loan.obj.path):
                        raise Refusal("aliased")
                    ours += 1
        written = root.written if root.mark else exclusive
        if root.mark and (written or exclusive) and root.mark != ours:
            raise Refusal("busy")
        if exclusive and not written and any(loan.root is root and loan.obj.is_element() for loan in self.loans):
            raise Refusal("element first")
        root.mark += 1
        root.written = written or exclusive
        self.loans.append(Loan(root, obj, exclusive, True, True, locked=True))
        self.look_up(obj)

    def mark(self, root, obj, exclusive, place):
        if root.mark == 0 or (not exclusive and root.mark > 0):
            if exclusive and root.is_shared():
                raise Refusal("shared")
            if exclusive or root.fragile:
                root.move_epoch()
            root.mark = EXCLUSIVE if exclusive else root.mark + 1
            self.loans.append(Loan(root, obj, exclusive, place, True))
            return
        ours = 0
        for loan in self.loans:
            if loan.root is root:
                apart = place and loan.place and disjoint(obj.path, loan.obj.path)
                if (exclusive or loan.changes) and not apart:
                    raise Refusal("aliased")
                ours += loan.counted
        if ours != (1 if root.mark == EXCLUSIVE else root.mark):
            raise Refusal("busy")
        if exclusive and root.mark != EXCLUSIVE:
            if root.is_shared():
                raise Refusal("shared")
            for loan in self.loans:
                loan.counted = loan.counted and loan.root is not root
            root.mark = EXCLUSIVE
            root.move_epoch()
            self.loans.append(Loan(root, obj, True, place, True))
        else:
            if exclusive:
                root.move_epoch()
            self.loans.append(Loan(root, obj, exclusive, place, False))

    def claim(self, obj, owner):
        if obj in self.claims and owner:
            # Two owners of one object: a warning, and no overload fits.
            raise Refusal("types")
        if obj.owns() and obj.life != "ready":
            raise Refusal("aliased" if self.names(obj) else "moved")
        if self.unlock(obj) and obj.mark == 0:
            raise Refusal("shared")
        if not obj.owns():
            raise Refusal("not owner")
        if obj.mark != 0:
            raise Refusal("aliased" if self.names(obj) else "busy")
        if obj.is_shared():
            raise Refusal("shared")
        obj.life = "gone"
        self.claims.append(obj)

    @staticmethod
    def unlock(obj):
        """Moves the value out of its lock, if only the object has it and nobody uses it; answers whether it stays behind one."""
        locked = obj.where == "lock" and obj.life == "ready"
        if locked and obj.mark == 0 and obj.value.shares == 0:
            obj.moves += 1
            obj.where, obj.value.object = "box", None
        return locked and obj.where == "lock"

    def share(self, obj, where="arc"):
        """Moves the value into an `Arc`, or into a lock in one, where nobody is in the way."""
        if not (obj.owns() and obj.life == "ready" and obj.mark == 0) or obj.where == where:
            return
        if self.unlock(obj) or obj.is_shared():
            return
        if where == "lock":
            obj.end_references()
        else:
            obj.move_epoch()
        obj.moves += 1
        obj.where, obj.value.object = where, obj

    def hand(self, obj):
        """The function gets the lock."""
        self.share(obj, "lock")
        if obj.owns() and obj.life != "ready":
            raise Refusal("moved")
        if not obj.owns():
            raise Refusal("not sharable")
        if obj.where != "lock":
            raise Refusal("other lock" if obj.where == "arc" else "busy")
        if any(loan.root is obj for loan in self.loans):
            raise Refusal("lock and value")
        self.handed.append(obj)
        obj.given += 1
        obj.value.shares += 1
        self.counts.append(obj.value)

    def count(self, obj):
        self.share(obj)
        if not obj.owns():
            raise Refusal("not sharable")
        if obj.life == "ready" and obj.where != "arc":
            raise Refusal("other lock" if obj.where == "lock" else "busy")
        ends = obj.mark != 0 or (obj.life == "ready" and not obj.is_shared())
        self.lend(obj, False)
        if ends:
            obj.move_epoch()
        obj.value.shares += 1
        self.counts.append(obj.value)

    def writable(self, obj):
        """Whether an exclusive loan would be granted."""
        free = lambda root: root.life == "ready" and root.mark == 0 and root.where != "lock" and not root.is_shared()
        if obj.read_only:
            return False
        if obj.storage == "derived":
            return all(root.fresh(epoch) and free(root) for root, epoch in obj.roots)
        return free(obj.root())

    def changes(self, root):
        return any(loan.root is root and loan.changes for loan in self.loans)
