# guide: hide
import graph

# guide: show
g = graph.Graph()
g.nodes.extend([graph.Node("a"), graph.Node("b", 2.0)])
graph.scale(g.nodes, 10)
[node.weight for node in g.nodes]
g.weights = {"a": 1.5}
g.weights
