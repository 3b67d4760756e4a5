//! State that Rust and Python share and both change. The port of ../../cpp/simulation.cpp, in the same order.

use nb::locks::RwLock;
use nb::prelude::*;
use std::sync::{Arc, Weak};

/// C++'s `std::shared_ptr<Particle>`.
type Shared = Arc<RwLock<Particle>>;

// Held by the world, by springs, by other particles and by Python

struct Particle {
    name: String,
    x: f64,
    v: f64,
    leader: Weak<RwLock<Particle>>,
}

impl Particle {
    fn new(name: &str, x: f64) -> Particle {
        Particle { name: name.into(), x, v: 0.0, leader: Weak::new() }
    }

    fn push(&mut self, dv: f64) {
        self.v += dv;
    }
    fn advance(&mut self, dt: f64) {
        self.x += self.v * dt;
    }

    // The other one may be this one: both come as `Arc`, and neither is locked yet.
    fn follow(me: Shared, other: Option<Shared>) {
        me.write().leader = other.map_or_else(Weak::new, |other| Arc::downgrade(&other));
    }
    fn get_leader(&self) -> Option<Shared> {
        self.leader.upgrade()
    }
    // It looks at two particles: one lock after the other.
    fn gap(me: Shared) -> f64 {
        let other = me.read().get_leader();
        let Some(other) = other else { return 0.0 };
        let ahead = other.read().x;
        ahead - me.read().x
    }
    // It needs its own `Arc`: `shared_from_this`.
    fn tie(me: Shared, other: Shared, length: f64) -> Spring {
        Spring { a: me, b: other, length }
    }
}

// Parts of the world: plain values

#[derive(Clone)]
struct Spring {
    a: Shared,
    b: Shared,
    length: f64,
}

impl Spring {
    fn stretch(&self) -> f64 {
        let end = self.b.read().x;
        end - self.a.read().x - self.length
    }
    fn pull(&self, dt: f64) {
        let dv = self.stretch() * dt;
        self.a.write().push(dv);
        self.b.write().push(-dv);
    }
}

#[derive(Clone)]
struct Wall {
    at: f64,
    hits: i32,
}

impl Wall {
    fn new(at: f64) -> Wall {
        Wall { at, hits: 0 }
    }
    fn stop(&mut self, p: &mut Particle) {
        if p.x > self.at {
            p.x = self.at;
            p.v = -p.v;
            self.hits += 1;
        }
    }
}

#[derive(Default)]
struct World {
    particles: Vec<Shared>,
    springs: Vec<Spring>,
    walls: Vec<Wall>,
    limit: Option<Wall>,
    time: f64,
}

impl World {
    fn add(&mut self, p: Shared) {
        self.particles.push(p);
    }
    fn spawn(&mut self, name: &str, x: f64) -> Shared {
        let p = Arc::new(RwLock::new(Particle::new(name, x)));
        self.add(p.clone());
        p
    }
    fn find(&self, name: &str) -> Option<Shared> {
        self.particles.iter().find(|p| p.read().name == name).cloned()
    }
    fn connect(&mut self, spring: Spring) {
        self.springs.push(spring);
    }

    fn step(&mut self, dt: f64) {
        for spring in &self.springs {
            spring.pull(dt);
        }
        for p in &self.particles {
            let mut p = p.write();
            p.advance(dt);
            for wall in &mut self.walls {
                wall.stop(&mut p);
            }
            if let Some(limit) = &mut self.limit {
                limit.stop(&mut p);
            }
        }
        self.time += dt;
    }
    // No particle is locked while `f` runs.
    fn each(&self, f: &dyn Fn(Shared) -> nb::Result<()>) -> nb::Result<()> {
        self.particles.iter().try_for_each(|p| f(p.clone()))
    }
    fn energy(&self) -> f64 {
        self.particles.iter().map(|p| p.read().v.powi(2)).sum()
    }
}

// Of two particles, which may be one

fn exchange(a: Shared, b: Shared) {
    // `a.write().v = b.read().v` would have both locks to the end of the statement, and wait for itself where they are one.
    let v = a.read().v;
    let w = b.read().v;
    a.write().v = w;
    b.write().v = v;
}

nb_module!(simulation, m, {
    nb::class_<Particle>(m, "Particle")
        .def(nb::init<&str, f64>(), "name"_a, "x"_a = 0.0)
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
        .def(nb::init<f64>(), "at"_a)
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
});
