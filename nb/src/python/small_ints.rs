//! The `int`s from -5 to 256, which Python makes once: found, and recognized, by their addresses.
//!
//! Since 3.11 they are an array in the static memory of the process, the same for all interpreters, and there even when Python has ended. It is
//! looked for when the first module is imported, and counts only if Python gives each of them from its place in there. On 3.10, and without
//! the GIL, there is none, and Python is asked each time.

use crate::ffi;

#[cfg(all(Py_3_11, not(Py_GIL_DISABLED), target_pointer_width = "64"))]
mod array {
    use crate::ffi;
    use std::ptr;
    use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

    const LEAST: i64 = -5;
    const COUNT: usize = 262;
    /// The size of an `int` of one digit.
    const SIZE: usize = 32;
    /// Null until it is found; no object lies at the addresses that would be in the array then.
    static FIRST: AtomicPtr<ffi::PyObject> = AtomicPtr::new(ptr::null_mut());
    /// `COUNT` once it is found; before, there are none.
    static FOUND: AtomicUsize = AtomicUsize::new(0);

    /// Which number this is.
    #[inline(always)]
    pub(super) fn value(ob: *mut ffi::PyObject) -> Option<i64> {
        let offset = ob.addr().wrapping_sub(FIRST.load(Ordering::Relaxed).addr());
        (offset < COUNT * SIZE).then_some((offset / SIZE) as i64 + LEAST)
    }

    #[inline(always)]
    pub(super) fn get(value: i64) -> Option<*mut ffi::PyObject> {
        let index = value.wrapping_sub(LEAST) as usize;
        (index < FOUND.load(Ordering::Acquire)).then(|| FIRST.load(Ordering::Relaxed).wrapping_byte_add(index * SIZE))
    }

    /// # Safety
    /// Attached.
    pub(super) unsafe fn find() {
        // SAFETY: attached; a new reference, or null with an exception. What is static lives on when the reference is given back.
        let made = |value| unsafe {
            let made = ffi::PyLong_FromLongLong(value);
            if made.is_null() {
                ffi::PyErr_Clear();
            } else {
                ffi::Py_DECREF(made);
            }
            made
        };
        let first = made(LEAST);
        let mut all = (LEAST..).zip(0..COUNT);
        if !first.is_null() && all.all(|(value, index)| made(value) == first.wrapping_byte_add(index * SIZE)) {
            FIRST.store(first, Ordering::Relaxed);
            FOUND.store(COUNT, Ordering::Release);
        }
    }
}

/// Finds them.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn find() {
    #[cfg(all(Py_3_11, not(Py_GIL_DISABLED), target_pointer_width = "64"))]
    // SAFETY: caller's contract.
    unsafe {
        array::find();
    }
}

/// Which number this is; `None` says nothing. Any thread may ask at any time, since only the address is looked at.
#[inline(always)]
pub(crate) fn value(ob: *mut ffi::PyObject) -> Option<i64> {
    #[cfg(all(Py_3_11, not(Py_GIL_DISABLED), target_pointer_width = "64"))]
    return array::value(ob);
    #[cfg(not(all(Py_3_11, not(Py_GIL_DISABLED), target_pointer_width = "64")))]
    {
        let _ = ob;
        None
    }
}

/// Whether this is one of them, and nobody counts the references to it.
#[inline(always)]
pub(crate) fn is_uncounted(ob: *mut ffi::PyObject) -> bool {
    cfg!(Py_3_12) && value(ob).is_some()
}

/// An `int`: a new reference, or null with an exception raised. Out of line, since it stands in each function that returns one.
///
/// # Safety
/// Attached.
#[inline(never)]
pub(crate) unsafe fn make(value: i64) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; what is found is there for ever.
    unsafe {
        #[cfg(all(Py_3_11, not(Py_GIL_DISABLED), target_pointer_width = "64"))]
        if let Some(found) = array::get(value) {
            #[cfg(not(Py_3_12))]
            ffi::Py_INCREF(found);
            return found;
        }
        ffi::PyLong_FromLongLong(value)
    }
}
