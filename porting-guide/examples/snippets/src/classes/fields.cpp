// guide: hide
#include <string>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

static int count = 0;

struct Collar { int size = 0; };

struct Dog {
    std::string name;
    int age_ = 0;
    Collar collar;

    int age() const { return age_; }
    void set_age(int age) {
        if (age < 0)
            throw nb::value_error("age must not be negative");
        age_ = age;
    }
};

NB_MODULE(fields, m) {
    nb::class_<Collar>(m, "Collar")
        .def(nb::init<>())
        .def_rw("size", &Collar::size);

    nb::class_<Dog>(m, "Dog", nb::dynamic_attr())
        .def(nb::init<>())
        .def_rw("name", &Dog::name)
        .def_rw("collar", &Dog::collar)
        .def_prop_rw("age", &Dog::age, &Dog::set_age, "Age in years")
        .def_prop_ro("is_puppy", [](const Dog &d) { return d.age_ < 1; })
        .def_prop_rw_static("count",
            [](nb::handle) { return count; },
            [](nb::handle, int n) { count = n; });
}
