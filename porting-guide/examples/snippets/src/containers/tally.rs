use nb::prelude::*;
use std::collections::HashMap;
use std::hash::Hash;

/// Knows nothing of Python.
struct Tally<T> {
    counts: HashMap<T, u32>,
}

impl<T: Hash + Ord + Clone> Tally<T> {
    fn add(&mut self, item: T) {
        *self.counts.entry(item).or_default() += 1;
    }

    fn most(&self) -> Option<T> {
        self.counts.iter().max_by_key(|(item, count)| (**count, *item)).map(|(item, _)| item.clone())
    }
}

type Objects = Tally<nb::comparable>;

nb_module!(tally, m, {
    nb::class_<Objects>(m, "Tally")
        .def(nb::init(|| Objects { counts: HashMap::new() }))
        .def("add", &Objects::add, "item"_a)
        .def("most", &Objects::most);
});
