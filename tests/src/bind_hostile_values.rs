//! Values in bound containers whose `Clone` panics and whose `Drop` calls Python; implicit conversions from iterators that raise.

use nb::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

static LIVE: AtomicUsize = AtomicUsize::new(0);
/// How many clones there may be before one panics; 0 for any number.
static CLONES: AtomicUsize = AtomicUsize::new(0);
/// How often Python could not be called when a value was dropped.
static FAILED: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Elem {
    pub number: i32,
}

impl Elem {
    fn new(number: i32) -> Elem {
        LIVE.fetch_add(1, SeqCst);
        Elem { number }
    }
}

impl Clone for Elem {
    fn clone(&self) -> Elem {
        let left = CLONES.load(SeqCst);
        if left > 0 {
            CLONES.store(left - 1, SeqCst);
            assert!(left != 1, "no clone");
        }
        Elem::new(self.number)
    }
}

impl Drop for Elem {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, SeqCst);
        let len = || nb::builtins()?.item("len").call((nb::tuple::new(),));
        if nb::is_alive() && len().is_err() {
            FAILED.fetch_add(1, SeqCst);
        }
    }
}

pub type Vector = nb::opaque<Vec<Elem>>;
pub type Set = nb::opaque<BTreeSet<Elem>>;
pub type Hashed = nb::opaque<HashSet<Elem>>;
pub type Map = nb::opaque<BTreeMap<Elem, i32>>;
pub type Values = nb::opaque<BTreeMap<i32, Elem>>;

/// Is made of what may be one thing or another.
#[derive(Clone)]
pub struct Key {
    pub texts: Vec<String>,
}

struct Steps {
    left: usize,
    _kept: Elem,
}

impl Iterator for Steps {
    type Item = nb::Result<usize>;
    fn next(&mut self) -> Option<nb::Result<usize>> {
        if self.left == 0 {
            return Some(Err(nb::value_error("mine")));
        }
        self.left -= 1;
        Some(Ok(self.left))
    }
}

nb_module!(test_bind_hostile_values_ext, m, {
    nb::class_<Elem>(m, "Elem").def(nb::init(|number: i32| Elem::new(number))).def_ro("number", &Elem::number);
    nb::bind_vector<Vector>(m, "Vector");
    nb::bind_set<Set>(m, "Set");
    nb::bind_set<Hashed>(m, "Hashed");
    nb::bind_map<Map>(m, "Map");
    nb::bind_map<Values>(m, "Values");
    nb::class_<Key>(m, "Key")
        .def(nb::init_implicit(|_: HashSet<i32>| Key { texts: vec![] }))
        .def(nb::init_implicit(|all: nb::iter_of<String>| -> nb::Result<Key> {
            Ok(Key { texts: all.collect::<nb::Result<_>>()? })
        }));
    m.def("texts", |key: &Key, _number: f64| key.texts.clone());
    m.def("count", |all: HashSet<i32>, _number: f64| all.len());
    m.def("count", |o: nb::object, _number: f64, _rest: nb::args| o);
    m.def("steps", |left: usize| -> Box<dyn Iterator<Item = nb::Result<usize>> + Send> {
        Box::new(Steps { left, _kept: Elem::new(0) })
    });
    m.def("live", || LIVE.load(SeqCst));
    m.def("failed", || FAILED.swap(0, SeqCst));
    m.def("clones", |count: usize| CLONES.store(count, SeqCst));
});
