use nb::prelude::*;

use std::sync::Arc;

struct Node {
    next: Arc<Option<nb::stored>>,
}
nb_traverse!(Node: next);

nb_module!(graphs, m, {
    nb::class_<Node>(m, "Node").def("last", |node: &Node| node.next.is_none());
});

fn main() {}
