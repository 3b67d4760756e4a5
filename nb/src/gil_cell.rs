//! A cell for tables that threads attached to the interpreter share.
//!
//! With the GIL these take turns, and a check against re-entrance is all that is needed; without it, they lock.

#[cfg(not(Py_GIL_DISABLED))]
use std::cell::RefCell;
#[cfg(Py_GIL_DISABLED)]
use std::sync::{Mutex, PoisonError};

/// A value that attached threads may change, one after the other.
#[derive(Default)]
pub(crate) struct GilCell<T> {
    #[cfg(not(Py_GIL_DISABLED))]
    value: RefCell<T>,
    #[cfg(Py_GIL_DISABLED)]
    value: Mutex<T>,
}

// SAFETY: with the GIL, `with` is only called by attached threads (crate-private, all callers hold Python objects), and
// its closure does not release the GIL, since it runs no Python code; without it, the mutex is `Sync`.
unsafe impl<T: Send> Sync for GilCell<T> {}

impl<T> GilCell<T> {
    /// Gives access to the value. `body` must not run Python code, which includes dropping the last reference to an object.
    #[inline]
    pub(crate) fn with<R>(&self, body: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(not(Py_GIL_DISABLED))]
        {
            body(&mut self.value.borrow_mut())
        }
        #[cfg(Py_GIL_DISABLED)]
        {
            // No code that can panic runs while a table is half-changed.
            body(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }
}
