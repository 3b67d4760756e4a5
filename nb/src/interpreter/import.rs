//! Imports of modules of ours, told apart: the same statements may run again.

use std::any::TypeId;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// One initialisation of a module.
pub(crate) struct Import {
    domain: TypeId,
    /// It has ended well, so that its classes are complete.
    done: AtomicBool,
}

impl Import {
    pub(crate) fn of<D: 'static>() -> Import {
        Import { domain: TypeId::of::<D>(), done: AtomicBool::new(false) }
    }

    /// It has ended, `well` or not.
    pub(crate) fn end(&self, well: bool) {
        self.done.store(well, Ordering::Release);
    }

    /// Whether a class that `self` has made is complete, and the same statements are running again.
    pub(crate) fn is_repeated_by(&self, other: &Import) -> bool {
        !ptr::eq(self, other) && self.domain == other.domain && self.done.load(Ordering::Acquire)
    }
}
