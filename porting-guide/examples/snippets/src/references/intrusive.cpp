// guide: hide
#include <string>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/intrusive/counter.h>
#include <nanobind/intrusive/counter.inl>
#include <nanobind/intrusive/ref.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Node : nb::intrusive_base {
    std::string name;
    Node(std::string name) : name(name) {}

    void add(nb::ref<Node> child) { children_.push_back(child); }
    const std::vector<nb::ref<Node>> &children() const { return children_; }

private:
    std::vector<nb::ref<Node>> children_;
};

NB_MODULE(intrusive, m) {
    // guide: hide
    nb::intrusive_init(
        [](PyObject *o) noexcept {
            nb::gil_scoped_acquire guard;
            Py_INCREF(o);
        },
        [](PyObject *o) noexcept {
            nb::gil_scoped_acquire guard;
            Py_DECREF(o);
        });
    // guide: show
    nb::class_<Node>(m, "Node", nb::intrusive_ptr<Node>([](Node *o, PyObject *po) noexcept {
            o->set_self_py(po);
        }))
        .def(nb::init<std::string>(), "name"_a)
        .def_ro("name", &Node::name)
        .def("add", &Node::add, "child"_a)
        .def_prop_ro("children", &Node::children);

    m.def("family", [] {
        nb::ref<Node> root = new Node("root");
        root->add(new Node("leaf"));
        return root;
    });
}
