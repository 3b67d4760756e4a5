//! `keep_alive`: ties the life of one object to another.

use crate::call::context::Cx;
use crate::call::nb_func::Record;
use crate::ffi;
use crate::instance::class_record;
use crate::instance::header::Inst;
use crate::interpreter::state::State;
use crate::interpreter::trashcan;
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use crate::python::object::object;
use std::ptr;

/// Applies a function's annotations after the call; false with an exception raised.
///
/// An argument that was converted implicitly stands for the object that it was converted to.
///
/// # Safety
/// The call's arguments and `result` are live.
pub(crate) unsafe fn apply(cx: &Cx<'_>, record: &Record, result: *mut ffi::PyObject) -> bool {
    record.keep_alive.iter().all(|&(nurse, patient)| {
        let pick = |index: u8| {
            let Some(place) = index.checked_sub(1) else { return result };
            // SAFETY: indices were checked against the number of arguments at compile time.
            let given = unsafe { cx.arg(usize::from(place)) };
            cx.converted(u16::from(place), given).unwrap_or(given)
        };
        // SAFETY: caller's contract; the context keeps converted objects alive.
        unsafe { keep_alive(cx.state(), pick(nurse), pick(patient)) }
    })
}

/// Keeps `patient` alive until `nurse` dies.
///
/// # Safety
/// Both are live; attached.
pub(crate) unsafe fn keep_alive(state: &State, nurse: *mut ffi::PyObject, patient: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        if nurse == ffi::Py_None() || patient == ffi::Py_None() || nurse == patient {
            return true;
        }
        if class_record::data_of(ffi::Py_TYPE(nurse)).is_some() {
            let nurse = nurse.cast::<Inst>();
            (*nurse).set_has_patients();
            state.add_patient(nurse, object::borrow(patient));
            return true;
        }
        // A foreign nurse: the callback of a weak reference owns the patient. The callback also owns the weak
        // reference, so that it lives until the nurse dies. Both sit in a capsule, where Python code cannot alter
        // them; a callback that somebody calls early only releases early.
        let held: Box<Held> = Box::new(None);
        let held = Box::into_raw(held);
        let Some(capsule) = object::from_owned(ffi::PyCapsule_New(held.cast(), CAPSULE.as_ptr(), Some(drop_held)))
        else {
            drop(Box::from_raw(held));
            return false;
        };
        let Some(callback) = object::from_owned(ffi::PyCFunction_NewEx(
            (&raw const RELEASE.0).cast_mut(),
            capsule.as_ptr(),
            ptr::null_mut(),
        )) else {
            return false;
        };
        let weak = ffi::PyWeakref_NewRef(nurse, callback.as_ptr());
        let Some(weak) = object::from_owned(weak) else {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0 {
                ffi::PyErr_Clear();
                set_error(Builtin::RuntimeError.class(), messages::KEEP_ALIVE);
            }
            return false;
        };
        *held = Some((weak, object::borrow(patient)));
        true
    }
}

/// Lets go of what a dying nurse has kept alive.
///
/// # Safety
/// The caller owns a reference to each object and is attached.
pub(crate) unsafe fn release_patients(patients: Vec<*mut ffi::PyObject>) {
    for patient in patients {
        // SAFETY: caller's contract. A patient may be a nurse itself, and so on.
        unsafe { trashcan::release(patient) };
    }
}

/// Weak reference to the nurse, and the patient.
type Held = Option<(object, object)>;

const CAPSULE: &std::ffi::CStr = c"nanobind.keep_alive";

unsafe extern "C" fn drop_held(capsule: *mut ffi::PyObject) {
    // SAFETY: the destructor runs once, for a capsule made in `keep_alive`.
    unsafe {
        let held = ffi::PyCapsule_GetPointer(capsule, CAPSULE.as_ptr()).cast::<Held>();
        release_pair(*Box::from_raw(held));
    }
}

/// # Safety
/// Attached.
unsafe fn release_pair(pair: Held) {
    let Some((weak, patient)) = pair else { return };
    // SAFETY: owned references. The weak reference may be that of a dying nurse, whose other patients take their turn.
    unsafe {
        trashcan::release(weak.into_ptr());
        trashcan::release(patient.into_ptr());
    }
}

struct Release(ffi::PyMethodDef);

// SAFETY: a constant table entry without interior mutability.
unsafe impl Sync for Release {}

static RELEASE: Release = Release(ffi::PyMethodDef {
    ml_name: c"keep_alive".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: release },
    ml_flags: ffi::METH_O,
    ml_doc: ptr::null(),
});

/// The nurse died: lets go of the weak reference and the patient.
unsafe extern "C" fn release(capsule: *mut ffi::PyObject, _weak: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the function object was made with such a capsule; the pair is taken out before its references drop, since
    // dropping the weak reference may drop the capsule.
    unsafe {
        let held = ffi::PyCapsule_GetPointer(capsule, CAPSULE.as_ptr()).cast::<Held>();
        let pair = (*held).take();
        ffi::Py_INCREF(capsule);
        release_pair(pair);
        ffi::Py_DECREF(capsule);
        ffi::Py_NewRef(ffi::Py_None())
    }
}
