//! Containers that are classes, iterators, variants, exceptions. The port of ../../cpp/graph.cpp, in the same order.

use nb::prelude::*;
use std::collections::{BTreeMap, VecDeque};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Road,
    Rail,
    Ferry,
}

// What a node is marked with
#[derive(Clone, PartialEq)]
enum Tag {
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Numbers(Vec<f64>),
}
nb_variant!(Tag: Nothing, Bool(bool), Int(i64), Float(f64), Text(String), Numbers(Vec<f64>));

#[derive(Clone, PartialEq)]
struct Node {
    name: String,
    weight: f64,
    tag: Tag,
}

impl Node {
    fn new(name: &str, weight: f64) -> Node {
        Node { name: name.into(), weight, tag: Tag::Nothing }
    }
    fn text(&self) -> String {
        format!("<Node {}>", self.name)
    }
    fn restore(slot: nb::Slot<'_, Node>, (name, weight, tag): (String, f64, Tag)) -> nb::Ready<'_, Node> {
        slot.write(Node { name, weight, tag })
    }
}

#[derive(Clone)]
struct Edge {
    from: usize,
    to: usize,
    kind: Kind,
    length: f64,
}

impl Edge {
    fn text(&self) -> String {
        format!("<Edge {}-{}>", self.from, self.to)
    }
}

// Containers that are classes in Python

type Nodes = nb::opaque<Vec<Node>>;
type Ids = nb::opaque<Vec<usize>>;
type Speeds = nb::opaque<BTreeMap<Kind, f64>>;
type Groups = nb::opaque<BTreeMap<String, Ids>>;

// A node, by its index or its name
enum Place {
    Index(usize),
    Name(String),
}
nb_variant!(Place: Index(usize), Name(String));

// What is found
enum Part {
    Nothing,
    Node(Node),
    Edge(Edge),
}
nb_variant!(Part: Nothing, Node(Node), Edge(Edge));

#[derive(Debug)]
struct GraphError(String);

impl std::fmt::Display for GraphError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for GraphError {}

#[derive(Default)]
struct Graph {
    nodes: Nodes,
    speeds: Speeds,
    groups: Groups,
    edges: Vec<Edge>,
}

impl Graph {
    fn find(&self, place: Place) -> nb::Result<usize> {
        match place {
            Place::Name(name) => {
                let found = self.nodes.iter().position(|node| node.name == name);
                Ok(found.ok_or_else(|| GraphError(format!("no node is called {name}")))?)
            }
            Place::Index(i) if i >= self.nodes.len() => Err(nb::index_error("there are not so many nodes")),
            Place::Index(i) => Ok(i),
        }
    }

    fn connect(&mut self, from: Place, to: Place, kind: Kind, length: f64) -> nb::Result<()> {
        if length < 0.0 {
            return Err(nb::value_error("an edge cannot be shorter than nothing"));
        }
        let (a, b) = (self.find(from)?, self.find(to)?);
        self.edges.push(Edge { from: a, to: b, kind, length });
        Ok(())
    }

    fn neighbours(&self, place: Place) -> nb::Result<Vec<String>> {
        let i = self.find(place)?;
        Ok(self.edges.iter().filter(|e| e.from == i).map(|e| self.nodes[e.to].name.clone()).collect())
    }

    // The way with the fewest edges
    fn path(&self, from: Place, to: Place) -> nb::Result<Ids> {
        let (first, last) = (self.find(from)?, self.find(to)?);
        let mut before = BTreeMap::from([(first, first)]);
        let mut open = VecDeque::from([first]);
        while let Some(i) = open.pop_front() {
            for e in &self.edges {
                if e.from == i && !before.contains_key(&e.to) {
                    before.insert(e.to, i);
                    open.push_back(e.to);
                }
            }
        }
        if !before.contains_key(&last) {
            return Err(GraphError(format!(
                "no way leads from {} to {}",
                self.nodes[first].name, self.nodes[last].name
            )))?;
        }
        let mut ids = vec![last];
        let mut i = last;
        while i != first {
            i = before[&i];
            ids.push(i);
        }
        ids.reverse();
        Ok(ids.into())
    }

    fn hours(&self, path: &Ids) -> nb::Result<f64> {
        let mut sum = 0.0;
        for step in path.windows(2) {
            if let Some(e) = self.edges.iter().find(|e| e.from == step[0] && e.to == step[1]) {
                let speed = self.speeds.get(&e.kind);
                sum += e.length / speed.ok_or_else(|| nb::key_error("no speed for this kind of edge"))?;
            }
        }
        Ok(sum)
    }

    // The heaviest node, or the longest edge
    fn largest(&self, edge: bool) -> Part {
        if edge {
            let e = self.edges.iter().reduce(|a, b| if a.length < b.length { b } else { a });
            return e.map_or(Part::Nothing, |e| Part::Edge(e.clone()));
        }
        let n = self.nodes.iter().reduce(|a, b| if a.weight < b.weight { b } else { a });
        n.map_or(Part::Nothing, |n| Part::Node(n.clone()))
    }
}

// Functions of containers

fn scale(nodes: &mut Nodes, by: f64) {
    for node in nodes {
        node.weight *= by;
    }
}

fn total(ids: &Ids) -> f64 {
    ids.iter().map(|i| *i as f64).sum()
}

fn faster(mut speeds: Speeds, by: f64) -> Speeds {
    for speed in speeds.values_mut() {
        *speed += by;
    }
    speeds
}

// Functions of variants

fn kind_of(tag: Tag) -> &'static str {
    match tag {
        Tag::Nothing => "nothing",
        Tag::Bool(_) => "bool",
        Tag::Int(_) => "int",
        Tag::Float(_) => "float",
        Tag::Text(_) => "text",
        Tag::Numbers(_) => "numbers",
    }
}

fn twice(tag: Tag) -> Tag {
    match tag {
        Tag::Int(number) => Tag::Int(number * 2),
        Tag::Text(text) => Tag::Text(text.repeat(2)),
        Tag::Numbers(numbers) => Tag::Numbers(numbers.iter().map(|number| number * 2.0).collect()),
        other => other,
    }
}

fn describe(part: Part) -> String {
    match part {
        Part::Nothing => "nothing".to_string(),
        Part::Node(node) => format!("node {}", node.name),
        Part::Edge(edge) => format!("edge to {}", edge.to),
    }
}

nb_module!(graph, m, {
    m.doc() = "Nodes, edges, and the ways between them";

    nb::exception<GraphError>(m, "GraphError", PyExc_LookupError);

    nb::enum_<Kind>(m, "Kind", "How to get along an edge")
        .value("Road", Kind::Road)
        .value("Rail", Kind::Rail, "on time")
        .value("Ferry", Kind::Ferry);

    nb::class_<Node>(m, "Node", "A place with a weight")
        .def(nb::init<&str, f64>(), "name"_a, "weight"_a = 1.0)
        .def_rw("name", &Node::name)
        .def_rw("weight", &Node::weight, "How much it counts")
        .def_rw("tag", &Node::tag, nb::for_setter(nb::arg("value").none()))
        .def(nb::self == nb::self)
        .def("__repr__", &Node::text)
        .def("__getstate__", |n: &Node| (n.name.clone(), n.weight, n.tag.clone()))
        .def("__setstate__", &Node::restore);

    nb::class_<Edge>(m, "Edge")
        .def_ro("from_", &Edge::from)
        .def_ro("to", &Edge::to)
        .def_ro("kind", &Edge::kind)
        .def_rw("length", &Edge::length)
        .def("__repr__", &Edge::text);

    nb::bind_vector<Nodes, nb::rv_policy::reference_internal>(m, "Nodes", "The nodes of a graph");
    nb::bind_vector<Ids>(m, "Ids");
    nb::bind_map<Speeds>(m, "Speeds", "In kilometres per hour");
    nb::bind_map<Groups, nb::rv_policy::reference_internal>(m, "Groups");

    nb::class_<Graph>(m, "Graph")
        .def(nb::init<>())
        .def_rw("nodes", &Graph::nodes)
        .def_rw("speeds", &Graph::speeds)
        .def_rw("groups", &Graph::groups)
        .def("connect", &Graph::connect, "from_"_a, "to"_a, "kind"_a = Kind::Road, "length"_a = 1.0,
             "Adds an edge from one node to another")
        .def("find", &Graph::find, "place"_a)
        .def("neighbours", &Graph::neighbours, "place"_a)
        .def("path", &Graph::path, "from_"_a, "to"_a, "The way with the fewest edges")
        .def("hours", &Graph::hours, "path"_a)
        .def("largest", &Graph::largest, "edge"_a = false)
        .def("__len__", |g: &Graph| g.nodes.len())
        .def("__iter__", |g: &Graph| -> nb::made_iterator<'_, &Node, nb::rv_policy::reference_internal> {
            nb::make_iterator<nb::rv_policy::reference_internal>(
                nb::type_::<Graph>(), "NodeIterator", g.nodes.iter())
        }, nb::keep_alive<0, 1>())
        .def("edges", |g: &Graph| -> nb::made_iterator<'_, &Edge> {
            nb::make_iterator(nb::type_::<Graph>(), "EdgeIterator", g.edges.iter())
        }, nb::keep_alive<0, 1>(), "Goes through copies of the edges")
        .def("members", |g: &Graph| -> nb::made_iterator<'_, (String, &Ids)> {
            nb::make_iterator(nb::type_::<Graph>(), "MemberIterator", g.groups.iter().map(|(k, v)| (k.clone(), v)))
        }, nb::keep_alive<0, 1>())
        .def("kinds", |g: &Graph| -> nb::made_iterator<'_, Kind> {
            nb::make_key_iterator(nb::type_::<Graph>(), "KindIterator", g.speeds.iter().map(|(k, v)| (*k, *v)))
        }, nb::keep_alive<0, 1>())
        .def("limits", |g: &Graph| -> nb::made_iterator<'_, f64> {
            nb::make_value_iterator(nb::type_::<Graph>(), "LimitIterator", g.speeds.iter().map(|(k, v)| (*k, *v)))
        }, nb::keep_alive<0, 1>());

    m.def("scale", &scale, "nodes"_a, "by"_a = 2.0, "Changes all weights");
    m.def("total", &total, "ids"_a);
    m.def("faster", &faster, "speeds"_a, "by"_a);
    m.def("kind_of", &kind_of, "tag"_a.none());
    m.def("twice", &twice, "tag"_a.none());
    m.def("describe", &describe, "part"_a.none());
});
