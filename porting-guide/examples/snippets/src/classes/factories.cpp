// guide: hide
#include <memory>
#include <string>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Pet {
    std::string name;
    int age;
};

struct Settings { bool verbose; };
static Settings settings { false };

std::shared_ptr<Pet> registered(const std::string &name, int age);
// guide: hide
std::shared_ptr<Pet> registered(const std::string &name, int age) {
    static std::vector<std::shared_ptr<Pet>> all;
    for (const auto &pet : all)
        if (pet->name == name)
            return pet;
    all.push_back(std::make_shared<Pet>(Pet{name, age}));
    return all.back();
}
// guide: show

NB_MODULE(factories, m) {
    nb::class_<Pet>(m, "Pet")
        .def(nb::new_(&registered), "name"_a, "age"_a = 0)
        .def_ro("name", &Pet::name)
        .def_ro("age", &Pet::age);
    nb::class_<Settings>(m, "Settings")
        .def(nb::new_([]() { return &settings; }), nb::rv_policy::reference)
        .def_ro("verbose", &Settings::verbose);
}
