//! [`Pool`]: memory of dead instances, for the next ones of the same class.

use crate::ffi;
use std::cell::Cell;
use std::ptr;

/// A list of pieces of memory, each with the address of the next in its first word.
///
/// Nothing is allocated before the first instance dies. On free-threaded Python there would have to be one for each
/// thread, and there is none.
pub(crate) struct Pool {
    first: Cell<*mut Free>,
    count: Cell<u32>,
    capacity: Cell<u32>,
}

struct Free {
    next: *mut Free,
}

impl Pool {
    pub(crate) fn new(capacity: u32) -> Pool {
        let capacity = if cfg!(Py_GIL_DISABLED) { 0 } else { capacity };
        Pool { first: Cell::new(ptr::null_mut()), count: Cell::new(0), capacity: Cell::new(capacity) }
    }

    /// Whether another piece has a place.
    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.count.get() < self.capacity.get()
    }

    /// Keeps no memory from now on. The pool is empty: there was no instance yet.
    pub(crate) fn close(&self) {
        self.capacity.set(0);
    }

    /// Keeps the memory of a dead instance.
    ///
    /// # Safety
    /// There is room; the memory was allocated for an instance of exactly this class, without a prefix, and is nobody
    /// else's.
    #[inline]
    pub(crate) unsafe fn keep(&self, memory: *mut ffi::PyObject) {
        let memory = memory.cast::<Free>();
        // SAFETY: an instance is longer than a pointer and aligned like one.
        unsafe { memory.write(Free { next: self.first.get() }) };
        self.first.set(memory);
        self.count.set(self.count.get() + 1);
    }

    /// Gives a piece out.
    #[inline(always)]
    pub(crate) fn take(&self) -> Option<*mut ffi::PyObject> {
        let first = self.first.get();
        if first.is_null() {
            return None;
        }
        // SAFETY: what is in the list was written by `keep`, and is in use by nobody.
        self.first.set(unsafe { (*first).next });
        self.count.set(self.count.get() - 1);
        Some(first.cast())
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        while let Some(memory) = self.take() {
            // SAFETY: allocated with PyObject_Malloc; a record is dropped by attached threads.
            unsafe { ffi::PyObject_Free(memory.cast()) };
        }
    }
}
