//! How Python objects are counted, for the counters of `nb-intrusive`.

use crate::ffi;
use crate::guard::can_attach;
use crate::messages;
use crate::obj::is_attached;
use std::ffi::c_void;
use std::ptr::NonNull;

/// Tells the counters in this library image how to count Python objects.
pub(super) fn install() {
    // SAFETY: both do what their names say, on any thread. Every import says so; the first is heard.
    unsafe { nb_intrusive::intrusive_init(inc, dec) };
}

/// Adds a reference; panics when that is not possible any more.
///
/// A reference that is not counted would be fatal if another one is given back by the thread that ends the interpreter.
unsafe fn inc(object: NonNull<c_void>) {
    let object = object.cast::<ffi::PyObject>().as_ptr();
    // SAFETY: the counters call this with live objects.
    unsafe {
        if is_attached() {
            ffi::Py_INCREF(object);
        } else {
            assert!(can_attach(), "{}", messages::COUNT_AFTER_END);
            let state = ffi::PyGILState_Ensure();
            ffi::Py_INCREF(object);
            ffi::PyGILState_Release(state);
        }
    }
}

/// Gives a reference back; an interpreter that is ending keeps it.
unsafe fn dec(object: NonNull<c_void>) {
    let object = object.cast::<ffi::PyObject>().as_ptr();
    // SAFETY: the counters call this once for each `inc`.
    unsafe {
        if is_attached() {
            ffi::Py_DECREF(object);
        } else if can_attach() {
            let state = ffi::PyGILState_Ensure();
            ffi::Py_DECREF(object);
            ffi::PyGILState_Release(state);
        }
    }
}
