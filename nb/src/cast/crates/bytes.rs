//! `Bytes` and `BytesMut`: a `bytes`, which is copied, since Python owns it.

use crate::cast::crates::values::values;
use crate::ffi;
use bytes::{Bytes, BytesMut};

/// What a `bytes` has.
///
/// # Safety
/// `src` is live; attached. The result is used before other code runs.
unsafe fn read<'a>(src: *mut ffi::PyObject) -> Option<&'a [u8]> {
    // SAFETY: `src` is live; the buffer of a `bytes` has this length and never changes.
    unsafe {
        if ffi::PyBytes_Check(src) == 0 {
            return None;
        }
        let data = ffi::PyBytes_AsString(src).cast::<u8>();
        Some(std::slice::from_raw_parts(data, ffi::PyBytes_Size(src) as usize))
    }
}

/// # Safety
/// Attached.
unsafe fn put(value: &[u8]) -> *mut ffi::PyObject {
    // SAFETY: attached; copies the bytes.
    unsafe { ffi::PyBytes_FromStringAndSize(value.as_ptr().cast(), value.len() as ffi::Py_ssize_t) }
}

values! {
    Bytes, "bytes" => "bytes", |src, _, _cx| read(src).map(Bytes::copy_from_slice), |stage| std::mem::take(stage), |value, _| put(&value);
    BytesMut, "bytes" => "bytes", |src, _, _cx| read(src).map(BytesMut::from), |stage| std::mem::take(stage), |value, _| put(&value);
}
