use nb::prelude::*;
use std::sync::{Arc, Mutex};

struct Pet {
    name: String,
    age: i32,
}

/// One value for each name, which native code keeps.
fn registered(name: &str, age: i32) -> Arc<Pet> {
    static ALL: Mutex<Vec<Arc<Pet>>> = Mutex::new(Vec::new());
    let mut all = ALL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(pet) = all.iter().find(|pet| pet.name == name) {
        return pet.clone();
    }
    all.push(Arc::new(Pet { name: name.to_string(), age }));
    all[all.len() - 1].clone()
}

struct Settings {
    verbose: bool,
}
static SETTINGS: Settings = Settings { verbose: false };

nb_module!(factories, m, {
    nb::class_<Pet>(m, "Pet")
        .def(nb::new_(&registered), "name"_a, "age"_a = 0)
        .def_ro("name", &Pet::name)
        .def_ro("age", &Pet::age);
    nb::class_<Settings>(m, "Settings")
        .def(nb::new_(|| -> &'static Settings { &SETTINGS }), nb::rv_policy::reference)
        .def_ro("verbose", &Settings::verbose);
});
