//! An object that an interpreter makes when it needs it for the first time, and keeps until its state ends.

use crate::ffi;
use crate::python::object::object;
use crate::util::gil_cell::GilCell;
use std::ptr;

/// An owned reference, or null.
pub(crate) struct LazyObject(GilCell<*mut ffi::PyObject>);

impl Default for LazyObject {
    fn default() -> LazyObject {
        LazyObject(GilCell::new(ptr::null_mut()))
    }
}

impl LazyObject {
    /// The object, which `make` makes, borrowed from the state for as long as that lives; an error of `make` is handed on, and the next use
    /// tries again. The caller is attached.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<object, E>) -> Result<*mut ffi::PyObject, E> {
        let found = *self.0.open();
        if !found.is_null() {
            return Ok(found);
        }
        // Making it may run code, and the place is closed meanwhile.
        let made = make()?;
        let mut place = self.0.open();
        if place.is_null() {
            *place = made.into_ptr();
            return Ok(*place);
        }
        // The code that ran, or another thread, was faster; what it has found may be in use.
        let first = *place;
        drop(place);
        drop(made);
        Ok(first)
    }
}

impl LazyObject {
    /// Whether it is that. The caller is attached.
    pub(crate) fn is<T>(&self, other: *mut T) -> bool {
        !other.is_null() && *self.0.open() == other.cast()
    }
}

impl Drop for LazyObject {
    fn drop(&mut self) {
        let owned = std::mem::replace(&mut *self.0.open(), ptr::null_mut());
        // SAFETY: owned since `get`, or null; dropped with the state, on an attached thread.
        unsafe { ffi::Py_XDECREF(owned) };
    }
}
