use nb::prelude::*;

struct Node {
    next: Option<nb::stored>,
}
nb_traverse!(Node: next, next);

nb_module!(graphs, m, {
    nb::class_<Node>(m, "Node").def("last", |node: &Node| node.next.is_none());
});

fn main() {}
