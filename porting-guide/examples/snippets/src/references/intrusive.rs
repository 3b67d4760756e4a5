use nb::prelude::*;
use nb::{intrusive_counter, ref_};
use std::sync::Mutex;

#[derive(Default)]
struct Node {
    name: String,
    children: Mutex<Vec<ref_<Node>>>,
    counter: intrusive_counter,
}
nb_intrusive!(Node, counter);

impl Node {
    fn new(name: String) -> Node {
        Node { name, ..Default::default() }
    }

    fn add(&self, child: ref_<Node>) {
        self.children.lock().unwrap().push(child);
    }

    fn children(&self) -> Vec<ref_<Node>> {
        self.children.lock().unwrap().clone()
    }
}

nb_module!(intrusive, m, {
    nb::class_<Node>(m, "Node", nb::intrusive_ptr<Node>(|o, po| o.set_self_py(po)))
        .def(nb::init<String>(), "name"_a)
        .def_ro("name", &Node::name)
        .def("add", &Node::add, "child"_a)
        .def_prop_ro("children", &Node::children);

    m.def("family", || {
        let root = ref_::new(Node::new("root".into()));
        root.add(ref_::new(Node::new("leaf".into())));
        root
    });
});
