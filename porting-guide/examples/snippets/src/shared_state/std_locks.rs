use nb::prelude::*;
use std::sync::{Arc, RwLock};

struct Meter {
    value: f64,
}

impl Meter {
    // Does not lock: nb does, and hands out the reference.
    fn raise(&mut self, by: f64) {
        self.value += by;
    }

    // Locks, and so it is bound with the guard.
    fn copy_to(me: Arc<RwLock<Meter>>, other: Arc<RwLock<Meter>>) {
        let value = me.read().unwrap().value;
        other.write().unwrap().value = value;
    }
}

nb_module!(std_locks, m, {
    nb::class_<Meter>(m, "Meter")
        .def(nb::init(|value: f64| Meter { value }), "value"_a)
        .def_rw("value", &Meter::value)
        .def("raise_by", &Meter::raise, "by"_a)
        .def("copy_to", &Meter::copy_to, "other"_a, nb::call_guard<nb::gil_scoped_release>());

    // Python waits for locks as long as this before it raises; it is the default.
    nb::set_lock_timeout(std::time::Duration::from_secs(5));
});
