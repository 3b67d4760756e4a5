# Rust only: the C++ half binds less.
# guide: hide
import graph

g = graph.Graph()

# guide: show
g.connect(0, 1)
list(g.edges())
list(graph.countdown(3))
