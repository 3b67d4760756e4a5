// guide: hide
#include <string>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

template <typename T> struct Stack {
    std::vector<T> items;

    void push(T item) { items.push_back(std::move(item)); }
    std::optional<T> top() const {
        return items.empty() ? std::nullopt : std::optional(items.back());
    }
};

template <typename T>
void bind_stack(nb::module_ &m, const char *name) {
    nb::class_<Stack<T>>(m, name)
        .def(nb::init<>())
        .def("push", &Stack<T>::push, "item"_a)
        .def("top", &Stack<T>::top);
}

NB_MODULE(templates, m) {
    bind_stack<int64_t>(m, "IntStack");
    bind_stack<std::string>(m, "StrStack");
}
