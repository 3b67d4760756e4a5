//! Maps whose keys compare and hash with code that panics, and iterators whose types are made by many threads at once.

use nb::prelude::*;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering as Order};

static PANICS: AtomicBool = AtomicBool::new(false);

/// Compares and hashes by its number, unless told to panic.
#[derive(Clone)]
pub struct Key {
    pub number: i32,
}

impl Key {
    fn asked(&self) -> i32 {
        assert!(!PANICS.load(Order::SeqCst), "not this key");
        self.number
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.asked() == other.asked()
    }
}
impl Eq for Key {}
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.asked().cmp(&other.asked())
    }
}
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.asked().hash(state);
    }
}

pub type Sorted = nb::opaque<BTreeMap<Key, i32>>;
pub type Hashed = nb::opaque<HashMap<Key, i32>>;
pub type Numbers = nb::opaque<Vec<u16>>;
pub type Table = nb::opaque<BTreeMap<u16, i32>>;

fn made(table: &Table) -> Box<dyn Iterator<Item = u16> + Send> {
    Box::new(table.keys().copied().collect::<Vec<_>>().into_iter())
}

nb_module!(test_bind_map_hostile_ext, m, {
    nb::class_<Key>(m, "Key").def(nb::init(|number: i32| Key { number })).def_ro("number", &Key::number);
    nb::bind_map<Sorted>(m, "Sorted");
    nb::bind_map<Hashed>(m, "Hashed");
    nb::bind_vector<Numbers>(m, "Numbers");
    nb::bind_map<Table>(m, "Table").def("made", &made);
    m.def("panics", |yes: bool| PANICS.store(yes, Order::SeqCst));
});
