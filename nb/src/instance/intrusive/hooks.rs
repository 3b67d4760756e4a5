//! How Python objects are counted, for the counters of `nb-intrusive`.

use crate::ffi;
use crate::python::attach::Attached;
use crate::python::messages;
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
///
/// # Safety
/// The object is live.
unsafe fn inc(object: NonNull<c_void>) {
    let object = object.cast::<ffi::PyObject>().as_ptr();
    let attached = Attached::new();
    assert!(attached.is_some(), "{}", messages::COUNT_AFTER_END);
    // SAFETY: the counters call this with live objects; attached.
    unsafe { ffi::Py_INCREF(object) }
}

/// Gives a reference back; an interpreter that is ending keeps it.
///
/// # Safety
/// Called once for each [`inc`].
unsafe fn dec(object: NonNull<c_void>) {
    let object = object.cast::<ffi::PyObject>().as_ptr();
    if let Some(_attached) = Attached::new() {
        // SAFETY: the counters call this once for each `inc`; attached.
        unsafe { crate::interpreter::trashcan::release(object) }
    }
}
