//! `Uuid`: a `uuid.UUID`; in the converting pass also a `str`.

use crate::call::context::{CONVERT, Cx};
use crate::cast::crates::classes::{self, attribute, is_instance};
use crate::cast::crates::values::values;
use crate::cast::ip_addr::spelled;
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use uuid::Uuid;

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Uuid> {
    // SAFETY: caller's contract; a `bytes` of this length.
    unsafe {
        if flags & CONVERT != 0
            && let Some(uuid) = spelled(src, cx)?
        {
            return Some(uuid);
        }
        if !is_instance(src, Known::Uuid, cx)? {
            return None;
        }
        let bytes = attribute(src, c"bytes", cx)?;
        if ffi::PyBytes_Check(bytes.as_ptr()) == 0 || ffi::PyBytes_Size(bytes.as_ptr()) != 16 {
            return None;
        }
        Some(Uuid::from_bytes(ffi::PyBytes_AsString(bytes.as_ptr()).cast::<[u8; 16]>().read()))
    }
}

/// # Safety
/// Attached.
unsafe fn put(value: Uuid, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: attached; the bytes are copied. The second argument is `bytes`.
    unsafe {
        let bytes = ffi::PyBytes_FromStringAndSize(value.as_bytes().as_ptr().cast(), 16);
        classes::new(Known::Uuid, [Some(object::borrow(ffi::Py_None())), object::from_owned(bytes)], cx)
    }
}

values! {
    Uuid, "uuid.UUID | str" => "uuid.UUID", |src, flags, cx| read(src, flags, cx), |stage| *stage, |value, cx| put(value, cx);
}
