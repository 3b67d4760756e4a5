// guide: hide
#include <string>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Entry {
    std::string text;
    explicit Entry(const std::string &text) : text(text) {}
};

struct Log {
    std::vector<const Entry *> entries; // which Python owns
    void append(const Entry &entry) { entries.push_back(&entry); }
};

NB_MODULE(logging_, m) {
    nb::class_<Entry>(m, "Entry", nb::is_weak_referenceable())
        .def(nb::init<const std::string &>());

    nb::class_<Log>(m, "Log")
        .def(nb::init<>())
        .def("append", &Log::append, nb::keep_alive<1, 2>());
}
