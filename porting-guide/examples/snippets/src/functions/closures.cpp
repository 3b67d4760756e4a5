// guide: hide
#include <string>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Book { std::string title; };

struct Shelf {
    std::string label;
    std::vector<Book> books;
    // guide: hide
    Shelf(const std::string &label, const std::string &title) : label(label), books{Book{title}} {}
    // guide: show
};

NB_MODULE(shelves, m) {
    nb::class_<Book>(m, "Book")
        .def_prop_ro("title", [](const Book &b) -> const std::string & { return b.title; });
    nb::class_<Shelf>(m, "Shelf")
        .def(nb::init<const std::string &, const std::string &>())
        .def("label", [](const Shelf &s) -> const std::string & { return s.label; })
        .def("first", [](Shelf &s) -> Book & {
            return s.books.at(0);
        }, nb::rv_policy::reference_internal)
        .def("__getitem__", [](const Shelf &s, size_t i) -> const Book & {
            if (i >= s.books.size())
                throw nb::index_error("no such book");
            return s.books[i];
        }, nb::rv_policy::reference_internal);
}
