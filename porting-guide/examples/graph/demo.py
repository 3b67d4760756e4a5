"""Uses everything in graph, one line of output per thing.

The C++ and the Rust build of the extension print the same text.
"""

import copy
import gc
import pickle

import graph
from graph import Graph, Groups, Ids, Kind, Node, Nodes, Speeds


def show(what, value):
    print(f"{what}: {value}")


def failure(what, call):
    """Shows the exception that `call` raises, text and all, on one line."""
    try:
        call()
    except Exception as e:
        print(f"{what}: {type(e).__name__}: {' '.join(str(e).split())}")
    else:
        print(f"{what}: nothing was raised")


def kind(what, call):
    """As `failure`, where the text is not part of the comparison: nanobind's does not say which index or key it is."""
    try:
        call()
    except Exception as e:
        print(f"{what}: {type(e).__name__}")
    else:
        print(f"{what}: nothing was raised")


def docs(*functions):
    for function in functions:
        print(repr(function.__doc__))


# Docstrings and signatures
docs(graph, Nodes, Kind.Rail, Node.weight, Node.tag, Graph.nodes)
docs(graph.scale, graph.twice, graph.describe)
docs(Graph.connect, Graph.largest, Graph.__iter__, Graph.edges, Graph.members, Graph.kinds)
docs(Ids.__init__, Ids.__getitem__, Ids.__eq__, Ids.pop, Nodes.append)
docs(Speeds.__iter__, Speeds.update, Groups.__setitem__, Groups.items)

# A vector of objects
g = Graph()
g.nodes.append(Node("a"))
g.nodes.extend([Node("b", 2.0), Node("c", weight=4.0)])
show("nodes", g.nodes)
show("they are a part of the graph", [g.nodes is g.nodes, len(g), len(g.nodes), bool(g.nodes), bool(Nodes())])
first = g.nodes[0]
first.weight = 1.5
show("its elements are parts of it", [g.nodes[0].weight, g.nodes[0] is first, g.nodes[-3] is first])
for node in g.nodes:
    node.weight += 1.0
show("changed in a loop", [node.weight for node in g.nodes])
graph.scale(g.nodes)
show("changed by native code", [first.weight, node.weight])
del first, node
plain = [Node("x")]
graph.scale(plain, by=3.0)
show("a list is converted, and stays as it was", plain[0].weight)
show("searches", [Node("b", 6.0) in g.nodes, Node("b") in g.nodes, 1 in g.nodes, g.nodes.count(Node("c", 10.0))])
g.nodes = [Node("home"), *g.nodes]
show("a list is assigned", g.nodes)
show("removed", [g.nodes.pop(0), g.nodes.pop(), g.nodes.pop(index=-1), g.nodes])
g.nodes.extend(Node(name, 6.0) for name in "bd")
g.nodes.insert(2, Node("c", weight=10))
show("inserted", g.nodes)
failure("what is no node", lambda: g.nodes.append("a"))
failure("a list of others", lambda: graph.scale([Node("a"), 1]))
kind("an index out of range", lambda: g.nodes[4])

# A vector of numbers
ids = Ids(range(6))
show("slices", [ids[1:3], ids[::-2], ids[-1:], ids[9:]])
ids[::2] = [7, 8, 9]
ids[0:2] = ids[4:6]
show("assigned slices", ids)
del ids[1::3], ids[-1]
show("deleted slices", ids)
show("comparisons", [ids == Ids(ids), ids != Ids(), ids == list(ids), (1,) == ids, ids == "text"])
show("sums of what becomes a vector", [graph.total(one) for one in (ids, [1, 2], (3,), range(4), {5}, (i for i in (1, 2)))])
for i in ids:
    if i < 9:
        ids.append(i + 1)
show("grown in a loop", ids)
failure("a negative number", lambda: graph.total([1, -1]))
failure("a text as an index", lambda: ids["1"])
kind("a slice of another length", lambda: ids.__setitem__(slice(0, 2), [1]))
kind("nothing to remove", lambda: ids.remove(99))

# A map with keys of an enumeration
g.speeds = {Kind.Rail: 100, Kind.Road: 50.0}
show("speeds", g.speeds)
show("keys, values, items", [list(g.speeds.keys()), list(g.speeds.values()), list(g.speeds.items()), len(g.speeds)])
show("what is in it", [Kind.Rail in g.speeds, Kind.Ferry in g.speeds, "Rail" in g.speeds, Kind.Road in g.speeds.keys()])
g.speeds[Kind.Ferry] = 20
g.speeds.update({Kind.Rail: 120.0})
del g.speeds[Kind.Road]
show("changed", [g.speeds, g.speeds[Kind.Rail], g.speeds == {Kind.Rail: 120.0, Kind.Ferry: 20.0}])
show("a changed copy", [graph.faster(g.speeds, by=10), graph.faster({Kind.Road: 1}, 1.0), g.speeds[Kind.Ferry]])
failure("a text as a value", lambda: g.speeds.__setitem__(Kind.Rail, "fast"))
failure("a text as a key", lambda: g.speeds["Rail"])
kind("no such key", lambda: g.speeds[Kind.Road])
g.speeds[Kind.Road] = 60.0
kind("cleared in a loop", lambda: [g.speeds.clear() for one in g.speeds])
g.speeds = {Kind.Road: 60.0, Kind.Rail: 120.0}

# A map of vectors
g.groups = {"south": [2, 3], "north": (0,)}
g.groups["north"].append(1)
g.groups["none"] = []
show("groups", [g.groups, g.groups["north"] is g.groups["north"]])
failure("a group of texts", lambda: g.groups.__setitem__("east", ["a"]))

# Nodes are found by their index or by their name
g.connect("a", "b", Kind.Rail, length=60.0)
g.connect("b", 2)
g.connect(2, 3, length=30, kind=Kind.Road)
show("found", [g.find("b"), g.find(0), g.neighbours("b"), g.path("a", 3), g.hours(g.path(0, "d")), g.hours([0, 1])])
failure("no such name", lambda: g.find("z"))
failure("no such index", lambda: g.find(9))
failure("no way", lambda: g.path("d", "a"))
failure("neither of both", lambda: g.find(1.5))
failure("too short", lambda: g.connect(0, 1, length=-1))
g.connect("d", "a", Kind.Ferry)
failure("no speed", lambda: g.hours(g.path("c", "a")))
show("the exception", [graph.GraphError.__mro__[1:3], graph.GraphError.__module__])

# Iterators
show("edges", list(g.edges()))
show("members, kinds, limits", [list(g.members()), list(g.kinds()), list(g.limits())])
show("classes of iterators", [type(one).__qualname__ for one in (iter(g), g.edges(), iter(g.nodes), iter(g.speeds.items()))])
edge = next(g.edges())
edge.length = 0.0
show("an edge is a copy", [next(g.edges()).length, edge.kind])
iterator = iter(Graph())
show("nothing to go through", [list(iterator), next(iterator, "end")])
other = Graph()
other.nodes = [Node("kept"), Node("too")]
iterator = iter(other)
del other
gc.collect()
show("an iterator keeps its graph", [next(iterator), [node.name for node in iterator]])

# Variants
tags = [None, True, 7, 2.5, "text", [1.0, 2.0], (), range(2), 2**70]
show("kinds of values", [graph.kind_of(one) for one in tags])
show("doubled", [graph.twice(one) for one in tags[:6]])
node = Node("tagged")
show("fields", [node.tag] + [(setattr(node, "tag", one), node.tag)[1] for one in tags])
failure("none of them", lambda: graph.kind_of({1: 2}))
show("one or the other", [g.largest(), g.largest(edge=True), Graph().largest()])
show("described", [graph.describe(one) for one in (g.largest(), g.largest(True), None)])

# Pickling
node.tag = [0.5]
twin = pickle.loads(pickle.dumps(node))
show("a pickled node", [twin, twin.tag, twin == node, twin is node])
show("copies", [copy.copy(node) == node, copy.deepcopy([node, Kind.Rail])])
