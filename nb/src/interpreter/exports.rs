//! [`Exports`]: which values buffers read, such as `memoryview` has them, so that a refusal can say so.

use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;

/// How many buffers read the value of an object, by its address. Their marks are on the object; this only tells who has them.
#[derive(Default)]
pub(crate) struct Exports(GilCell<Map<usize, usize>>);

impl Exports {
    pub(crate) fn add(&self, root: usize) {
        *self.0.open().entry(root).or_default() += 1;
    }

    pub(crate) fn remove(&self, root: usize) {
        let mut all = self.0.open();
        if let Some(count) = all.get_mut(&(root)) {
            *count -= 1;
            if *count == 0 {
                all.remove(&(root));
            }
        }
    }

    /// How many buffers read the value of the object at this address.
    pub(crate) fn count(&self, root: usize) -> usize {
        self.0.open().get(&root).copied().unwrap_or_default()
    }
}
