"""Callables: key functions, partials, caches, descriptors, and what the interpreter itself calls."""

import contextlib
import contextvars
import functools
import importlib
import itertools
import operator
import re
import sys
import types
import unittest.mock

from c_callers import Way


def boxed(use, answer=1, form="handler1"):
    """The function gets a box with a closure that empties it."""

    def run(w):
        box = {}
        box["it"] = w.handler(box.clear, answer, form)
        return use(w, box)

    return run


def called(use, kind="Callee", **answers):
    """The function gets the only object of a list."""
    return lambda w: use(w.list(kind, **answers)[0])


def cached(w):
    """A cache of one place: the function clears it."""
    box = []
    function = w.handler(lambda: box[0].cache_clear(), 5, "handler1")
    box.append(functools.lru_cache(1)(function))
    return [box[0](1), box[0](1), box[0](2), box[0].cache_info()]


def cached_keys(w):
    """The key is compared with others of its hash."""
    function = functools.lru_cache(2)(lambda _: 5)
    function(w.list(__hash__=hash(1))[0])
    return function(1), function(w.list(__hash__=hash(1))[0])


def partial_state(w):
    """A partial that is changed while it runs."""
    box = []
    function = w.handler(lambda: box[0].__setstate__((print, (), {"file": None}, None)), 5, "handler")
    box.append(functools.partial(function, 1))
    del function
    return box[0](2)


def partial_arguments(w):
    """The arguments belong to the partial, which is changed."""
    box = []

    def gone():
        box[0].__setstate__((print, (), {}, None))

    made = []
    w.alone("Number", made.append, gone)
    box.append(functools.partial(w.handler(gone, 5, "handler1"), made.pop()))
    return box[0]()


def partial_describe(w):
    """A builtin gets the only reference to its argument from a partial."""
    box, made = [], []
    w.alone("Number", made.append, lambda: box[0].__setstate__((print, (), {}, None)), describe=5)
    box.append(functools.partial(w.function("describe"), made.pop()))
    return box[0]()


def partial_repr(w):
    return repr(functools.partial(print, *w.list("Callee")))


def dispatched(w):
    """The registry is emptied by a function that it has found."""
    box = functools.singledispatch(lambda _: 0)
    box.register(int, w.handler(lambda: (box.register(int, lambda _: 1), box._clear_cache()), 5, "handler1"))
    return box(1)


def property_of(get):
    def run(w):
        kind = type("Owner", (), {})
        get(w, kind)
        return kind().it

    return run


def native_getter(w, kind):
    kind.it = property(w.handler(lambda: setattr(kind, "it", 3), 5, "handler1"))


def native_attribute(w, kind):
    kind.__getattr__ = staticmethod(w.handler(lambda: delattr(kind, "__getattr__"), 5, "handler1"))


def native_getattribute(w, kind):
    kind.__getattribute__ = staticmethod(w.handler(lambda: delattr(kind, "__getattribute__"), 5, "handler1"))


def descriptor(w, kind):
    w.alone("Member", lambda it: setattr(kind, "it", it), lambda: setattr(kind, "it", 3), __get__=5)


def cached_property(w, kind):
    kind.it = functools.cached_property(w.handler(lambda: setattr(kind, "it", 3), 5, "handler1"))
    kind.it.__set_name__(kind, "it")


def setter(w):
    kind = type("Owner", (), {})
    w.alone("Member", lambda it: setattr(kind, "it", it), lambda: type.__setattr__(kind, "it", 3))
    kind().it = 5
    return kind.it


def deleter(w):
    kind = type("Owner", (), {})
    w.alone("Member", lambda it: setattr(kind, "it", it), lambda: type.__setattr__(kind, "it", 3))
    del kind().it
    return kind.it


def set_name(w):
    names = {}
    w.alone("Member", lambda it: names.__setitem__("it", it), names.clear)
    return len(vars(type("Owner", (), names)))


def super_descriptor(w):
    base = type("Base", (), {})
    kind = type("Owner", (base,), {})
    descriptor(w, base)
    return super(kind, kind()).it


def special(name, use, form="handler1", answer=5):
    """A special method that deletes itself from its class."""

    def run(w):
        kind = type("Owner", (), {})

        def gone():
            if name in vars(kind):
                delattr(kind, name)

        method = w.handler(gone, answer, form)
        setattr(kind, name, staticmethod(method))
        del method
        return use(kind)

    return run


def instance_check(name, use):
    def run(w):
        kind = type("Meta", (type,), {})
        owner = kind("Owner", (), {})
        setattr(kind, name, staticmethod(w.handler(lambda: delattr(kind, name), True, "handler1")))
        return use(owner)

    return run


def prepare(w):
    kind = type("Meta", (type,), {})
    kind.__prepare__ = staticmethod(w.handler(lambda: delattr(kind, "__prepare__"), {}))

    class Made(metaclass=kind):
        pass

    return Made.__name__


def build_class(w):
    """`__build_class__` with a native function as a metaclass."""
    box = {}
    box["metaclass"] = w.handler(box.clear, 5)

    class Made(**box):
        pass

    return Made


def mro_entries(w):
    made = w.list("Copied", __mro_entries__=(int,))

    class Made(made[0]):
        pass

    return Made.__mro__[1:]


def decorator(w, box):
    @box["it"]
    def made():
        pass

    return made


def sentinel(w):
    """Both halves of `iter(callable, sentinel)` let go of the iterator's callable."""
    box = []
    box.append(iter(w.handler(box.clear, 1, "handler0"), 1))
    return next(box[0], "end")


def sentinel_object(w):
    made = w.list("Number")
    return list(itertools.islice(iter(lambda: 5, made[0]), 2))


def sentinel_callable(w):
    made = w.list("Callee", __call__=5)
    iterator = iter(made[0], 6)
    made.clear()
    return next(iterator), next(iterator)


def iterating(use, kind="Stepper"):
    """The iterator is the only object of a list."""
    return lambda w: use(w.list(kind, __next__=counting(), __iter__=lambda: iter((1, 2)))[0])


def counting():
    numbers = iter((1, 2))

    def following():
        return next(numbers)

    return following


def grouped(w):
    return [list(group) for _, group in itertools.groupby(w.list(), **key(w))]


def key(w):
    box = {}
    box["key"] = w.handler(box.clear, 1, "handler1")
    return box


def import_hook(place, name, answer=None):
    """A finder or hook that takes itself off the list."""

    def run(w):
        hooks = getattr(sys, place)

        def gone():
            hooks[:] = [one for one in hooks if one is not box]

        box = types.SimpleNamespace()
        if name:
            setattr(box, name, w.handler(gone, answer))
        else:
            box = w.handler(gone, ImportError)
        hooks.insert(0, box)
        try:
            sys.path_importer_cache.pop("/no/such/place", None)
            if not name:
                sys.path.append("/no/such/place")
            return importlib.import_module("c_callers_no_such_module")
        finally:
            gone()
            if not name:
                sys.path.remove("/no/such/place")
            importlib.invalidate_caches()

    return run


def replaced_import(w):
    names = {"__builtins__": {}}
    names["__builtins__"]["__import__"] = w.handler(names["__builtins__"].clear, 5)
    exec("import anything as it", names)
    return names["it"]


def manager(w):
    made = w.list("Callee", __enter__=1, __exit__=True)
    with made[0] as entered:
        raise ValueError
    return entered


def exit_stack(w):
    with contextlib.ExitStack() as stack:
        stack.callback(w.handler(lambda: stack.pop_all(), 5, "handler0"))
    return "left"


def context_run(w):
    box = [contextvars.copy_context()]
    return box[0].run(w.handler(box.clear, 5, "handler0"))


def context_variable(w):
    """A default that is shown."""
    made = w.list("Callee")
    return repr(contextvars.ContextVar("it", default=made[0])).split(" at ")[0]


def generator_send(w):
    """`yield from` forwards to an object that is not a generator."""
    made = w.list("Stepper", __next__=1, send=5, throw=6, __iter__=lambda: made[0])

    def generator():
        yield from made[0]

    running = generator()
    return next(running), running.send(3)


def method_equal(w):
    made, other = w.list("Callee"), w.list("Callee")
    return types.MethodType(made[0], 1) == types.MethodType(other[0], 1)


def method_call(w):
    """A bound method that is the only one to hold its function."""
    box = []
    box.append(types.MethodType(w.handler(box.clear, 5, "handler2"), 1))
    return box[0](2)


def method_of_it(w):
    """A bound method of a value, which the value's list gives up."""
    made = w.list("Number", describe=5)
    made[0] = made[0].describe
    return made[0]()


def sub_template(w):
    """The template object is asked for its length and hash."""
    return re.sub("a", w.list("Text", __hash__=1)[0], "abc")


def reduce_value(w):
    return type(functools.reduce(operator.add, w.list())).__name__


def starmap(w):
    made = [(w.list()[0], 1)]
    return list(itertools.starmap(operator.add, made))


def total_ordering(w):
    made = w.list(__lt__=True, __eq__=False)
    kind = type("Total", (), {"__lt__": lambda self, other: made[0] < 3, "__eq__": lambda self, other: False})
    return functools.total_ordering(kind)() > 3


def compare_key(w):
    box = {}
    box["compare"] = w.handler(box.clear, 1, "handler2")
    return sorted([2, 1], key=functools.cmp_to_key(box["compare"]))


def compare_key_moved(w):
    """The comparison is held by the key objects only."""
    keys = []
    convert = functools.cmp_to_key(w.handler(keys.clear, 1, "handler2"))
    keys += [convert(2), convert(1)]
    del convert
    return keys[0] < keys[1]


WAYS = {
    "sorted": boxed(lambda w, box: sorted([3, 1], key=box["it"])),
    "sorted, popped": boxed(lambda w, box: sorted([3, 1], key=box.pop("it"))),
    "min": boxed(lambda w, box: min([3, 1], key=box["it"])),
    "max": boxed(lambda w, box: max([3, 1], key=box["it"])),
    "map": boxed(lambda w, box: list(map(box.pop("it"), [1, 2]))),
    "filter": boxed(lambda w, box: list(filter(box.pop("it"), [1, 2]))),
    "filterfalse": boxed(lambda w, box: list(itertools.filterfalse(box.pop("it"), [1, 2]))),
    "takewhile": boxed(lambda w, box: list(itertools.takewhile(box.pop("it"), [1, 2]))),
    "dropwhile": boxed(lambda w, box: list(itertools.dropwhile(box.pop("it"), [1, 2]))),
    "accumulate": boxed(lambda w, box: list(itertools.accumulate([1, 2, 3], box.pop("it"))), form="handler2"),
    "reduce": boxed(lambda w, box: functools.reduce(box.pop("it"), [1, 2, 3]), form="handler2"),
    "reduce with +": reduce_value,
    "groupby": grouped,
    "groupby of equals": lambda w: len(list(itertools.groupby(w.list()))),
    "starmap": starmap,
    "zip": lambda w: len(list(zip(w.list("Group")[0], [1, 2]))),
    "zip longest": lambda w: len(list(itertools.zip_longest(w.list("Group")[0], [1, 2, 3]))),
    "enumerate": iterating(lambda it: list(enumerate(it))),
    "chain": iterating(lambda it: list(itertools.chain(it, it))),
    "chain from iterable": lambda w: list(itertools.chain.from_iterable(w.list("Group", more=(), count=2))),
    "cycle": iterating(lambda it: list(itertools.islice(itertools.cycle(it), 3))),
    "compress": lambda w: list(itertools.compress([1, 2], w.list())),
    "product": iterating(lambda it: list(itertools.product(it, [1]))),
    "pairwise": iterating(lambda it: list(itertools.pairwise(it))),
    "next": iterating(next),
    "next by a for loop": iterating(lambda it: [one for one in it]),
    "sum of an iterator": iterating(sum),
    "in an iterator": iterating(lambda it: 2 in it),
    "in an iterable": lambda w: 2 in w.list("Group", __contains__=True)[0],
    "len": lambda w: len(w.list("Group")[0]),
    "bool by len": lambda w: bool(w.list("Group", __len__=0)[0]),
    "item": lambda w: w.list("Group")[0][1],
    "put an item": lambda w: operator.setitem(w.list("Group")[0], 1, 2),
    "delete an item": lambda w: operator.delitem(w.list("Group")[0], 1),
    "itemgetter": lambda w: operator.itemgetter(1, 2)(w.list("Group")[0]),
    "attrgetter": lambda w: operator.attrgetter("a.real")(w.list("Open")[0]),
    "methodcaller": lambda w: operator.methodcaller("describe")(w.list("Number")[0]),
    "methodcaller by map": lambda w: list(map(operator.methodcaller("describe"), w.iterator())),
    "countOf": lambda w: operator.countOf(w.list(), 5),
    "indexOf": lambda w: operator.indexOf(w.list(), 5),
    "call": called(lambda it: it(1, 2)),
    "call with keywords by map": called(lambda it: list(map(it, [1, 2]))),
    "describe by map": lambda w: list(map(w.function("describe"), w.iterator(describe=5))),
    "describe_all by map": lambda w: list(map(w.function("describe_all"), [w.list(more=(), count=3, describe=5)])),
    "describe_pair by map": lambda w: list(map(w.function("describe_pair"), [pairs(w)])),
    "describe by key": lambda w: len(sorted(w.list(more=(), describe=5), key=w.function("describe"))),
    "number handler by map": lambda w: list(map(w.handler(None, 5, "number_handler"), w.iterator())),
    "numbers handler": lambda w: emptied(w, "numbers_handler"),
    "pair handler": lambda w: emptied(w, "pair_handler"),
    "partial": boxed(lambda w, box: functools.partial(box.pop("it"), 1)(), form="handler1"),
    "partial that is changed": partial_state,
    "partial with arguments": partial_arguments,
    "partial of a builtin": partial_describe,
    "partial repr": partial_repr,
    "partialmethod": property_of(lambda w, kind: setattr(kind, "it", property(
        functools.partial(w.handler(lambda: setattr(kind, "it", 3), 5, "handler2"), 1)))),
    "lru_cache": cached,
    "lru_cache keys": cached_keys,
    "cache without an end": boxed(lambda w, box: functools.cache(box.pop("it"))(1)),
    "singledispatch": dispatched,
    "cmp_to_key": compare_key,
    "cmp_to_key, keys only": compare_key_moved,
    "total_ordering": total_ordering,
    "property": property_of(native_getter),
    "cached_property": property_of(cached_property),
    "descriptor get": property_of(descriptor),
    "descriptor set": setter,
    "descriptor delete": deleter,
    "descriptor name": set_name,
    "descriptor of super": super_descriptor,
    "class __getattr__": property_of(native_attribute),
    "class __getattribute__": property_of(native_getattribute),
    "module __getattr__": boxed(lambda w, box: module_attribute(box), form="handler1"),
    "object __getattr__": lambda w: w.list("Open")[0].anything,
    "object hasattr": lambda w: hasattr(w.list("Open", __getattr__=AttributeError)[0], "anything"),
    "object getattr with a default": lambda w: getattr(w.list("Open", __getattr__=AttributeError)[0], "a", 5),
    "object setattr": lambda w: setattr(w.list("Open")[0], "anything", 5),
    "object delattr": lambda w: delattr(w.list("Open")[0], "anything"),
    "special __len__": special("__len__", lambda kind: len(kind()), "handler0"),
    "special __call__": special("__call__", lambda kind: kind()(1), "handler1"),
    "special __new__": special("__new__", lambda kind: kind(), "handler1"),
    "special __init__": special("__init__", lambda kind: type(kind()), "handler0", None),
    "special __hash__": special("__hash__", lambda kind: hash(kind()), "handler0"),
    "special __eq__": special("__eq__", lambda kind: kind() == 3, "handler1"),
    "special __iter__": special("__iter__", lambda kind: list(kind()), "handler0", lambda: iter((1,))),
    "special __del__": special("__del__", lambda kind: kind() and None, "handler0"),
    "special __index__": special("__index__", lambda kind: [1][kind()], "handler0", 0),
    "special __class_getitem__": special("__class_getitem__", lambda kind: kind[3]),
    "special __init_subclass__": special("__init_subclass__", lambda kind: type("Sub", (kind,), {}).__name__, "handler0"),
    "special __format__": special("__format__", lambda kind: f"{kind():x}", answer="x"),
    "special __repr__": special("__repr__", lambda kind: repr([kind()]), "handler0", "x"),
    "special __set_name__": special("__set_name__", lambda kind: type("Sub", (), {"a": kind()}).__name__, "handler2"),
    "metaclass instancecheck": instance_check("__instancecheck__", lambda owner: isinstance(3, owner)),
    "metaclass subclasscheck": instance_check("__subclasscheck__", lambda owner: issubclass(int, owner)),
    "metaclass prepare": prepare,
    "metaclass": build_class,
    "mro entries": mro_entries,
    "isinstance of it": lambda w: isinstance(3, tuple(w.list("Copied", __instancecheck__=True, more=()))),
    "issubclass of it": lambda w: issubclass(int, w.list("Copied", __subclasscheck__=True)[0]),
    "decorator": boxed(decorator),
    "iter of a function": sentinel,
    "iter with it as the end": sentinel_object,
    "iter of it": sentinel_callable,
    "re.sub": boxed(lambda w, box: re.sub("a", box.pop("it"), "aba"), answer="x"),
    "re.subn compiled": boxed(lambda w, box: re.compile(b"a").subn(box.pop("it"), b"aba"), answer=b"x"),
    "re.sub of an object": sub_template,
    "re.Scanner": boxed(lambda w, box: re.Scanner([("a", box.pop("it"))]).scan("aa"), form="handler2"),
    "finder": import_hook("meta_path", "find_spec"),
    "path hook": import_hook("path_hooks", None),
    "__import__": replaced_import,
    "with": manager,
    "exit stack": exit_stack,
    "context": context_run,
    "context variable": context_variable,
    "yield from": generator_send,
    "method ==": method_equal,
    "method": method_call,
    "method of it": method_of_it,
    "dir": lambda w: dir(w.list("Copied", __dir__=["a"])[0]),
    "sys.getsizeof": lambda w: sys.getsizeof(w.list("Copied", __sizeof__=100)[0]) > 0,
    "mock": boxed(lambda w, box: unittest.mock.Mock(side_effect=box.pop("it"))(1), answer=5),
    "exec with a mapping": lambda w: exec("a", {}, w.list("Group", __getitem__=5)[0]),
    "eval with a mapping": lambda w: eval("a", {}, w.list("Group", __getitem__=5)[0]),
}


def pairs(w):
    """A tuple of which the only holder is a list that is emptied."""
    made = []
    w.alone("Number", lambda it: made.append((it, 1)), made.clear, describe=5)
    return made[0]


def emptied(w, form):
    """A closure whose arguments belong to a list that it empties."""
    box = []
    w.alone("Number", lambda it: box.append([it] if form == "numbers_handler" else (it, 1)), None)
    return list(map(w.handler(box.clear, 5, form), iter(box)))


def module_attribute(box):
    made = types.ModuleType("made")
    made.__getattr__ = box.pop("it")
    return made.anything
