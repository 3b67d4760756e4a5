//! What arguments of functions in pybind11's dialect are converted from besides: truth values from `None` and numbers, texts from bytes.
//!
//! Nothing here runs code of Python's, as the types have promised; so an object with a `__bool__` of its own stays refused.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::record::FuncFlags;
use crate::ffi;
use crate::python::object::object;
use std::ffi::CStr;
use std::slice;

impl Cx<'_> {
    /// Whether the function that is called was bound in pybind11's dialect.
    fn is_pybind11(&self) -> bool {
        self.record().is_some_and(|record| record.flags.contains(FuncFlags::PYBIND11))
    }
}

/// The truth value of what is no `bool`: a scalar of NumPy's in any case, `None` and numbers where conversions are allowed.
///
/// # Safety
/// `src` is live; attached.
#[cold]
pub(super) unsafe fn truth(src: *mut ffi::PyObject, flags: u8, cx: &Cx<'_>) -> Option<bool> {
    if !cx.is_pybind11() {
        return None;
    }
    // SAFETY: caller's contract. The truth of an exact number, and of a scalar of NumPy's, is native code that cannot fail.
    unsafe {
        let number = ffi::PyLong_CheckExact(src) != 0 || ffi::PyFloat_CheckExact(src) != 0;
        if is_numpy_bool(src) || number && flags & CONVERT != 0 {
            return Some(ffi::PyObject_IsTrue(src) == 1);
        }
        (src == ffi::Py_None() && flags & CONVERT != 0).then_some(false)
    }
}

/// Whether this is a static type called `numpy.bool`, as no class of Python's is.
///
/// # Safety
/// `src` is live; attached.
unsafe fn is_numpy_bool(src: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; the name of a type without `HEAPTYPE` never changes.
    unsafe {
        let ty = ffi::Py_TYPE(src);
        let is_static = ffi::PyType_GetFlags(ty) & ffi::Py_TPFLAGS_HEAPTYPE == 0;
        is_static && [c"numpy.bool", c"numpy.bool_"].contains(&CStr::from_ptr((*ty).tp_name))
    }
}

/// The bytes of a `bytes` or a copy of those of a `bytearray`, if they are UTF-8. They live until the call has ended, or as long as `src` does.
///
/// # Safety
/// `src` is live; attached.
#[cold]
pub(super) unsafe fn utf8(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<(*const u8, usize)> {
    if !cx.is_pybind11() {
        return None;
    }
    // SAFETY: caller's contract; bytes never change.
    unsafe {
        let bytes = if ffi::PyBytes_Check(src) != 0 {
            src
        } else if ffi::PyByteArray_Check(src) != 0 {
            // Making an object may run the collector, and thereby any code.
            cx.own_arguments();
            let copied = ffi::PyBytes_FromStringAndSize(ffi::PyByteArray_AsString(src), ffi::PyByteArray_Size(src));
            let Some(copied) = object::from_owned(copied) else {
                cx.mismatch_raised();
                return None;
            };
            let bytes = copied.as_ptr();
            cx.keep(copied);
            bytes
        } else {
            return None;
        };
        let (data, size) = (ffi::PyBytes_AsString(bytes).cast::<u8>(), ffi::PyBytes_Size(bytes) as usize);
        if std::str::from_utf8(slice::from_raw_parts(data, size)).is_err() {
            return cx.refuse(Reason::NotUtf8);
        }
        Some((data.cast_const(), size))
    }
}
