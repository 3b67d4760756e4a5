//! An object that an interpreter makes when it needs it for the first time, and keeps until its state ends.

use crate::ffi;
use crate::python::error::Result;
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
    /// The object, which `make` makes; after an error the next use tries again. The caller is attached.
    pub(crate) fn get(&self, make: impl FnOnce() -> Result<object>) -> Result<object> {
        let found = *self.0.open();
        // SAFETY: owned since an earlier call, or null; attached.
        if let Some(known) = unsafe { object::from_owned(ffi::Py_XNewRef(found)) } {
            return Ok(known);
        }
        // Making it may run code, and the table is closed meanwhile.
        let made = make()?;
        let mut place = self.0.open();
        if place.is_null() {
            *place = made.clone().into_ptr();
            return Ok(made);
        }
        // The code that ran, or another thread, was faster.
        let first = *place;
        drop(place);
        // SAFETY: owned by the table, which never lets go of it; attached.
        Ok(unsafe { object::borrow(first) })
    }
}

impl Drop for LazyObject {
    fn drop(&mut self) {
        let owned = std::mem::replace(&mut *self.0.open(), ptr::null_mut());
        // SAFETY: owned since `get`, or null; dropped with the state, on an attached thread.
        unsafe { ffi::Py_XDECREF(owned) };
    }
}
