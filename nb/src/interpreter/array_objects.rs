//! [`ArrayObjects`]: what arrays need of an interpreter, looked up on first use and released with its state.

use crate::ffi;
use crate::interpreter::lazy_object::LazyObject;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// Types and functions of the array libraries.
#[derive(Default)]
pub(crate) struct ArrayObjects {
    /// The types of the objects that show an array to other libraries: those that the collector visits are of the second.
    pub(crate) holder_types: [LazyObject; 2],
    /// The functions that make arrays, one for each framework.
    pub(crate) makers: [LazyObject; 9],
    /// SciPy's classes of sparse matrices, and the function that tells them.
    #[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
    pub(crate) sparse: [LazyObject; 4],
    /// `numpy.ndarray`, see there.
    numpy: AtomicPtr<ffi::PyTypeObject>,
    /// It was looked for among the arrays that came in.
    pub(crate) looked_for: AtomicBool,
    /// NumPy's table of functions for C.
    numpy_api: AtomicPtr<*mut c_void>,
}

impl ArrayObjects {
    /// `numpy.ndarray`, if it is known and its instances are laid out as expected.
    #[inline]
    pub(crate) fn numpy(&self) -> *mut ffi::PyTypeObject {
        self.numpy.load(Ordering::Acquire)
    }

    /// NumPy's table of functions, while [`numpy`](Self::numpy) is known.
    #[inline]
    pub(crate) fn numpy_api(&self) -> *mut *mut c_void {
        self.numpy_api.load(Ordering::Acquire)
    }

    /// Remembers both, unless that was done before.
    ///
    /// # Safety
    /// `ty` is a live type; attached.
    pub(crate) unsafe fn set_numpy(&self, ty: *mut ffi::PyTypeObject, api: *mut *mut c_void) {
        self.numpy_api.store(api, Ordering::Release);
        if self.numpy.compare_exchange(ptr::null_mut(), ty, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            // SAFETY: caller's contract; released by the drop.
            unsafe { ffi::Py_INCREF(ty.cast()) }
        }
    }
}

impl Drop for ArrayObjects {
    fn drop(&mut self) {
        // SAFETY: owned since `set_numpy`, or null; dropped with the state, on an attached thread.
        unsafe { ffi::Py_XDECREF(self.numpy().cast()) }
    }
}
