// State that C++ and Python share and both change. ../rust/src/lib.rs is its port, in the same order.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;

struct Spring;

// Held by the world, by springs, by other particles and by Python

struct Particle : std::enable_shared_from_this<Particle> {
    std::string name;
    double x, v = 0;
    std::weak_ptr<Particle> leader;

    Particle(const std::string &name, double x) : name(name), x(x) {}

    void push(double dv) { v += dv; }
    void advance(double dt) { x += v * dt; }

    void follow(std::shared_ptr<Particle> other) { leader = other; }
    std::shared_ptr<Particle> get_leader() const { return leader.lock(); }
    double gap() const {
        auto other = leader.lock();
        return other ? other->x - x : 0;
    }
    Spring tie(std::shared_ptr<Particle> other, double length);
};

// Parts of the world: plain values

struct Spring {
    std::shared_ptr<Particle> a, b;
    double length;

    double stretch() const { return b->x - a->x - length; }
    void pull(double dt) const {
        double dv = stretch() * dt;
        a->push(dv);
        b->push(-dv);
    }
};

Spring Particle::tie(std::shared_ptr<Particle> other, double length) {
    return Spring{ shared_from_this(), std::move(other), length };
}

struct Wall {
    double at;
    int hits = 0;

    Wall(double at) : at(at) {}
    void stop(Particle &p) {
        if (p.x > at) {
            p.x = at;
            p.v = -p.v;
            ++hits;
        }
    }
};

struct World {
    std::vector<std::shared_ptr<Particle>> particles;
    std::vector<Spring> springs;
    std::vector<Wall> walls;
    std::optional<Wall> limit;
    double time = 0;

    void add(std::shared_ptr<Particle> p) { particles.push_back(std::move(p)); }
    std::shared_ptr<Particle> spawn(const std::string &name, double x) {
        auto p = std::make_shared<Particle>(name, x);
        add(p);
        return p;
    }
    std::shared_ptr<Particle> find(const std::string &name) const {
        for (const auto &p : particles)
            if (p->name == name)
                return p;
        return nullptr;
    }
    void connect(Spring spring) { springs.push_back(std::move(spring)); }

    void step(double dt) {
        for (const Spring &spring : springs)
            spring.pull(dt);
        for (const auto &p : particles) {
            p->advance(dt);
            for (Wall &wall : walls)
                wall.stop(*p);
            if (limit)
                limit->stop(*p);
        }
        time += dt;
    }
    void each(const std::function<void(std::shared_ptr<Particle>)> &f) const {
        for (const auto &p : particles)
            f(p);
    }
    double energy() const {
        double sum = 0;
        for (const auto &p : particles)
            sum += p->v * p->v;
        return sum;
    }
};

// Of two particles, which may be one

void exchange(std::shared_ptr<Particle> a, std::shared_ptr<Particle> b) {
    double v = a->v;
    a->v = b->v;
    b->v = v;
}

NB_MODULE(simulation, m) {
    nb::class_<Particle>(m, "Particle")
        .def(nb::init<const std::string &, double>(), "name"_a, "x"_a = 0.0)
        .def_rw("name", &Particle::name)
        .def_rw("x", &Particle::x)
        .def_rw("v", &Particle::v)
        .def("push", &Particle::push, "dv"_a)
        .def("advance", &Particle::advance, "dt"_a)
        .def("follow", &Particle::follow, "other"_a.none())
        .def_prop_ro("leader", &Particle::get_leader)
        .def("gap", &Particle::gap)
        .def("tie", &Particle::tie, "other"_a, "length"_a);

    nb::class_<Spring>(m, "Spring")
        .def_rw("a", &Spring::a)
        .def_rw("b", &Spring::b)
        .def_rw("length", &Spring::length)
        .def("stretch", &Spring::stretch);

    nb::class_<Wall>(m, "Wall")
        .def(nb::init<double>(), "at"_a)
        .def_rw("at", &Wall::at)
        .def_ro("hits", &Wall::hits);

    nb::class_<World>(m, "World")
        .def(nb::init<>())
        .def_ro("particles", &World::particles)
        .def_rw("springs", &World::springs)
        .def_rw("walls", &World::walls)
        .def_rw("limit", &World::limit)
        .def_ro("time", &World::time)
        .def("add", &World::add, "p"_a)
        .def("spawn", &World::spawn, "name"_a, "x"_a)
        .def("find", &World::find, "name"_a)
        .def("connect", &World::connect, "spring"_a)
        .def("step", &World::step, "dt"_a, nb::call_guard<nb::gil_scoped_release>())
        .def("each", &World::each, "f"_a)
        .def("energy", &World::energy);

    m.def("exchange", &exchange, "a"_a, "b"_a);
}
