"""C code that owns nothing: objects alone in containers, which what they run empties, in the middle of a function of C's."""

import array
import bisect
import collections
import functools
import heapq
import json
import math
import operator

import test_c_callers_ext as m

#: What the methods answer, mostly.
ANSWERS = {
    "__repr__": "it",
    "__str__": "it",
    "__hash__": 1,
    "__bool__": True,
    "__len__": 1,
    "__length_hint__": 1,
    "__index__": 1,
    "__int__": 1,
    "__float__": 1.0,
    "__complex__": 1j,
    "__iter__": (),
    "__format__": "it",
    "__bytes__": b"it",
}
KINDS = ["Number", "Group", "Text", "Stepper", "Callee", "Open"]

#: Functions that call methods of what is in a list and hold, at best, the list.
USES = [
    repr,
    sorted,
    sum,
    min,
    max,
    any,
    all,
    set,
    bytes,
    bytearray,
    math.fsum,
    math.prod,
    heapq.heapify,
    collections.Counter,
    dict.fromkeys,
    lambda it: it == [*range(len(it))],
    lambda it: it < [*range(len(it))],
    lambda it: 3 in it,
    lambda it: it.index(3),
    lambda it: it.remove(3),
    lambda it: it.sort(),
    lambda it: it[it[0] :],
    lambda it: it[0] + it[-1],
    lambda it: it[0] == it[-1],
    lambda it: [0] * it[0],
    lambda it: it[0](it[-1]),
    lambda it: it[0].anything,
    lambda it: [*it[0]],
    lambda it: bisect.bisect(it, 3),
    lambda it: array.array("d", it),
    lambda it: "%s %r" % (it, it),
    lambda it: "{} {}".format(*it),
    lambda it: functools.reduce(operator.add, it),
    lambda it: next(iter(it[0])),
]


def alone(chaos, container):
    """Puts an object into the container, to be held by nothing else; its methods may empty that."""

    def hook(name, *_):
        if chaos.random.random() < 0.6:
            container.clear()
        chaos.act()
        chance = chaos.random.random()
        if chance < 0.1:
            raise ValueError("chaos")
        # CPython keeps a reference for ever to what `__hash__` returns if that is no `int`.
        if chance < 0.2 and name != "__hash__":
            return chaos.some()
        answer = ANSWERS.get(name, False)
        return iter([*container]) if name == "__iter__" else answer

    hook.spread = lambda name, arguments: hook(name, *arguments)
    kind = chaos.random.choice(KINDS)
    storage = chaos.random.randrange(4)
    if storage == 0:
        container.append(getattr(m, f"boxed_{kind}")(hook))
    elif storage == 1:
        container.append(getattr(m, f"{kind}Owner")(hook).part)
    elif storage == 2:
        container.append(type(kind, (getattr(m, kind),), {})(hook))
    else:
        container.append(getattr(m, kind)(hook))


def borrowed(chaos, container):
    """A native function gets what only a list holds, from the encoder of json; a closure of ours may empty the list."""

    def hook(*_):
        if chaos.random.random() < 0.6:
            container.clear()
        chaos.act()
        return "it"

    hook.spread = lambda name, arguments: hook(name, *arguments)
    function = chaos.random.choice([m.handler, m.handler1, m.number_handler])(hook)
    if chaos.random.random() < 0.5:
        function = chaos.random.choice([*chaos.functions, m.describe])
    json.dumps(container, default=function, check_circular=False)


def step(chaos):
    container = []
    for _ in range(chaos.random.randrange(1, 4)):
        if chaos.random.random() < 0.3 and chaos.pool:
            # What the pool had may be alone here too.
            container.append(chaos.pool.pop(chaos.random.randrange(len(chaos.pool)) % len(chaos.pool)))
        else:
            alone(chaos, container)
    if chaos.random.random() < 0.2:
        chaos.pool.append(container[0])
    if chaos.random.random() < 0.3:
        borrowed(chaos, container)
    else:
        chaos.random.choice(USES)(container)
