//! Sets that are classes.

use nb::prelude::*;
use std::collections::{BTreeSet, HashSet};

pub type Ints = nb::opaque<BTreeSet<i32>>;
pub type Names = nb::opaque<HashSet<String>>;
pub type Maybes = nb::opaque<BTreeSet<Option<i32>>>;
pub type Dogs = nb::opaque<BTreeSet<Dog>>;

/// Compares by its age; panics at 13.
#[derive(Clone)]
pub struct Dog {
    pub age: i32,
    pub name: String,
}

impl PartialEq for Dog {
    fn eq(&self, other: &Dog) -> bool {
        self.age == other.age
    }
}
impl Eq for Dog {}
impl PartialOrd for Dog {
    fn partial_cmp(&self, other: &Dog) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Dog {
    fn cmp(&self, other: &Dog) -> std::cmp::Ordering {
        assert!(self.age != 13 && other.age != 13, "not this one");
        self.age.cmp(&other.age)
    }
}

#[derive(Default)]
pub struct Home {
    pub ints: Ints,
}

nb_module!(test_bind_set_ext, m, {
    nb::class_<Dog>(m, "Dog")
        .def(nb::init(|age: i32, name: String| Dog { age, name }))
        .def_ro("age", &Dog::age)
        .def_ro("name", &Dog::name);
    nb::bind_set<Ints>(m, "Ints", "Some numbers.");
    nb::bind_set<Names>(m, "Names").def("longest", |names: &Names| names.iter().max_by_key(|name| name.len()).cloned());
    nb::bind_set<Maybes>(m, "Maybes");
    nb::bind_set<Dogs>(m, "Dogs");
    nb::bind_set<std::set<uint8_t>>(m, "Bytes");
    nb::class_<Home>(m, "Home").def(nb::init<>()).def_rw("ints", &Home::ints);

    m.def("sum", |ints: &Ints| ints.iter().sum::<i32>());
    m.def("reading", |ints: &Ints, f: nb::object| -> nb::Result<usize> {
        f.call(())?;
        Ok(ints.len())
    });
});
