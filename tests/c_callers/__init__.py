"""Ways in which C code calls a method of an object that it does not own, while that method destroys its container.

A way is a function of a `World`, which is asked for containers with objects. What comes of it has to be the same in the
world of bound classes and in that of plain Python classes. `python -m c_callers` runs them, see `apart`.
"""

import collections
import re
import sys
import weakref

import test_c_callers_ext as m

KINDS = [name for name, it in vars(m).items() if isinstance(it, type) and not name.endswith("Owner")]

#: What methods answer if the way does not say.
ANSWERS = {
    "__repr__": "it",
    "__str__": "it",
    "__format__": "it",
    "__bytes__": b"it",
    "__fspath__": "/no/such/file",
    "__hash__": 3,
    "__bool__": True,
    "__len__": 2,
    "__length_hint__": 2,
    "__index__": 1,
    "__int__": 1,
    "__float__": 1.5,
    "__complex__": 1j,
    "__trunc__": 1,
    "__floor__": 1,
    "__ceil__": 2,
    "__round__": 1,
    "__iter__": lambda: iter((1, 2)),
    "__reversed__": lambda: iter((2, 1)),
    "__contains__": True,
    "__setitem__": None,
    "__delitem__": None,
    "__enter__": None,
    "__exit__": None,
    "handler": None,
    **dict.fromkeys(["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"], False),
}


def junk():
    """Takes the memory that was freed just now: that of objects, of their headers and of what they had elsewhere."""
    sizes = [*range(24, 260, 8), 1000]
    return [bytearray(b"z" * size) for size in sizes for _ in range(4)]


class Hook:
    """What the methods of one object run."""

    def __init__(self, world, answers):
        self.world, self.answers, self.destroy = world, answers, None
        world.hooks.append(weakref.ref(self))

    def __call__(self, name, *arguments):
        world = self.world
        world.log.append(name)
        if self.destroy:
            self.destroy()
            world.kept.append(junk())
        answer = self.answers[name] if name in self.answers else ANSWERS.get(name, 7)
        if isinstance(answer, BaseException) or isinstance(answer, type) and issubclass(answer, BaseException):
            raise answer
        if callable(answer):
            # An operand of the same class is not shown to native code's hook.
            return answer(*(one for one in arguments if type(one).__name__ not in KINDS))
        return answer

    def spread(self, name, arguments):
        return self(name, *arguments)


def plain_class(kind):
    """What the bound class is, in Python."""

    def method(name):
        def method(self, *arguments):
            return object.__getattribute__(self, "hook")(name, *arguments)

        return method

    def __init__(self, hook):
        object.__setattr__(self, "hook", hook)

    # What the library adds for pickling is what `object` has.
    own = vars(getattr(m, kind)).keys() - vars(m.Empty).keys() - {"__reduce_ex__"}
    return type(kind, (), {"__init__": __init__, "check": lambda self: None} | {name: method(name) for name in own})


class Bound:
    """The world of bound classes; `storage` is how their instances hold their values."""

    def __init__(self, storage):
        self.storage = storage

    def make(self, kind, hook):
        if self.storage == "derived":
            return self.derived(kind)(hook)
        if self.storage == "part":
            return getattr(m, f"{kind}Owner")(hook).part
        if self.storage == "value":
            return getattr(m, kind)(hook)
        return getattr(m, f"{self.storage}_{kind}")(hook)

    @staticmethod
    def derived(kind, made={}):
        if kind not in made:
            made[kind] = type(kind, (getattr(m, kind),), {})
        return made[kind]

    def handler(self, form, hook):
        return getattr(m, form)(hook)

    def function(self, name, hook):
        m.set_hook(hook)
        return getattr(m, name)


class Plain:
    """The world of Python classes."""

    made = {}

    def make(self, kind, hook):
        if kind not in self.made:
            self.made[kind] = plain_class(kind)
        return self.made[kind](hook)

    def handler(self, form, hook):
        typed = form.split("_")[0] if "_" in form else None
        if form == "handler":
            return lambda *arguments: hook("handler", *arguments)
        if typed:
            return lambda _: hook("handler")
        return [lambda: hook("handler"), lambda a: hook("handler", a), lambda a, b: hook("handler", a, b)][int(form[-1])]

    def function(self, name, hook):
        if name == "describe":
            return lambda number: number.describe()
        if name == "describe_all":
            return lambda numbers: [number.describe() for number in list(numbers)]
        if name == "describe_pair":
            return lambda pair: pair[0].describe()
        return lambda _: hook("describe")


#: How a list is emptied.
EMPTY = {
    "clear": list.clear,
    "del": lambda it: it.__delitem__(slice(None)),
    "pop": lambda it: [it.pop() for _ in range(len(it))],
    "assign": lambda it: it.__setitem__(slice(None), [0] * len(it)),
}


class World:
    """What a way is given."""

    def __init__(self, family, how="clear"):
        self.family, self.how = family, how
        self.hooks, self.kept, self.log = [], [], []

    def hook(self, **answers):
        return Hook(self, answers)

    def arm(self, hook, destroy):
        """From now on the methods destroy."""
        hook.destroy = destroy

    def alone(self, kind, put, destroy, **answers):
        """`put` gets the only reference to a new object; its methods run `destroy`."""
        hook = self.hook(**answers)
        put(self.family.make(kind, hook))
        hook.destroy = destroy

    def free(self, kind, **answers):
        """An object that destroys nothing."""
        return self.family.make(kind, self.hook(**answers))

    # Containers that alone hold an object.

    def list(self, kind="Number", more=(1,), count=1, **answers):
        made = []
        for _ in range(count):
            self.alone(kind, made.append, lambda: EMPTY[self.how](made), **answers)
        made += more
        return made

    def dict(self, kind="Number", made=None, **answers):
        made = {} if made is None else made
        self.alone(kind, lambda it: made.__setitem__("a", it), made.clear, **answers)
        made["b"] = 2
        return made

    def keys(self, kind="Number", made=None, **answers):
        """A dict of which the object is a key."""
        made = {} if made is None else made
        self.alone(kind, lambda it: made.__setitem__(it, 1), made.clear, **answers)
        return made

    def set(self, kind="Number", **answers):
        made = set()
        self.alone(kind, made.add, made.clear, **answers)
        return made

    def deque(self, kind="Number", **answers):
        made = collections.deque()
        self.alone(kind, made.append, made.clear, **answers)
        made.append(1)
        return made

    def iterator(self, kind="Number", count=1, **answers):
        """Yields objects that nobody else holds."""
        return iter(self.list(kind, more=(), count=count, **answers))

    # Functions.

    def handler(self, destroy=None, answer=None, form="handler"):
        """A native closure, or a Python function, that destroys and answers."""
        hook = self.hook(handler=answer)
        made = self.family.handler(form, hook)
        hook.destroy = destroy
        return made

    def function(self, name, destroy=None, answer=None):
        """A native function without captures."""
        hook = self.hook(describe=answer)
        made = self.family.function(name, hook)
        hook.destroy = destroy
        return made

    def close(self):
        for hook in (ref() for ref in self.hooks):
            if hook:
                hook.destroy = None
                hook.answers = {}
        m.set_hook(None)
        self.kept.clear()


#: How instances hold their values, and how a list is emptied in that world.
STORAGES = {"value": "clear", "derived": "del", "boxed": "assign", "part": "pop", "shared": "clear"}


def normal(result):
    """A text that says the same of both worlds."""
    return re.sub("0x[0-9a-fA-F]{4,}", "0x", repr(result)).replace("test_c_callers_ext.", "").replace("c_callers.", "")


def outcome(way, storage, how):
    """What comes of it: the type and text of the result or the exception, and which methods were called."""
    world = World(Bound(storage) if storage else Plain(), how)
    try:
        try:
            result = way(world)
        except Exception as error:
            return ["raised", type(error).__name__, list(world.log)]
        log = list(world.log)
        return [type(result).__name__, normal(result), log]
    finally:
        result = None
        world.close()


class Way:
    """A function of a world, where it exists, and for which storages it is run."""

    def __init__(self, run, since=None, before=None, module=None, release=(), windows=True, storages=tuple(STORAGES)):
        self.run, self.since, self.before, self.module, self.windows = run, since, before, module, windows
        self.release, self.storages = release, storages

    def missing(self):
        """Why this interpreter does not have it."""
        if self.since and sys.version_info < self.since:
            return f"new in {self.since[0]}.{self.since[1]}"
        if self.before and sys.version_info >= self.before:
            return f"not since {self.before[0]}.{self.before[1]}"
        if self.module:
            try:
                module = __import__(self.module)
            except ImportError:
                return f"needs {self.module}"
            if self.release and tuple(map(int, module.__version__.split(".")[: len(self.release)])) < self.release:
                return f"{self.module} {module.__version__} ends the process here with plain Python classes as well"
        if not self.windows and sys.platform == "win32":
            return "not on Windows"
        return None


def ways():
    """All of them, by name."""
    from c_callers import calls, containers, formats, handlers, numbering, numpy_arrays, texts

    found = {}
    for module in (containers, numbering, texts, calls, formats, handlers, numpy_arrays):
        for name, run in module.WAYS.items():
            name = f"{module.__name__.split('.')[-1]}: {name}"
            assert name not in found, name
            found[name] = run if isinstance(run, Way) else Way(run)
    return found
