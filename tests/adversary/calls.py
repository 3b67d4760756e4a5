"""What a call may do with its arguments: borrow marks, epochs, claims of values that move."""

from adversary.objects import EXCLUSIVE, Refusal


class Loan:
    def __init__(self, root, obj, changes, place, counted):
        self.root, self.obj, self.changes, self.place, self.counted = root, obj, changes, place, counted


def disjoint(a, b):
    """Whether the places of two references into one root do not overlap."""
    return not (a[: len(b)] == b or b[: len(a)] == a)


class Call:
    """The arguments of one call: converted, then lent or moved, then given back."""

    def __init__(self, model, parameters):
        self.model, self.parameters = model, parameters
        self.loans, self.claims, self.counts, self.made = [], [], [], {}

    def convert(self):
        for mode, obj, kind in self.parameters:
            if mode == "object":
                continue
            if obj.kind != kind or (obj.owns() and obj.life != "ready"):
                raise Refusal("types")
            if mode == "arc":
                self.share(obj)

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
                elif mode in ("take", "hold"):
                    self.claim(obj)
                elif mode == "arc":
                    self.count(obj)
        except Refusal:
            self.leave()
            raise
        for index, (mode, obj, kind) in enumerate(self.parameters):
            if mode == "copy":
                self.made[index] = self.model.clone(obj.find())
            elif mode in ("take", "hold"):
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
        for value in self.counts:
            value.shares -= 1
        for obj in self.claims:
            obj.life = "ready"
        self.counts, self.claims = [], []

    def release(self):
        for loan in self.loans:
            if loan.counted:
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
        if obj.storage == "place" and obj.target.life != "ready":
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

    def claim(self, obj):
        if obj in self.claims:
            # Two owners of one object: a warning, and no overload fits.
            raise Refusal("types")
        if obj.owns() and obj.life != "ready":
            raise Refusal("aliased" if self.names(obj) else "moved")
        if not obj.owns():
            raise Refusal("not owner")
        if obj.mark != 0:
            raise Refusal("aliased" if self.names(obj) else "busy")
        if obj.is_shared():
            raise Refusal("shared")
        obj.life = "gone"
        self.claims.append(obj)

    def share(self, obj):
        """Moves the value into an `Arc`, where nobody is in the way."""
        if obj.owns() and obj.life == "ready" and obj.mark == 0 and obj.where != "arc":
            obj.move_epoch()
            obj.moves += 1
            obj.where, obj.value.object = "arc", obj

    def count(self, obj):
        self.share(obj)
        if not obj.owns():
            raise Refusal("not sharable")
        if obj.life == "ready" and obj.where != "arc":
            raise Refusal("busy")
        ends = obj.mark != 0 or (obj.life == "ready" and not obj.is_shared())
        self.lend(obj, False)
        if ends:
            obj.move_epoch()
        obj.value.shares += 1
        self.counts.append(obj.value)

    def writable(self, obj):
        """Whether an exclusive loan would be granted."""
        free = lambda root: root.life == "ready" and root.mark == 0 and not root.is_shared()
        if obj.read_only:
            return False
        if obj.storage == "derived":
            return all(root.fresh(epoch) and free(root) for root, epoch in obj.roots)
        return free(obj.root())

    def changes(self, root):
        return any(loan.root is root and loan.changes for loan in self.loans)
