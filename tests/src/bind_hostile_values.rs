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

/// An error whose end calls Python.
#[derive(Debug)]
struct Ends(Elem);

impl std::fmt::Display for Ends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ends {}", self.0.number)
    }
}

impl std::error::Error for Ends {}

fn asked() -> nb::Result<()> {
    Err(Ends(Elem::new(2)))?;
    Ok(())
}

/// Its import fails.
mod fails {
    use super::{Elem, Ends};
    use nb::prelude::*;

    nb_module!(test_bind_hostile_ends_ext, m, {
        if !m.object().is_none() {
            Err(Ends(Elem::new(9)))?;
        }
    });
}

nb_module!(test_bind_hostile_values_ext, m, {
    m.def("ends", || -> Result<(), Ends> { Err(Ends(Elem::new(1))) });
    m.def("ends_asked", &asked);
    m.def("ends_caused", || -> nb::Result<()> {
        let error: nb::Error = Ends(Elem::new(3)).into();
        Err(nb::raise_from(error, nb::Builtin::ValueError, "outer"))
    });
    m.def("ends_fetched", || -> nb::Result<()> {
        let error: nb::Error = Ends(Elem::new(4)).into();
        error.restore();
        Err(nb::Error::fetch())
    });
    m.def("ends_unraisable", || {
        let error: nb::Error = Ends(Elem::new(5)).into();
        error.discard_as_unraisable("here");
    });
    m.def("tuple_fails", || -> (Result<i32, String>, Elem) { (Err("no first".into()), Elem::new(1)) });
    m.def("list_fails", || -> Vec<Result<Elem, String>> {
        vec![Ok(Elem::new(1)), Err("no second".into()), Ok(Elem::new(2)), Ok(Elem::new(3))]
    });
    m.def("map_fails", || -> BTreeMap<i32, Result<Elem, String>> {
        BTreeMap::from([(1, Ok(Elem::new(1))), (2, Err("no second".into())), (3, Ok(Elem::new(3)))])
    });
    m.def("nested_fails", || -> Vec<(Elem, Result<i32, Ends>)> {
        vec![(Elem::new(1), Ok(1)), (Elem::new(2), Err(Ends(Elem::new(6)))), (Elem::new(3), Ok(3))]
    });
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
