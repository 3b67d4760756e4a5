// guide: hide
#include <map>
#include <string>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/make_iterator.h>
#include <nanobind/stl/bind_map.h>
#include <nanobind/stl/bind_vector.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Node {
    std::string name;
    double weight;
    // guide: hide
    Node(std::string name, double weight) : name(std::move(name)), weight(weight) {}
    bool operator==(const Node &other) const { return name == other.name && weight == other.weight; }
    // guide: show
};

using Nodes = std::vector<Node>;
using Weights = std::map<std::string, double>;
NB_MAKE_OPAQUE(Nodes)
NB_MAKE_OPAQUE(Weights)

struct Graph {
    Nodes nodes;
    Weights weights;
    std::vector<std::pair<size_t, size_t>> edges;
};

void scale(Nodes &nodes, double by) {
    for (Node &node : nodes)
        node.weight *= by;
}

NB_MODULE(graph, m) {
    nb::class_<Node>(m, "Node")
        .def(nb::init<std::string, double>(), "name"_a, "weight"_a = 1.0)
        .def_ro("name", &Node::name)
        .def_rw("weight", &Node::weight);

    nb::bind_vector<Nodes, nb::rv_policy::reference_internal>(m, "Nodes");
    nb::bind_map<Weights>(m, "Weights");

    nb::class_<Graph>(m, "Graph")
        .def(nb::init<>())
        .def_rw("nodes", &Graph::nodes)
        .def_rw("weights", &Graph::weights)
        .def("connect", [](Graph &graph, size_t from, size_t to) {
            graph.edges.emplace_back(from, to);
        }, "from_"_a, "to"_a)
        .def("edges", [](const Graph &graph) {
            return nb::make_iterator(nb::type<Graph>(), "EdgeIterator",
                                     graph.edges.begin(), graph.edges.end());
        }, nb::keep_alive<0, 1>());

    m.def("scale", &scale, "nodes"_a, "by"_a);
}
