// Containers that are classes, iterators, variants, exceptions. ../rust/src/lib.rs is its port, in the same order.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <nanobind/make_iterator.h>
#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/bind_map.h>
#include <nanobind/stl/bind_vector.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;

enum class Kind { Road, Rail, Ferry };

// What a node is marked with
using Tag = std::variant<std::monostate, bool, int64_t, double, std::string, std::vector<double>>;

struct Node {
    std::string name;
    double weight;
    Tag tag;

    Node(const std::string &name, double weight) : name(name), weight(weight) {}

    std::string text() const { return "<Node " + name + ">"; }
    bool operator==(const Node &n) const { return name == n.name && weight == n.weight && tag == n.tag; }
};

struct Edge {
    size_t from, to;
    Kind kind;
    double length;

    std::string text() const { return "<Edge " + std::to_string(from) + "-" + std::to_string(to) + ">"; }
};

// Containers that are classes in Python

using Nodes = std::vector<Node>;
using Ids = std::vector<size_t>;
using Speeds = std::map<Kind, double>;
using Groups = std::map<std::string, Ids>;

NB_MAKE_OPAQUE(Nodes)
NB_MAKE_OPAQUE(Ids)
NB_MAKE_OPAQUE(Speeds)
NB_MAKE_OPAQUE(Groups)

// A node, by its index or its name
using Place = std::variant<size_t, std::string>;

// What is found
using Part = std::variant<std::monostate, Node, Edge>;

struct GraphError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Graph {
    Nodes nodes;
    Speeds speeds;
    Groups groups;
    std::vector<Edge> edges;

    size_t find(const Place &place) const {
        if (const std::string *name = std::get_if<std::string>(&place)) {
            for (size_t i = 0; i < nodes.size(); ++i)
                if (nodes[i].name == *name)
                    return i;
            throw GraphError("no node is called " + *name);
        }
        size_t i = std::get<size_t>(place);
        if (i >= nodes.size())
            throw nb::index_error("there are not so many nodes");
        return i;
    }

    void connect(const Place &from, const Place &to, Kind kind, double length) {
        if (length < 0)
            throw nb::value_error("an edge cannot be shorter than nothing");
        size_t a = find(from), b = find(to);
        edges.push_back(Edge{ a, b, kind, length });
    }

    std::vector<std::string> neighbours(const Place &place) const {
        size_t i = find(place);
        std::vector<std::string> names;
        for (const Edge &e : edges)
            if (e.from == i)
                names.push_back(nodes[e.to].name);
        return names;
    }

    // The way with the fewest edges
    Ids path(const Place &from, const Place &to) const {
        size_t first = find(from), last = find(to);
        std::map<size_t, size_t> before{ { first, first } };
        std::deque<size_t> open{ first };
        while (!open.empty() && !before.count(last)) {
            size_t i = open.front();
            open.pop_front();
            for (const Edge &e : edges)
                if (e.from == i && before.emplace(e.to, i).second)
                    open.push_back(e.to);
        }
        if (!before.count(last))
            throw GraphError("no way leads from " + nodes[first].name + " to " + nodes[last].name);
        Ids ids{ last };
        while (ids.back() != first)
            ids.push_back(before[ids.back()]);
        std::reverse(ids.begin(), ids.end());
        return ids;
    }

    double hours(const Ids &path) const {
        double sum = 0;
        for (size_t i = 1; i < path.size(); ++i)
            for (const Edge &e : edges)
                if (e.from == path[i - 1] && e.to == path[i]) {
                    auto speed = speeds.find(e.kind);
                    if (speed == speeds.end())
                        throw nb::key_error("no speed for this kind of edge");
                    sum += e.length / speed->second;
                    break;
                }
        return sum;
    }

    // The heaviest node, or the longest edge
    Part largest(bool edge) const {
        if (edge) {
            auto e = std::max_element(edges.begin(), edges.end(),
                                      [](const Edge &a, const Edge &b) { return a.length < b.length; });
            return e == edges.end() ? Part() : Part(*e);
        }
        auto n = std::max_element(nodes.begin(), nodes.end(),
                                  [](const Node &a, const Node &b) { return a.weight < b.weight; });
        return n == nodes.end() ? Part() : Part(*n);
    }
};

// Functions of containers

void scale(Nodes &nodes, double by) {
    for (Node &node : nodes)
        node.weight *= by;
}

double total(const Ids &ids) {
    double sum = 0;
    for (size_t i : ids)
        sum += double(i);
    return sum;
}

Speeds faster(Speeds speeds, double by) {
    for (auto &speed : speeds)
        speed.second += by;
    return speeds;
}

// Functions of variants

std::string kind_of(const Tag &tag) {
    static const char *names[] = { "nothing", "bool", "int", "float", "text", "numbers" };
    return names[tag.index()];
}

Tag twice(Tag tag) {
    if (int64_t *number = std::get_if<int64_t>(&tag))
        *number *= 2;
    if (std::string *text = std::get_if<std::string>(&tag))
        *text += *text;
    if (std::vector<double> *numbers = std::get_if<std::vector<double>>(&tag))
        for (double &number : *numbers)
            number *= 2;
    return tag;
}

std::string describe(const Part &part) {
    if (const Node *node = std::get_if<Node>(&part))
        return "node " + node->name;
    if (const Edge *edge = std::get_if<Edge>(&part))
        return "edge to " + std::to_string(edge->to);
    return "nothing";
}

NB_MODULE(graph, m) {
    m.doc() = "Nodes, edges, and the ways between them";

    nb::exception<GraphError>(m, "GraphError", PyExc_LookupError);

    nb::enum_<Kind>(m, "Kind", "How to get along an edge")
        .value("Road", Kind::Road)
        .value("Rail", Kind::Rail, "on time")
        .value("Ferry", Kind::Ferry);

    nb::class_<Node>(m, "Node", "A place with a weight")
        .def(nb::init<const std::string &, double>(), "name"_a, "weight"_a = 1.0)
        .def_rw("name", &Node::name)
        .def_rw("weight", &Node::weight, "How much it counts")
        .def_rw("tag", &Node::tag, nb::for_setter(nb::arg("value").none()))
        .def(nb::self == nb::self)
        .def("__repr__", &Node::text)
        .def("__getstate__", [](const Node &n) { return std::make_tuple(n.name, n.weight, n.tag); })
        .def("__setstate__", [](Node &n, const std::tuple<std::string, double, Tag> &state) {
            new (&n) Node(std::get<0>(state), std::get<1>(state));
            n.tag = std::get<2>(state);
        });

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
        .def("__len__", [](const Graph &g) { return g.nodes.size(); })
        .def("__iter__", [](const Graph &g) {
            return nb::make_iterator<nb::rv_policy::reference_internal>(
                nb::type<Graph>(), "NodeIterator", g.nodes.begin(), g.nodes.end());
        }, nb::keep_alive<0, 1>())
        .def("edges", [](const Graph &g) {
            return nb::make_iterator(nb::type<Graph>(), "EdgeIterator", g.edges.begin(), g.edges.end());
        }, nb::keep_alive<0, 1>(), "Goes through copies of the edges")
        .def("members", [](const Graph &g) {
            return nb::make_iterator(nb::type<Graph>(), "MemberIterator", g.groups.begin(), g.groups.end());
        }, nb::keep_alive<0, 1>())
        .def("kinds", [](const Graph &g) {
            return nb::make_key_iterator(nb::type<Graph>(), "KindIterator", g.speeds.begin(), g.speeds.end());
        }, nb::keep_alive<0, 1>())
        .def("limits", [](const Graph &g) {
            return nb::make_value_iterator(nb::type<Graph>(), "LimitIterator", g.speeds.begin(), g.speeds.end());
        }, nb::keep_alive<0, 1>());

    m.def("scale", &scale, "nodes"_a, "by"_a = 2.0, "Changes all weights");
    m.def("total", &total, "ids"_a);
    m.def("faster", &faster, "speeds"_a, "by"_a);
    m.def("kind_of", &kind_of, "tag"_a.none());
    m.def("twice", &twice, "tag"_a.none());
    m.def("describe", &describe, "part"_a.none());
}
