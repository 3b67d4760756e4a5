//! Python's `str`: made of Rust's text, and read.

use crate::ffi;
use crate::python::error::Result;
use crate::python::object::object;

/// A new `str`.
pub(crate) fn new(value: &str) -> Result<object> {
    // SAFETY: attached; a new reference, or null with an exception.
    unsafe { object::steal(new_ptr(value)) }
}

/// As [`new`], for functions that CPython calls: a new reference, or null with an exception raised.
#[inline]
pub(crate) fn new_ptr(value: &str) -> *mut ffi::PyObject {
    // SAFETY: attached; valid UTF-8 of the given length.
    unsafe { ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), value.len() as ffi::Py_ssize_t) }
}

/// As [`new`]: the one that all names of this text share, so that comparing them is comparing pointers.
pub(crate) fn interned(value: &str) -> Result<object> {
    let mut made = new(value)?.into_ptr();
    // SAFETY: attached; an owned reference, in whose place another owned one may come.
    unsafe {
        ffi::PyUnicode_InternInPlace(&mut made);
        object::steal(made)
    }
}

/// Whether the object is a `str`.
pub(crate) fn is_text(value: &object) -> bool {
    // SAFETY: a live object.
    unsafe { ffi::PyUnicode_Check(value.as_ptr()) != 0 }
}

/// The UTF-8 text of a `str`, with undecodable characters replaced by `?`; `None` for other objects. Leaves no exception behind.
///
/// # Safety
/// `value` is a live object; attached.
pub(crate) unsafe fn read(value: *mut ffi::PyObject) -> Option<String> {
    // SAFETY: caller's contract; every failure clears the indicator.
    unsafe {
        if ffi::PyUnicode_Check(value) == 0 {
            return None;
        }
        let mut size = 0;
        let data = ffi::PyUnicode_AsUTF8AndSize(value, &mut size);
        if !data.is_null() {
            let bytes = std::slice::from_raw_parts(data.cast::<u8>(), size as usize);
            return Some(String::from_utf8_lossy(bytes).into_owned());
        }
        ffi::PyErr_Clear();
        let bytes = ffi::PyUnicode_AsEncodedString(value, c"utf-8".as_ptr(), c"replace".as_ptr());
        let Some(bytes) = object::from_owned(bytes) else {
            ffi::PyErr_Clear();
            return None;
        };
        let data = ffi::PyBytes_AsString(bytes.as_ptr()).cast::<u8>();
        let size = ffi::PyBytes_Size(bytes.as_ptr()) as usize;
        Some(String::from_utf8_lossy(std::slice::from_raw_parts(data, size)).into_owned())
    }
}
