// guide: hide
#include <memory>
#include <vector>
#include <nanobind/nanobind.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

struct Particle : std::enable_shared_from_this<Particle> {
    double x, v = 0;
    std::weak_ptr<Particle> leader;

    Particle(double x) : x(x) {}
    void push(double dv) { v += dv; }
    std::shared_ptr<Particle> get_leader() const { return leader.lock(); }
    void lead(std::shared_ptr<Particle> other) {
        other->leader = shared_from_this();
    }
};

struct World {
    std::vector<std::shared_ptr<Particle>> particles;

    void add(std::shared_ptr<Particle> p) { particles.push_back(std::move(p)); }
    std::shared_ptr<Particle> spawn(double x) {
        auto p = std::make_shared<Particle>(x);
        add(p);
        return p;
    }
    void step(double dt) const {
        for (const auto &p : particles)
            p->x += p->v * dt;
    }
};

NB_MODULE(particles, m) {
    nb::class_<Particle>(m, "Particle")
        .def(nb::init<double>(), "x"_a)
        .def_rw("x", &Particle::x)
        .def_rw("v", &Particle::v)
        .def("push", &Particle::push, "dv"_a)
        .def_prop_ro("leader", &Particle::get_leader)
        .def("lead", &Particle::lead, "other"_a);

    nb::class_<World>(m, "World")
        .def(nb::init<>())
        .def_ro("particles", &World::particles)
        .def("add", &World::add, "p"_a)
        .def("spawn", &World::spawn, "x"_a)
        .def("step", &World::step, "dt"_a);
}
