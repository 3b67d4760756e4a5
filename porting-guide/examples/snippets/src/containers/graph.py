from graph import Graph, Node, scale

graph = Graph()
graph.nodes.append(Node("a"))
graph.nodes.append(Node("b", weight=2))
graph.weights["x"] = 1.5
graph.nodes[0].weight = 3
scale(graph.nodes, 10)
print([node.weight for node in graph.nodes], graph.weights, list(graph.weights.items()))
graph.connect(0, to=1)
print(list(graph.edges()), type(graph.edges()).__name__)
