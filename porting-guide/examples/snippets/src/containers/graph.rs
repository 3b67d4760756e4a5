use nb::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, PartialEq)]
struct Node {
    name: String,
    weight: f64,
}

impl Node {
    fn new(name: String, weight: f64) -> Node {
        Node { name, weight }
    }
}

// NB_MAKE_OPAQUE(std::vector<Node>), NB_MAKE_OPAQUE(std::map<std::string, double>)
type Nodes = nb::opaque<Vec<Node>>;
type Weights = nb::opaque<BTreeMap<String, f64>>;

#[derive(Default)]
struct Graph {
    nodes: Nodes,
    weights: Weights,
    edges: Vec<(usize, usize)>,
}

fn scale(nodes: &mut Nodes, by: f64) {
    for node in nodes {
        node.weight *= by;
    }
}

nb_module!(graph, m, {
    nb::class_<Node>(m, "Node")
        .def(nb::init<String, f64>(), "name"_a, "weight"_a = 1.0)
        .def_ro("name", &Node::name)
        .def_rw("weight", &Node::weight);

    nb::bind_vector<Nodes, nb::rv_policy::reference_internal>(m, "Nodes");
    nb::bind_map<Weights>(m, "Weights");

    nb::class_<Graph>(m, "Graph")
        .def(nb::init<>())
        .def_rw("nodes", &Graph::nodes)
        .def_rw("weights", &Graph::weights)
        .def("connect", |graph: &mut Graph, from: usize, to: usize| graph.edges.push((from, to)), "from_"_a, "to"_a)
        .def("edges", |graph: &Graph| -> nb::made_iterator<'_, (usize, usize)> {
            nb::make_iterator(nb::type_::<Graph>(), "EdgeIterator", graph.edges.iter().copied())
        }, nb::keep_alive<0, 1>());

    m.def("scale", &scale, "nodes"_a, "by"_a);
    m.def("countdown", |from: u32| nb::make_iterator(nb::type_::<Graph>(), "Countdown", (0..from).rev()), "from_"_a);
});
