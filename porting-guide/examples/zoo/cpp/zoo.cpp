// Classes: virtual functions, downcasting, operators, enumerations, pickling. ../rust/src/lib.rs is its port, in the same
// order.
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>
#include <nanobind/trampoline.h>

namespace nb = nanobind;
using namespace nb::literals;

// Pets with virtual functions

struct Pet {
    std::string name;
    int meals = 0;

    Pet(const std::string &name) : name(name) {}
    virtual ~Pet() = default;

    virtual std::string noise() const { return "..."; }
    virtual void feed(int amount) { meals += amount; }
    std::string greet(int times) const {
        std::string text = name + ":";
        for (int i = 0; i < times; ++i)
            text += " " + noise();
        return text;
    }
};

struct Dog : Pet {
    int tricks = 0;

    Dog(const std::string &name) : Pet(name) {}
    std::string noise() const override { return "woof"; }
    int learn() { return ++tricks; }
};

struct Puppy : Dog {
    Puppy(const std::string &name) : Dog(name) {}
    std::string noise() const override { return "yip"; }
};

struct PyPet : Pet {
    NB_TRAMPOLINE(Pet, 2);
    std::string noise() const override { NB_OVERRIDE(noise); }
    void feed(int amount) override { NB_OVERRIDE(feed, amount); }
};

struct PyDog : Dog {
    NB_TRAMPOLINE(Dog, 2);
    std::string noise() const override { NB_OVERRIDE(noise); }
    void feed(int amount) override { NB_OVERRIDE(feed, amount); }
};

std::string call(const Pet &pet) { return pet.noise() + "!"; }

struct Zoo {
    std::vector<std::shared_ptr<Pet>> pets;

    void add(std::shared_ptr<Pet> pet) { pets.push_back(std::move(pet)); }
    std::vector<std::string> chorus() const {
        std::vector<std::string> all;
        for (const auto &pet : pets)
            all.push_back(pet->greet(1));
        return all;
    }
    void feed_all(int amount) {
        for (const auto &pet : pets)
            pet->feed(amount);
    }
};

// A factory whose results have the class of their value

std::unique_ptr<Pet> make(const std::string &kind, const std::string &name) {
    if (kind == "dog")
        return std::make_unique<Dog>(name);
    if (kind == "puppy")
        return std::make_unique<Puppy>(name);
    return std::make_unique<Pet>(name);
}

// An abstract class

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
    std::string describe() const { return area() > 10 ? "large" : "small"; }
};

struct PyShape : Shape {
    NB_TRAMPOLINE(Shape, 1);
    double area() const override { NB_OVERRIDE_PURE(area); }
};

struct Square : Shape {
    double side;
    Square(double side) : side(side) {}
    double area() const override { return side * side; }
};

// A vector with operators

struct Vector2 {
    int x, y;

    Vector2(int x, int y) : x(x), y(y) {}
    Vector2 operator+(const Vector2 &v) const { return Vector2(x + v.x, y + v.y); }
    Vector2 operator-(const Vector2 &v) const { return Vector2(x - v.x, y - v.y); }
    Vector2 operator*(int f) const { return Vector2(x * f, y * f); }
    Vector2 operator-() const { return Vector2(-x, -y); }
    Vector2 &operator+=(const Vector2 &v) { x += v.x; y += v.y; return *this; }
    Vector2 &operator*=(int f) { x *= f; y *= f; return *this; }
    friend Vector2 operator*(int f, const Vector2 &v) { return Vector2(f * v.x, f * v.y); }
    bool operator==(const Vector2 &v) const { return x == v.x && y == v.y; }
    bool operator!=(const Vector2 &v) const { return !(*this == v); }
    std::string text() const { return "[" + std::to_string(x) + ", " + std::to_string(y) + "]"; }
};

// A record that can be pickled

struct Record {
    std::string name;
    int number;
};

// Enumerations

enum class Kind { Tame, Wild };
enum class Level { Low = -1, Middle = 5, High = 10 };
enum class Access : uint32_t { Read = 1, Write = 2, Run = 4 };

Kind other(Kind kind) { return kind == Kind::Tame ? Kind::Wild : Kind::Tame; }
Access with(Access a, Access b) { return (Access) ((uint32_t) a | (uint32_t) b); }
bool allows(Access granted, Access wanted) { return ((uint32_t) granted & (uint32_t) wanted) == (uint32_t) wanted; }

NB_MODULE(zoo, m) {
    nb::class_<Pet, PyPet>(m, "Pet", nb::dynamic_attr())
        .def(nb::init<const std::string &>(), "name"_a)
        .def("noise", &Pet::noise)
        .def("feed", &Pet::feed, "amount"_a)
        .def("greet", &Pet::greet, "times"_a = 2)
        .def_rw("name", &Pet::name)
        .def_ro("meals", &Pet::meals);
    nb::class_<Dog, Pet, PyDog>(m, "Dog")
        .def(nb::init<const std::string &>(), "name"_a)
        .def("learn", &Dog::learn)
        .def_ro("tricks", &Dog::tricks);
    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init<const std::string &>(), "name"_a);
    m.def("call", &call, "pet"_a);

    nb::class_<Zoo>(m, "Zoo")
        .def(nb::init<>())
        .def("add", &Zoo::add)
        .def("chorus", &Zoo::chorus)
        .def("feed_all", &Zoo::feed_all);

    m.def("make", &make, "kind"_a, "name"_a);

    nb::class_<Shape, PyShape>(m, "Shape")
        .def(nb::init<>())
        .def("area", &Shape::area)
        .def("describe", &Shape::describe);
    nb::class_<Square, Shape>(m, "Square")
        .def(nb::init<double>());

    nb::class_<Vector2>(m, "Vector2")
        .def(nb::init<int, int>())
        .def(nb::self + nb::self)
        .def(nb::self - nb::self)
        .def(nb::self * int())
        .def(int() * nb::self)
        .def(-nb::self)
        .def(nb::self += nb::self)
        .def(nb::self *= int())
        .def(nb::self == nb::self)
        .def(nb::self != nb::self)
        .def("__repr__", &Vector2::text)
        .def_rw("x", &Vector2::x)
        .def_rw("y", &Vector2::y);

    nb::class_<Record>(m, "Record")
        .def("__init__", [](Record *r, const std::string &name, int number) { new (r) Record{ name, number }; },
             "name"_a, "number"_a = 0)
        .def("__getstate__", [](const Record &r) { return std::make_tuple(r.name, r.number); })
        .def("__setstate__", [](Record &r, const std::tuple<std::string, int> &state) {
            new (&r) Record{ std::get<0>(state), std::get<1>(state) };
        })
        .def_rw("name", &Record::name)
        .def_rw("number", &Record::number);

    nb::enum_<Kind>(m, "Kind", "What a pet is")
        .value("Tame", Kind::Tame)
        .value("Wild", Kind::Wild, "not tame")
        .export_values();
    nb::enum_<Level>(m, "Level", nb::is_arithmetic())
        .value("Low", Level::Low)
        .value("Middle", Level::Middle)
        .value("High", Level::High);
    nb::enum_<Access>(m, "Access", nb::is_flag())
        .value("Read", Access::Read)
        .value("Write", Access::Write)
        .value("Run", Access::Run);
    m.def("other", &other, "kind"_a = Kind::Tame);
    m.def("with_", &with);
    m.def("allows", &allows, "granted"_a, "wanted"_a);
}
