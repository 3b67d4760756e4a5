//! Maps that are classes.

use indexmap::IndexMap;
use nb::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Clone, PartialEq)]
pub struct Dog {
    pub age: i32,
}

/// Moves, and cannot be compared.
pub struct Cat {
    pub lives: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Color {
    Red,
    Green,
}

pub type Ages = nb::opaque<BTreeMap<String, i32>>;
pub type Scores = nb::opaque<HashMap<i64, f64>>;
pub type Dogs = nb::opaque<BTreeMap<String, Dog>>;
pub type LiveDogs = nb::opaque<HashMap<String, Dog>>;
pub type Cats = nb::opaque<BTreeMap<i32, Cat>>;
pub type Colors = nb::opaque<HashMap<Color, String>>;
pub type Shared = nb::opaque<BTreeMap<i32, Arc<Dog>>>;
pub type Packs = nb::opaque<BTreeMap<String, nb::opaque<Vec<Dog>>>>;

pub type Ordered = nb::opaque<IndexMap<String, Dog>>;
pub type LiveOrdered = nb::opaque<IndexMap<i32, Dog>>;

#[derive(Default)]
pub struct Kennel {
    pub dogs: Dogs,
    pub in_order: IndexMap<String, Dog>,
}

nb_module!(test_bind_map_ext, m, {
    nb::class_<Dog>(m, "Dog", nb::is_weak_referenceable())
        .def(nb::init(|age: i32| Dog { age }))
        .def_rw("age", &Dog::age)
        .def("__repr__", |dog: &Dog| format!("Dog({})", dog.age));
    nb::class_<Cat>(m, "Cat").def(nb::init(|lives: i32| Cat { lives })).def_rw("lives", &Cat::lives);
    nb::enum_<Color>(m, "Color").value("Red", Color::Red).value("Green", Color::Green);

    nb::bind_map<Ages>(m, "Ages", "How old they are.");
    nb::bind_map<Scores>(m, "Scores");
    nb::bind_map<Dogs>(m, "Dogs").def("oldest", |dogs: &Dogs| dogs.values().map(|dog| dog.age).max());
    nb::bind_map<LiveDogs, nb::rv_policy::reference_internal>(m, "LiveDogs");
    nb::bind_map<Cats>(m, "Cats");
    nb::bind_map<Colors>(m, "Colors");
    nb::bind_map<Shared>(m, "Shared");
    nb::bind_vector<nb::opaque<Vec<Dog>>, nb::rv_policy::reference_internal>(m, "Pack");
    nb::bind_map<Packs, nb::rv_policy::reference_internal>(m, "Packs");
    nb::bind_map<std::map<std::string, double>>(m, "Doubles");
    nb::bind_map<Ages>(m, "Again");
    nb::bind_map<Ordered>(m, "Ordered");
    nb::bind_map<LiveOrdered, nb::rv_policy::reference_internal>(m, "LiveOrdered");

    nb::class_<Kennel>(m, "Kennel").def(nb::init<>()).def_rw("dogs", &Kennel::dogs).def_rw("in_order", &Kennel::in_order);

    m.def("add_all", |ages: &mut Ages, years: i32| {
        for age in ages.values_mut() {
            *age += years;
        }
    });
    m.def("sizes", |packs: &Packs| packs.values().map(|pack| pack.len()).collect::<Vec<_>>());
    m.def("total", |ages: &Ages| ages.values().sum::<i32>());
    m.def("sum", |all: &nb::opaque<BTreeMap<String, f64>>| all.values().sum::<f64>());
    m.def("call_with", |ages: &Ages, f: nb::object| -> nb::Result<usize> {
        f.call(())?;
        Ok(ages.len())
    });
});
