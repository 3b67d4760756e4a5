//! [`GilCell`]: a table of the interpreter's state.
//!
//! The threads that reach it are attached to one interpreter. With the GIL they take turns, and no Python code runs
//! while a table is open, so a flag is enough; it costs a fraction of a mutex and turns a re-entry into a panic. Without
//! the GIL it is a mutex.

#[cfg(not(Py_GIL_DISABLED))]
use std::cell::{RefCell, RefMut};
#[cfg(Py_GIL_DISABLED)]
use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(not(Py_GIL_DISABLED))]
#[derive(Default)]
pub(crate) struct GilCell<T>(RefCell<T>);

#[cfg(Py_GIL_DISABLED)]
#[derive(Default)]
pub(crate) struct GilCell<T>(Mutex<T>);

impl<T> GilCell<T> {
    pub(crate) fn new(table: T) -> GilCell<T> {
        #[cfg(not(Py_GIL_DISABLED))]
        return GilCell(RefCell::new(table));
        #[cfg(Py_GIL_DISABLED)]
        return GilCell(Mutex::new(table));
    }

    /// Opens the table. No Python code may run, and no other thread may be let in, until the result is dropped.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    pub(crate) fn open(&self) -> RefMut<'_, T> {
        self.0.borrow_mut()
    }

    /// Opens the table. No Python code may run until the result is dropped.
    #[cfg(Py_GIL_DISABLED)]
    #[inline]
    pub(crate) fn open(&self) -> MutexGuard<'_, T> {
        // No code that can panic runs while one of the tables is half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
