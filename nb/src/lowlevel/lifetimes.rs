//! Lives of objects tied together while the program runs: `keep_alive_obj` and `keep_alive_cb`.

use crate::handles::capsule;
use crate::instance::keep_alive;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result};
use crate::python::object::{check_attached, object};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps `patient` alive until `nurse` dies, as [`keep_alive`](struct@crate::keep_alive) does with arguments and results: nanobind's
/// `nb::keep_alive_obj`.
///
/// Any object that takes weak references can be a nurse, and so can an instance of a bound class. Nothing happens if one of the two is `None` or both are the same
/// object. The collector sees what an instance keeps alive only if its class is a collected one, so do not make cycles that way.
///
/// # Errors
/// `RuntimeError` when `nurse` can neither be weakly referenced nor is an instance of a bound class.
///
/// Panics when the thread is not attached.
///
/// ```no_run
/// fn view_of(buffer: nb::object, view: nb::object) -> nb::Result<nb::object> {
///     nb::keep_alive_obj(&view, &buffer)?;
///     Ok(view)
/// }
/// ```
pub fn keep_alive_obj(nurse: &object, patient: &object) -> Result<()> {
    check_attached();
    let state = State::get_or_create()?;
    // SAFETY: live objects; attached.
    if unsafe { keep_alive::keep_alive(&state, nurse.as_ptr(), patient.as_ptr()) } {
        Ok(())
    } else {
        Err(Error::fetch())
    }
}

/// Calls `end` when `nurse` has died, on the thread that frees it: nanobind's `nb::keep_alive_cb(nurse, payload, deleter)`. What the closure owns is the
/// payload.
///
/// It is dropped without being called where Python ends first. A panic in it goes to `sys.unraisablehook`.
///
/// # Errors
/// As for [`keep_alive_obj`]; `end` has not been called then, and is dropped.
///
/// Panics when the thread is not attached.
///
/// ```no_run
/// fn register(handle: nb::object, number: u32) -> nb::Result<()> {
///     nb::keep_alive_cb(&handle, move || eprintln!("{number} is free again"))
/// }
/// ```
pub fn keep_alive_cb(nurse: &object, end: impl FnOnce() + Send + 'static) -> Result<()> {
    /// The closure, and whether it is to be called.
    struct AtEnd<F: FnOnce()>(Mutex<Option<F>>, Arc<AtomicBool>);
    impl<F: FnOnce()> Drop for AtEnd<F> {
        fn drop(&mut self) {
            let end = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(end) = end.filter(|_| self.1.load(Relaxed)) {
                end();
            }
        }
    }
    check_attached();
    let is_kept = Arc::new(AtomicBool::new(false));
    let payload = capsule::new(AtEnd(Mutex::new(Some(end)), is_kept.clone()));
    keep_alive_obj(nurse, &payload)?;
    is_kept.store(true, Relaxed);
    Ok(())
}
