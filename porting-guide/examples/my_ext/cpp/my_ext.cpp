// The extension of the side-by-side example; ../rust/src/lib.rs is its port, in the same order.
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;

int add(int a, int b) { return a + b; }

int divide(int a, int b) {
    if (b == 0)
        throw std::runtime_error("division by zero");
    return a / b;
}

std::vector<double> scale(std::vector<double> values, double factor) {
    for (double &v : values)
        v *= factor;
    return values;
}

std::optional<std::string> longest(std::vector<std::string> words) {
    std::optional<std::string> best;
    for (std::string &w : words)
        if (!best || w.size() > best->size())
            best = w;
    return best;
}

nb::object twice(nb::object f, nb::object x) {
    return f(f(x));
}

struct Toy {
    int squeaks = 0;
};

struct Dog {
    std::string name;
    int legs = 4;
    int years;
    Toy toy;

    Dog(const std::string &name, int age) : name(name), years(age) {}
    static Dog create() { return Dog("Stray", 1); }

    std::string bark() const { return name + ": woof!"; }
    std::string bark(const std::string &at) const { return name + ": woof, " + at + "!"; }

    int age() const { return years; }
    void set_age(int age) {
        if (age < 0)
            throw nb::value_error("age must not be negative");
        years = age;
    }

    Toy &favorite() { return toy; }
};

struct Puppy : Dog {
    std::vector<std::string> tricks;

    explicit Puppy(const std::string &name) : Dog(name, 0) {}

    size_t learn(const std::string &trick) {
        tricks.push_back(trick);
        return tricks.size();
    }
};

std::string introduce(const Dog &a, const Dog &b) { return a.name + " meets " + b.name; }

NB_MODULE(my_ext, m) {
    m.doc() = "A little arithmetic and a few dogs";
    m.attr("the_answer") = 42;

    m.def("add", &add, "a"_a, "b"_a = 1, "Sum of two integers");
    m.def("divide", &divide, "a"_a, "b"_a);
    m.def("describe", [](int i) { return "the integer " + std::to_string(i); });
    m.def("describe", [](double x) { return "the float " + std::to_string(x); });
    m.def("describe", [](const std::string &s) { return "the text " + s; });
    m.def("scale", &scale, "values"_a, "factor"_a = 2.0);
    m.def("longest", &longest, "words"_a);
    m.def("greet", [](std::optional<std::string> name) { return "Hello, " + name.value_or("stranger"); },
          "name"_a = nb::none());
    m.def("twice", &twice, "f"_a, "x"_a, "f(f(x))");

    nb::class_<Toy>(m, "Toy")
        .def_rw("squeaks", &Toy::squeaks);

    nb::class_<Dog>(m, "Dog", "A dog with a name, an age and a toy")
        .def(nb::init<const std::string &, int>(), "name"_a, "age"_a = 3)
        .def(nb::init<const Dog &>(), "other"_a)
        .def_static("create", &Dog::create)
        .def("bark", nb::overload_cast<>(&Dog::bark, nb::const_))
        .def("bark", nb::overload_cast<const std::string &>(&Dog::bark, nb::const_), "at"_a)
        .def_rw("name", &Dog::name)
        .def_ro("legs", &Dog::legs)
        .def_prop_rw("age", &Dog::age, &Dog::set_age)
        .def("favorite", &Dog::favorite, nb::rv_policy::reference_internal)
        .def("__repr__", [](const Dog &d) { return "<Dog " + d.name + ">"; });

    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init<const std::string &>(), "name"_a)
        .def("learn", &Puppy::learn, "trick"_a)
        .def_ro("tricks", &Puppy::tricks);

    m.def("introduce", &introduce, "a"_a, "b"_a);
}
