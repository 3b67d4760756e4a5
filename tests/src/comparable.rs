//! Python objects as keys and elements of containers of Rust's.

use nb::prelude::*;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

pub type Ordered = nb::opaque<BTreeSet<nb::comparable>>;
pub type Hashed = nb::opaque<HashSet<nb::comparable>>;
pub type Table = nb::opaque<HashMap<nb::comparable, i32>>;
pub type List = nb::opaque<Vec<nb::comparable>>;

/// A native core that knows nothing of Python: the most frequent items.
pub struct Sketch<T> {
    counts: HashMap<T, u32>,
}

impl<T: std::hash::Hash + Ord + Clone> Sketch<T> {
    fn add(&mut self, item: T) {
        *self.counts.entry(item).or_default() += 1;
    }

    fn top(&self) -> Vec<T> {
        let mut all: Vec<_> = self.counts.iter().map(|(item, count)| (*count, item.clone())).collect();
        all.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        all.into_iter().map(|(_, item)| item).collect()
    }
}

pub struct Keeps {
    pub best: Option<nb::comparable>,
    pub all: Vec<nb::comparable>,
}

nb_traverse!(Keeps: best, all);

struct Dropped<'a>(&'a Mutex<u32>);
impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }
}

static DROPPED: Mutex<u32> = Mutex::new(0);

nb_module!(test_comparable_ext, m, {
    nb::class_<Sketch<nb::comparable>>(m, "Sketch", nb::dynamic_attr())
        .def(nb::init(|| Sketch::<nb::comparable> { counts: HashMap::new() }))
        .def("add", |sketch: &mut Sketch<nb::comparable>, item: nb::comparable| sketch.add(item))
        .def("top", |sketch: &Sketch<nb::comparable>| sketch.top())
        .def("__len__", |sketch: &Sketch<nb::comparable>| sketch.counts.len());
    nb::class_<Keeps>(m, "Keeps")
        .def(nb::init(|| Keeps { best: None, all: vec![] }))
        .def_rw("best", &Keeps::best)
        .def_rw("all", &Keeps::all);
    nb::bind_set<Ordered>(m, "Ordered");
    nb::bind_set<Hashed>(m, "Hashed");
    nb::bind_map<Table>(m, "Table");
    nb::bind_vector<List>(m, "List");

    m.def("sorted", |mut all: Vec<nb::comparable>| {
        all.sort();
        all
    });
    m.def("heap", |all: Vec<nb::comparable>| {
        BinaryHeap::from(all).into_sorted_vec()
    });
    m.def("unique", |all: Vec<nb::comparable>| all.into_iter().collect::<HashSet<_>>().len());
    m.def("tree", |all: Vec<nb::comparable>| {
        let mut counts = BTreeMap::<nb::comparable, i32>::new();
        for one in all {
            *counts.entry(one).or_default() += 1;
        }
        counts.into_iter().collect::<Vec<_>>()
    });
    m.def("shown", |one: nb::comparable| (one.to_string(), format!("{one:?}"), format!("{one:>8}|")));
    m.def("equal", |one: nb::comparable, other: nb::comparable| one == other);
    m.def("upper", |one: nb::comparable| one.attr("upper")());
    m.def("same", |one: nb::comparable| one);
    m.def("table", |table: HashMap<nb::comparable, nb::comparable>| table);
    m.def("raises", |o: nb::object| -> () {
        let _dropped = Dropped(&DROPPED);
        let error = o.call(()).err().unwrap_or_else(|| nb::value_error("nothing was raised"));
        error.raise()
    });
    m.def("caught", |o: nb::object| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match o.call(()) {
            Ok(_) => 1,
            Err(error) => error.raise(),
        }))
        .unwrap_or(2)
    });
    m.def("dropped", || std::mem::take(&mut *DROPPED.lock().unwrap_or_else(PoisonError::into_inner)));
    m.def("detached", |one: nb::comparable, other: nb::comparable| {
        nb::gil_scoped_release::run(|| std::panic::catch_unwind(|| one == other).is_err())
    });
});
