use nb::prelude::*;

struct Node {
    name: String,
}

nb_module!(my_ext, m, {
    nb::class_<Node>(m, "Node").def_ro("name", &Node::name);
    m.def("keep", |node: nb::ref_<Node>| drop(node));
});

fn main() {}
