use nb::locks::RwLock;
use nb::prelude::*;
use std::sync::Arc;

#[derive(Clone)]
struct Particle {
    x: f64,
    v: f64,
}

#[derive(Default)]
struct World {
    particles: Vec<Particle>,
    time: f64,
}

impl World {
    fn step(&mut self, dt: f64) {
        for p in &mut self.particles {
            p.x += p.v * dt;
        }
        self.time += dt;
    }

    /// On a thread of its own, which locks the world once for each step.
    fn start(me: Arc<RwLock<World>>, steps: usize) {
        std::thread::spawn(move || {
            for _ in 0..steps {
                me.write().step(0.01);
            }
        });
    }
}

nb_module!(one_lock, m, {
    nb::class_<Particle>(m, "Particle")
        .def(nb::init(|x: f64, v: f64| Particle { x, v }), "x"_a, "v"_a = 0.0)
        .def_rw("x", &Particle::x)
        .def_rw("v", &Particle::v);

    nb::class_<World>(m, "World")
        .def(nb::init<>())
        .def_rw("particles", &World::particles)
        .def_rw("copies", &World::particles, nb::rv_policy::copy)
        .def_ro("time", &World::time)
        .def("step", &World::step, "dt"_a)
        .def("start", &World::start, "steps"_a);
});
