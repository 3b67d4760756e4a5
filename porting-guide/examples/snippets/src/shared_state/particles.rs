use nb::locks::RwLock;
use nb::prelude::*;
use std::sync::{Arc, Weak};

/// `std::shared_ptr<Particle>`
type Shared = Arc<RwLock<Particle>>;

struct Particle {
    x: f64,
    v: f64,
    leader: Weak<RwLock<Particle>>,
}

impl Particle {
    fn new(x: f64) -> Particle {
        Particle { x, v: 0.0, leader: Weak::new() }
    }

    fn push(&mut self, dv: f64) {
        self.v += dv;
    }

    fn get_leader(&self) -> Option<Shared> {
        self.leader.upgrade()
    }

    fn lead(me: Shared, other: Shared) {
        other.write().leader = Arc::downgrade(&me);
    }
}

#[derive(Default)]
struct World {
    particles: Vec<Shared>,
}

impl World {
    fn add(&mut self, p: Shared) {
        self.particles.push(p);
    }

    fn spawn(&mut self, x: f64) -> Shared {
        let p = Arc::new(RwLock::new(Particle::new(x)));
        self.add(p.clone());
        p
    }

    fn step(&self, dt: f64) {
        for p in &self.particles {
            let mut p = p.write();
            p.x += p.v * dt;
        }
    }
}

nb_module!(particles, m, {
    nb::class_<Particle>(m, "Particle")
        .def(nb::init<f64>(), "x"_a)
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
});
