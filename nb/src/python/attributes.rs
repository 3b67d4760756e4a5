//! Attributes of any object: read by native code, which takes a missing one for an answer, and assigned. Modules by name.

use crate::ffi;
use crate::python::error::{Error, Result};
use crate::python::object::{check_attached, object};
use crate::python::text;
use std::ffi::CStr;

/// An attribute; `None` when reading it raises, which leaves no exception behind.
pub(crate) fn get(value: &object, name: &CStr) -> Option<object> {
    // SAFETY: live object; attached.
    unsafe { get_of(value.as_ptr(), name) }
}

/// As [`get`].
///
/// # Safety
/// `value` is a live object; attached.
unsafe fn get_of(value: *mut ffi::PyObject, name: &CStr) -> Option<object> {
    // SAFETY: caller's contract; the indicator is cleared when the attribute is missing.
    unsafe {
        let found = object::from_owned(ffi::PyObject_GetAttrString(value, name.as_ptr()));
        if found.is_none() {
            ffi::PyErr_Clear();
        }
        found
    }
}

/// As [`get`], without making the exception for a missing attribute.
pub(crate) fn find(target: &object, name: &object) -> Option<object> {
    let mut found = std::ptr::null_mut();
    // SAFETY: live objects and an attached thread; `found` gets a new reference or null.
    unsafe {
        #[cfg(Py_3_13)]
        let state = ffi::PyObject_GetOptionalAttr(target.as_ptr(), name.as_ptr(), &mut found);
        #[cfg(not(Py_3_13))]
        let state = _PyObject_LookupAttr(target.as_ptr(), name.as_ptr(), &mut found);
        if state < 0 {
            ffi::PyErr_Clear();
        }
        object::from_owned(found)
    }
}

#[cfg(not(Py_3_13))]
unsafe extern "C" {
    /// The name that `PyObject_GetOptionalAttr` had before 3.13; missing from pyo3-ffi.
    fn _PyObject_LookupAttr(
        target: *mut ffi::PyObject,
        name: *mut ffi::PyObject,
        found: *mut *mut ffi::PyObject,
    ) -> std::ffi::c_int;
}

/// Imports a module.
pub(crate) fn import(name: &str) -> Result<object> {
    check_attached();
    import_object(&text::new(name)?)
}

/// Imports the module of a name that is a Python object.
pub(crate) fn import_object(name: &object) -> Result<object> {
    check_attached();
    // SAFETY: attached; a new reference, or null with an exception.
    unsafe { object::steal(ffi::PyImport_Import(name.as_ptr())) }
}

/// An attribute as text, `None` when missing or not a `str`.
///
/// # Safety
/// `value` is a live object; attached.
pub(crate) unsafe fn get_text(value: *mut ffi::PyObject, name: &CStr) -> Option<String> {
    // SAFETY: caller's contract.
    unsafe { text::read(get_of(value, name)?.as_ptr()) }
}

/// Assigns an attribute.
pub(crate) fn set(target: &object, name: &str, value: &object) -> Result<()> {
    let name = text::new(name)?;
    // SAFETY: live objects; attached.
    if unsafe { ffi::PyObject_SetAttr(target.as_ptr(), name.as_ptr(), value.as_ptr()) } != 0 {
        return Err(Error::fetch());
    }
    Ok(())
}
