"""Lists, dicts, sets, deques and their kin, which compare, hash and show what is in them."""

import array
import bisect
import collections
import copy
import heapq
import operator
import types
import weakref

from c_callers import Way


def odict(w, **answers):
    return w.dict(made=collections.OrderedDict(), **answers)


def counter(w, **answers):
    return w.dict(made=collections.Counter(), **answers)


def defaulted(w, **answers):
    return w.dict(made=collections.defaultdict(int), **answers)


def chain(w, **answers):
    return collections.ChainMap(w.dict(**answers), {"c": 3})


def tuple_of(w, kind="Number", **answers):
    """A tuple that lies in a list, which is emptied."""
    box = []
    w.alone(kind, lambda it: box.append((it, 1)), box.clear, **answers)
    return box


def nested(w, **answers):
    return [w.list(**answers)]


def keyed(w, **answers):
    """A dict whose key is compared with another of the same hash."""
    return w.keys(__hash__=1, **answers)


def with_default(w, destroy_what):
    made = collections.defaultdict()
    made.default_factory = w.handler(lambda: destroy_what(made), 5, form="handler0")
    return made


def forget(made):
    made.default_factory = None


def missing(w):
    """A dict whose class has a native `__missing__`, which is taken away."""
    kind = type("Missing", (dict,), {})
    kind.__missing__ = staticmethod(w.handler(lambda: delattr(kind, "__missing__"), 5, form="handler1"))
    return kind()["a"]


def sort_by(w, **answers):
    made = w.list(more=(), count=3, **answers)
    made.sort()
    return len(made)


def sort_key(w):
    """The key function lets go of itself."""
    box = {}
    box["key"] = w.handler(box.clear, 1, form="handler1")
    made = [3, 1, 2]
    made.sort(**box)
    return made


def set_difference(w, **answers):
    return {1, 2} - w.set(__hash__=1, **answers)


def user_list(w):
    made = w.list()
    return repr(collections.UserList(made))


def delete_slice(w):
    made = w.list()
    del made[made[0] :]
    return made


def put_slice(w):
    made = w.list()
    made[made[0] :] = [5, 6]
    return made


def slice_of(w, kind="Group"):
    made = []
    w.alone(kind, made.append, made.clear)
    target = [1, 2, 3]
    target[1:2] = made[0]
    return target


def in_place(w):
    made = w.list("Group")
    target = [1]
    target += made[0]
    return target


def counted(w):
    return sorted(map(repr, collections.Counter(w.iterator())))


def weak_value(w):
    made = w.list("Empty")
    gone = []
    reference = weakref.ref(made[0], w.handler(lambda: gone.append(1), form="handler1"))
    made.clear()
    return reference(), gone


def weak_callback_of_itself(w):
    """The callback drops the reference that it belongs to."""
    made, box = w.list("Empty"), []
    box.append(weakref.ref(made[0], w.handler(box.clear, form="handler1")))
    made.clear()
    return box


def finalize(w):
    made, box = w.list("Empty"), []
    box.append(weakref.finalize(made[0], w.handler(box.clear, 3)))
    made.clear()
    return box


def weak_keys(w):
    made = w.list()
    mapping = weakref.WeakKeyDictionary()
    mapping[made[0]] = 5
    return len(mapping)


def weak_set(w):
    made = w.list()
    return made[0] in weakref.WeakSet()


def weak_hash(w):
    made = w.list()
    return hash(weakref.ref(made[0]))


def weak_equal(w):
    made, other = w.list(), w.list()
    return weakref.ref(made[0]) == weakref.ref(other[0])


def weak_proxy(use, kind="Number"):
    """A proxy forwards to what it does not hold."""

    def run(w):
        made = w.list(kind)
        return use(weakref.proxy(made[0]))

    return run


def heap(use, count=3):
    def run(w):
        made = w.list(more=(), count=count)
        return use(made)

    return run


def remove_from_set(w):
    made = w.set(__hash__=1)
    made.remove(1)
    return made


def set_pop_and_add(w):
    made = w.set(__hash__=1)
    made.add(1)
    return len(made)


def set_symmetric(w):
    return {1, 2} ^ w.set(__hash__=1)


def set_subset(w):
    return {1, 2} <= w.set(__hash__=1) | {4, 5}


def set_equal(w):
    made = w.set(__hash__=1)
    return made == {1}


def dict_get(use):
    def run(w):
        made = keyed(w)
        return use(made)

    return run


def merge(w):
    made = keyed(w)
    made.update({1: 2})
    return len(made)


def update_from(w):
    """`dict.update` of something with keys."""
    made = w.list("Group", keys=["a"])
    target = {}
    target.update(made[0])
    return target


def unpack_mapping(w):
    made = w.list("Group", keys=["a"])
    return {**made[0]}


def call_with_mapping(w):
    made = w.list("Group", keys=["a"])
    return dict(**made[0])


def call_with_iterable(w):
    made = w.list("Group")
    return max(*made[0])


def unpack(w):
    made = w.list("Group")
    first, second = made[0]
    return first, second


def star(w):
    made = w.list("Group")
    return [*made[0]]


def array_insert(w):
    made = w.list()
    numbers = array.array("i", [1, 2, 3])
    numbers.insert(made[0], made[0] if made else 9)
    return numbers


def odict_move(w):
    made = w.keys(made=collections.OrderedDict(), __hash__=1)
    made[1] = 2
    return len(made)


def odict_equal(w):
    return odict(w) == collections.OrderedDict(a=1, b=2)


def deque_index(w):
    return w.deque().index(5)


def deque_remove(w):
    made = w.deque()
    made.remove(5)
    return made


def deque_insert(w):
    made = w.list()
    target = collections.deque([1, 2])
    target.insert(made[0], 5)
    return target


def deque_extend(w):
    made = w.list("Group")
    target = collections.deque()
    target.extend(made[0])
    return target


def deque_rotate(w):
    made = w.list()
    target = collections.deque([1, 2, 3])
    target.rotate(made[0])
    return target


def namespace(w):
    box = types.SimpleNamespace()
    w.alone("Number", lambda it: setattr(box, "a", it), lambda: delattr(box, "a") if hasattr(box, "a") else None)
    return repr(box)


def namespace_equal(w):
    box = types.SimpleNamespace()
    w.alone("Number", lambda it: setattr(box, "a", it), lambda: delattr(box, "a") if hasattr(box, "a") else None)
    return box == types.SimpleNamespace(a=1)


WAYS = {
    "list repr": lambda w: repr(w.list()),
    "list repr, nested": lambda w: repr(nested(w)),
    "list str": lambda w: str(w.list()),
    "list ==": lambda w: w.list() == w.list(),
    "list == numbers": lambda w: w.list() == [5, 1],
    "numbers == list": lambda w: [5, 1] == w.list(),
    "list !=": lambda w: w.list() != w.list(),
    "list <": lambda w: w.list() < w.list(),
    "list <=": lambda w: w.list() <= [5],
    "list >": lambda w: w.list() > [5],
    "list in": lambda w: 5 in w.list(),
    "list in itself": lambda w: w.free("Number") in w.list(),
    "list index": lambda w: w.list().index(5),
    "list count": lambda w: w.list().count(5),
    "list remove": lambda w: w.list().remove(5),
    "list remove, equal": lambda w: w.list(__eq__=True).remove(5),
    "list sort": lambda w: sort_by(w),
    "list sort, less": lambda w: sort_by(w, __lt__=True),
    "list sort key": sort_key,
    "list slice": lambda w: (lambda made: made[made[0] :])(w.list()),
    "list item": lambda w: (lambda made: made[made[0]])(w.list()),
    "list delete slice": delete_slice,
    "list put slice": put_slice,
    "list put an iterable": slice_of,
    "list insert": lambda w: (lambda made: made.insert(made[0], 5))(w.list()),
    "list pop": lambda w: (lambda made: made.pop(made[0]))(w.list()),
    "list times": lambda w: [0] * w.list()[0],
    "list times in place": lambda w: operator.imul([0], w.list()[0]),
    "list of an iterable": lambda w: list(w.list("Group")[0]),
    "list of an iterator": lambda w: list(w.list("Stepper", __iter__=lambda: iter((1, 2)))[0]),
    "list of what has a length": lambda w: list(w.list("Group", __iter__=lambda: iter(()))[0]),
    "list +=": in_place,
    "list reversed": lambda w: list(reversed(w.list("Group")[0])),
    "UserList repr": user_list,
    "tuple repr": lambda w: repr(tuple_of(w)),
    "tuple ==": lambda w: tuple_of(w) == [(5, 1)],
    "tuple <": lambda w: tuple_of(w) < [(5, 1)],
    "tuple hash": lambda w: hash(tuple_of(w)[0]),
    "tuple in": lambda w: [5 in it for it in tuple_of(w)],
    "tuple of an iterable": lambda w: tuple(w.list("Group")[0]),
    "tuple of floats as keys": lambda w: {it: 1 for it in tuple_of(w)} and None,
    "dict repr": lambda w: repr(w.dict()),
    "dict ==": lambda w: w.dict() == w.dict(),
    "dict == numbers": lambda w: w.dict() == {"a": 1, "b": 2},
    "dict keys repr": lambda w: repr(w.keys()),
    "dict get": dict_get(lambda made: made.get(1)),
    "dict item": dict_get(lambda made: made[1]),
    "dict in": dict_get(lambda made: 1 in made),
    "dict put": dict_get(lambda made: made.__setitem__(1, 2)),
    "dict delete": dict_get(lambda made: made.__delitem__(1)),
    "dict pop": dict_get(lambda made: made.pop(1, None)),
    "dict setdefault": dict_get(lambda made: made.setdefault(1, 3)),
    "dict update": merge,
    "dict |": dict_get(lambda made: len(made | {1: 2})),
    "dict |=": dict_get(lambda made: len(operator.ior(made, {1: 2}))),
    "dict update of a mapping": update_from,
    "dict of a mapping": unpack_mapping,
    "dict keywords": call_with_mapping,
    "dict fromkeys": lambda w: len(dict.fromkeys(w.list())),
    "dict of pairs": lambda w: dict([w.list("Group", more=())[0]]),
    "dict items in": lambda w: ("a", 1) in w.dict().items(),
    "dict values in": lambda w: 1 in w.dict().values(),
    "dict keys &": lambda w: len(w.keys(__hash__=1).keys() & {1}),
    "dict items ==": lambda w: w.dict().items() == {"a": 1, "b": 2}.items(),
    "dict view repr": lambda w: repr(w.dict().values()),
    "dict items repr": lambda w: repr(w.dict().items()),
    "dict missing": missing,
    "mapping proxy repr": lambda w: repr(types.MappingProxyType(w.dict())),
    "mapping proxy ==": lambda w: types.MappingProxyType(w.dict()) == {"a": 1, "b": 2},
    "namespace repr": namespace,
    "namespace ==": namespace_equal,
    "OrderedDict repr": lambda w: repr(odict(w)),
    "OrderedDict ==": odict_equal,
    "OrderedDict put": odict_move,
    "defaultdict repr": lambda w: repr(defaulted(w)),
    "defaultdict factory": lambda w: with_default(w, forget)["a"],
    "defaultdict of factories": lambda w: with_default(w, lambda made: made.clear())["a"],
    "Counter repr": lambda w: repr(counter(w)),
    "Counter of an iterable": counted,
    "Counter most common": lambda w: counter(w).most_common(1),
    "Counter +": lambda w: counter(w) + collections.Counter(a=1),
    "ChainMap repr": lambda w: repr(chain(w)),
    "set repr": lambda w: repr(w.set()),
    "set ==": set_equal,
    "set -": lambda w: set_difference(w),
    "set ^": set_symmetric,
    "set <=": set_subset,
    "set |": lambda w: len(w.set(__hash__=1) | {1}),
    "set &": lambda w: w.set(__hash__=1) & {1},
    "set in": lambda w: 1 in w.set(__hash__=1),
    "set remove": remove_from_set,
    "set add": set_pop_and_add,
    "set of a list": lambda w: len(set(w.list())),
    "set update": lambda w: set().update(w.list()),
    "set isdisjoint": lambda w: {1, 2}.isdisjoint(w.list(__hash__=1)),
    "set difference of an iterable": lambda w: {1, 2}.difference(w.list(__hash__=1)),
    "set intersection of an iterable": lambda w: {1, 2}.intersection(w.list(__hash__=1)),
    "frozenset hash": lambda w: frozenset(w.list()) and None,
    "deque repr": lambda w: repr(w.deque()),
    "deque ==": lambda w: w.deque() == collections.deque([5, 1]),
    "deque <": lambda w: w.deque() < collections.deque([5, 1]),
    "deque count": lambda w: w.deque().count(5),
    "deque index": deque_index,
    "deque in": lambda w: 5 in w.deque(),
    "deque remove": deque_remove,
    "deque insert": deque_insert,
    "deque extend": deque_extend,
    "deque rotate": deque_rotate,
    "deque times": lambda w: collections.deque([1]) * w.list()[0],
    "heapify": heap(heapq.heapify),
    "heappush": heap(lambda made: heapq.heappush(made, 3), count=1),
    "heappop": heap(heapq.heappop, count=4),
    "heapreplace": heap(lambda made: heapq.heapreplace(made, 3)),
    "heappushpop": heap(lambda made: heapq.heappushpop(made, 3)),
    "nsmallest": heap(lambda made: len(heapq.nsmallest(2, made))),
    "merge": heap(lambda made: len(list(heapq.merge(made, [3, 4])))),
    "bisect": lambda w: bisect.bisect(w.list(more=()), 3),
    "bisect left": lambda w: bisect.bisect_left(w.list(more=()), 3),
    "bisect for it": lambda w: bisect.bisect([1, 2], w.list()[0]),
    "insort": lambda w: bisect.insort(w.list(more=()), 3),
    "bisect key": Way(lambda w: bisect.bisect([1, 2], 3, **one_key(w)), since=(3, 10)),
    "weak callback": weak_value,
    "weak callback that drops its reference": weak_callback_of_itself,
    "weak finalize": finalize,
    "weak keys": weak_keys,
    "weak set": weak_set,
    "weak hash": weak_hash,
    "weak ==": weak_equal,
    "weak proxy repr": weak_proxy(str),
    "weak proxy <": weak_proxy(lambda it: it < 3),
    "weak proxy +": weak_proxy(lambda it: it + 3),
    "weak proxy + reflected": weak_proxy(lambda it: 3 + it),
    "weak proxy bool": weak_proxy(bool),
    "weak proxy int": weak_proxy(int),
    "weak proxy len": weak_proxy(len, "Group"),
    "weak proxy in": weak_proxy(lambda it: 3 in it, "Group"),
    "weak proxy iter": weak_proxy(list, "Group"),
    "weak proxy next": weak_proxy(next, "Stepper"),
    "weak proxy item": weak_proxy(lambda it: it[3], "Group"),
    "weak proxy call": weak_proxy(lambda it: it(3), "Callee"),
    "weak proxy attribute": weak_proxy(lambda it: it.anything, "Open"),
    "array": lambda w: array.array("i", w.list()),
    "array of floats": lambda w: array.array("d", w.list()),
    "array of unsigned": lambda w: array.array("Q", w.list()),
    "array extend": lambda w: array.array("i").extend(w.list()),
    "array fromlist": lambda w: array.array("i").fromlist(w.list()),
    "array insert": array_insert,
    "array index": lambda w: array.array("i", [1, 2]).index(w.list()[0]),
    "array count": lambda w: array.array("i", [1, 2]).count(w.list()[0]),
    "array times": lambda w: array.array("i", [1]) * w.list()[0],
    "array item": lambda w: array.array("i", [1, 2])[w.list()[0]],
    "unpack": unpack,
    "unpack in a list": star,
    "unpack in a call": call_with_iterable,
    "copy": lambda w: copy.copy(w.list("Copied", __copy__=5)[0]),
    "deepcopy": lambda w: copy.deepcopy(w.list("Copied", __deepcopy__=5)),
}


def one_key(w):
    box = {}
    box["key"] = w.handler(box.clear, 1, form="handler1")
    return box
