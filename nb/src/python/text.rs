//! Python texts of Rust's, and attributes by name.

use crate::ffi;
use crate::python::error::{Error, Result};
use crate::python::object::object;
use std::ffi::CStr;

/// A `str`.
pub(crate) fn text(value: &str) -> Result<object> {
    // SAFETY: attached; valid UTF-8.
    unsafe { object::steal(ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), value.len() as ffi::Py_ssize_t)) }
}

/// An attribute, if there is one and reading it does not raise.
pub(crate) fn attribute(value: &object, name: &CStr) -> Option<object> {
    // SAFETY: live object; the indicator is cleared when the attribute is missing.
    unsafe {
        let found = object::from_owned(ffi::PyObject_GetAttrString(value.as_ptr(), name.as_ptr()));
        if found.is_none() {
            ffi::PyErr_Clear();
        }
        found
    }
}

pub(crate) fn set_attribute(object: &object, name: &str, value: &object) -> Result<()> {
    let name = text(name)?;
    // SAFETY: live objects.
    if unsafe { ffi::PyObject_SetAttr(object.as_ptr(), name.as_ptr(), value.as_ptr()) } != 0 {
        return Err(Error::fetch());
    }
    Ok(())
}
