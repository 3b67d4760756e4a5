use nb::prelude::*;

use std::rc::Rc;

struct Node {
    next: Option<Rc<Node>>,
}

nb_module!(graphs, m, {
    nb::class_<Node>(m, "Node").def("last", |node: &Node| node.next.is_none());
});

fn main() {}
