//! Python's `tuple`, made by native code.

use crate::ffi;
use crate::python::error::Result;
use crate::python::object::object;

/// A tuple of items that are there already: nobody sees one that lacks some.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn of_items(items: impl ExactSizeIterator<Item = object>) -> Result<object> {
    // SAFETY: caller's contract. The tuple takes over each reference; nothing runs while it is filled.
    unsafe {
        let made = object::steal(ffi::PyTuple_New(items.len() as ffi::Py_ssize_t))?;
        for (index, value) in items.enumerate() {
            ffi::PyTuple_SET_ITEM(made.as_ptr(), index as ffi::Py_ssize_t, value.into_ptr());
        }
        Ok(made)
    }
}
