//! [`View`]: what an object says of its memory, while it shows it.

use crate::arrays::messages;
use nb::{Error, Result, ffi, is_attached, object};
use std::ffi::{CStr, c_int, c_void};
use std::slice;

/// A view of the buffer protocol, which is released when it is dropped. It is for the function that asks: it stays on a thread that is attached.
pub(crate) struct View(Box<ffi::Py_buffer>);

impl View {
    /// Asks an object.
    pub(crate) fn of(source: &object, flags: c_int) -> Result<View> {
        assert!(is_attached(), "{}", messages::DETACHED);
        let mut view = Box::new(ffi::Py_buffer::new());
        // SAFETY: a live object; attached. The view is filled in if there is no error.
        match unsafe { ffi::PyObject_GetBuffer(source.as_ptr(), &mut *view, flags) } {
            0 => Ok(View(view)),
            _ => Err(Error::fetch()),
        }
    }

    pub(crate) fn data(&self) -> *mut c_void {
        self.0.buf
    }

    pub(crate) fn itemsize(&self) -> usize {
        self.0.itemsize.max(0) as usize
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.0.readonly != 0
    }

    /// What the module `struct` calls an element; bytes where nothing is said.
    pub(crate) fn format(&self) -> &[u8] {
        // SAFETY: a C string of a live view, or null.
        if self.0.format.is_null() { b"B" } else { unsafe { CStr::from_ptr(self.0.format) }.to_bytes() }
    }

    /// Sizes, and strides in bytes; empty where the view has none.
    pub(crate) fn sizes_and_strides(&self) -> (Vec<usize>, Vec<isize>) {
        let ndim = self.0.ndim.max(0) as usize;
        let numbers = |first: *const isize| match first.is_null() {
            true => &[][..],
            // SAFETY: as many numbers as there are dimensions, of a live view.
            false => unsafe { slice::from_raw_parts(first, ndim) },
        };
        let sizes = numbers(self.0.shape).iter().map(|&size| size.max(0) as usize);
        (sizes.collect(), numbers(self.0.strides).to_vec())
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: filled in by `of`, on this thread, which is still attached.
        unsafe { ffi::PyBuffer_Release(&mut *self.0) }
    }
}
